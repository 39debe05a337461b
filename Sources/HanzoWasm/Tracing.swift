// Spans of a runtime, for swift-distributed-tracing: the trait Observability. Without it, all of this is nothing.
//
// A call's span is a child of the span that its caller is in. The context does not reach a worker, and so no guest; the
// host functions that a guest calls run in it, though they run in tasks of their own. docs/observability.md lists names
// and attributes. Spans may name modules and functions, made harmless; what a guest wrote gets into none.

#if Observability
  import Tracing
  import WorkerProtocol

  /// The trace that a call belongs to.
  struct TraceContext: Sendable {
    fileprivate let tracer: any Tracer
    fileprivate let context: ServiceContext

    /// Runs the body as a part of the call.
    func run(_ body: () -> Void) { ServiceContext.withValue(context) { body() } }

    /// Runs a host function as a part of the call, in a span of its own.
    func hostCall<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
      let span: any Span = tracer.startSpan("hanzo_wasm.host_call", context: context)
      defer { span.end() }
      if span.isRecording { span.attributes["hanzo_wasm.host_function"] = name }
      do {
        return try await ServiceContext.withValue(span.context) { try await body() }
      } catch {
        span.setStatus(SpanStatus(code: .error))
        throw error
      }
    }
  }

  /// The span of a call.
  struct CallSpan: Sendable {
    private let span: any Span
    let context: TraceContext

    /// Begins it, in the caller's task.
    init(_ work: Work) {
      let name =
        switch work.task {
        case .reachWorker: "hanzo_wasm.probe"
        case .load: "hanzo_wasm.load"
        case .invoke: "hanzo_wasm.call"
        }
      self.init(name, work.module, moduleName: work.moduleName, function: work.function)
    }

    /// The same, for a call of a module.
    init(_ module: ModuleSource, moduleName: String, function: String) {
      self.init("hanzo_wasm.call", module, moduleName: moduleName, function: function)
    }

    private init(_ name: String, _ module: ModuleSource?, moduleName: String?, function: String?) {
      let tracer = InstrumentationSystem.tracer
      let span: any Span = tracer.startSpan(name)
      self.span = span
      context = TraceContext(tracer: tracer, context: span.context)
      guard span.isRecording else { return }
      span.updateAttributes { attributes in
        attributes["hanzo_wasm.module"] = moduleName.map { harmless($0, limit: 80) }
        attributes["hanzo_wasm.module_hash"] = module?.hash.hexadecimal
        attributes["hanzo_wasm.function"] = function.map { harmless($0, limit: 80) }
      }
    }

    func end(_ usage: Usage?, _ error: WasmError? = nil, of id: CallID) {
      defer { span.end() }
      guard span.isRecording else { return }
      if let error {
        // The sentence stays out: it may quote the guest.
        span.setStatus(SpanStatus(code: .error, message: error.code.rawValue))
        span.attributes["error.type"] = error.code.rawValue
      }
      span.updateAttributes { attributes in
        attributes["hanzo_wasm.call"] = Int64(clamping: id)
        guard let usage else { return }
        attributes["hanzo_wasm.queue_seconds"] = usage.queueTime / .seconds(1)
        if usage.loadTime > .zero { attributes["hanzo_wasm.load_seconds"] = usage.loadTime / .seconds(1) }
        if usage.executionTime > .zero {
          attributes["hanzo_wasm.execution_seconds"] = usage.executionTime / .seconds(1)
        }
        attributes["hanzo_wasm.started_worker"] = usage.startedWorker
        guard !usage.fuelModel.isEmpty else { return }
        attributes["hanzo_wasm.fuel"] = Int64(clamping: usage.fuel)
        attributes["hanzo_wasm.peak_memory_bytes"] = Int64(clamping: usage.peakMemoryBytes)
      }
    }
  }
#else
  struct TraceContext: Sendable {
    @inline(__always) func run(_ body: () -> Void) { body() }
    @inline(__always) func hostCall<Value>(
      _ name: @autoclosure () -> String, _ body: () async throws -> Value
    ) async throws -> Value { try await body() }
  }

  struct CallSpan: Sendable {
    @inline(__always) init(_ work: Work) {}
    @inline(__always) init(_ module: ModuleSource, moduleName: @autoclosure () -> String, function: String) {}
    @inline(__always) var context: TraceContext { TraceContext() }
    @inline(__always) func end(
      _ usage: @autoclosure () -> Usage?, _ error: @autoclosure () -> WasmError? = nil, of id: CallID
    ) {}
  }
#endif
