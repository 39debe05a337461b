#if CommandLine
  // `hanzo-wasm doctor`: whether this machine can run workers, and what confines them. Everything comes from a worker
  // that is started for it, as far as it could be checked from outside.
  import ArgumentParser
  import Glibc
  import HanzoWasm

  /// What `--version` prints.
  let versionLine = "hanzo-wasm \(Ready.packageVersion) (protocol \(Ready.currentProtocolVersion))"

  struct DoctorCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
      commandName: "doctor",
      abstract: "Starts a worker and prints whether this machine can confine it, and how.",
      discussion: "Exit code 0 if workers can run here, else 125 with the reason.")

    @Flag(help: "Print one JSON object.")
    var json = false

    func execute() async throws(CommandFailure) -> ExitStatus {
      let config: WasmConfig
      do {
        config = try baseConfiguration()
      } catch {
        guard json else { throw error }
        try writeOutput(describeFailure(error).description)
        return error.status
      }
      let report = await WasmRuntime.probe(config)
      if json {
        try writeOutput(describe(report, config).description)
      } else {
        try writeOutput(describeForPeople(report, config))
        if let problem = report.problem { writeError(problem) }
      }
      return report.canRun ? .success : .sandbox
    }

    private func describeForPeople(_ report: ProbeReport, _ config: WasmConfig) -> String {
      var lines = [
        report.canRun ? "this machine can run workers" : "this machine cannot run workers",
        "",
        row("command", versionLine),
        row("worker", report.workerPath.map(singleLine) ?? "not found"),
        row("kernel", kernel()),
      ]
      if let ready = report.ready {
        lines += [
          row("build", singleLine(ready.buildID)),
          row("engine", singleLine(ready.engine)),
          row("fuel model", singleLine(ready.fuelModel)),
          row("protocol", "\(ready.protocolVersion)"),
        ]
        if let time = report.startTime {
          lines.append(row("start", "\(time.nanoseconds / 1_000) us from the request to a checked worker"))
        }
        lines += ["", "layers of confinement"]
        lines += ready.layers.map { layer in
          "  \(padded(singleLine(layer.name), 24))\(padded(layer.state.rawValue, 9))\(singleLine(layer.detail))"
        }
        lines += ["", "resource limits of a worker"]
        lines += ready.resourceLimits.sorted { $0.key < $1.key }.map {
          "  \(padded(singleLine($0.key), 24))\($0.value)"
        }
      }
      lines += [
        "", "limits of a call, by default",
        row("  memory", ByteCount(bytes: config.maxMemoryBytes).defaultValueDescription),
        row(
          "  time",
          TimeSpan(milliseconds: UInt64(clamping: config.maxExecutionTime.nanoseconds / 1_000_000))
            .defaultValueDescription),
        row("  fuel", config.fuelLimit.map { "\($0)" } ?? "none"),
      ]
      return lines.joined(separator: "\n")
    }

    private func describe(_ report: ProbeReport, _ config: WasmConfig) -> JSONValue {
      var object: JSONObject = ["ok": JSONValue(report.canRun), "version": JSONValue(Ready.packageVersion)]
      object["worker"] = report.workerReport
      object["kernel"] = JSONValue(kernel())
      object["layers"] = report.ready?.layerReport
      object["resourceLimits"] = report.ready?.resourceLimitReport
      object["defaults"] = .object([
        "maxMemoryBytes": JSONValue(config.maxMemoryBytes),
        "maxExecutionMilliseconds": JSONValue(config.maxExecutionTime.nanoseconds / 1_000_000),
        "fuelLimit": config.fuelLimit.map { JSONValue($0) } ?? .null,
      ])
      if let problem = report.problem { object["error"] = describeError(problem)["error"] }
      return .object(object)
    }

    private func row(_ name: String, _ value: String) -> String { padded(name, 18) + value }

    private func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// System and version (uname(2)).
    private func kernel() -> String {
      var names = utsname()
      guard uname(&names) == 0 else { return "unknown" }
      func text(_ field: some Any) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      }
      return "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))"
    }
  }
#endif
