// What the library has to tell, as JSON: for the command line, and for embedders in other languages (docs/cli.md and
// docs/embedding.md list the members).

package import WasmJSON
package import WorkerProtocol

extension WasmError {
  /// All that is known about it but ``partial``.
  package var report: JSONObject {
    var facts: JSONObject = [
      "code": JSONValue(code.rawValue), "message": JSONValue(message), "fault": JSONValue(fault.rawValue),
      "execution": JSONValue(execution.rawValue),
    ]
    facts["module"] = module.map { JSONValue($0) }
    facts["function"] = function.map { JSONValue($0) }
    facts["parameter"] = parameter.map { JSONValue($0) }
    facts["limit"] = limit.map { .object(["name": JSONValue($0.name), "value": JSONValue($0.value)]) }
    facts["trapKind"] = trapKind.map { JSONValue($0) }
    if !frames.isEmpty {
      facts["frames"] = .array(
        frames.map { frame in
          .object([
            "functionIndex": JSONValue(frame.functionIndex), "name": frame.name.map { JSONValue($0) } ?? .null,
            "offset": JSONValue(frame.offset),
          ])
        })
    }
    facts["feature"] = feature.map { JSONValue($0) }
    facts["unresolvedImport"] = unresolvedImport.map { JSONValue($0) }
    facts["refusedMemoryBytes"] = refusedMemoryBytes.map { JSONValue($0) }
    switch location {
    case .offset(let offset, let section):
      facts["location"] = .object(["offset": JSONValue(offset), "section": section.map { JSONValue($0) } ?? .null])
    case .line(let line, let column):
      facts["location"] = .object(["line": JSONValue(line), "column": JSONValue(column)])
    case nil: break
    }
    facts["signal"] = signal.map { JSONValue($0) }
    facts["workerExitCode"] = workerExitCode.map { JSONValue($0) }
    facts["layer"] = layer.map { JSONValue($0) }
    facts["phase"] = phase.map { JSONValue($0.rawValue) }
    facts["retryAfterNanoseconds"] = retryAfter.map { JSONValue($0.nanoseconds) }
    facts["errno"] = systemError.map { JSONValue($0) }
    if !problems.isEmpty { facts["problems"] = .array(problems.map { JSONValue($0) }) }
    if !standardErrorTail.isEmpty { facts["workerStandardError"] = JSONValue(standardErrorTail) }
    return facts
  }
}

extension WasmModuleInfo {
  package var report: JSONObject {
    let functions = functions.map { function -> JSONValue in
      let parameters = function.parameters.map { parameter -> JSONValue in
        .object(["name": parameter.name.map { JSONValue($0) } ?? .null, "type": JSONValue(parameter.type)])
      }
      return .object([
        "name": JSONValue(function.name), "parameters": .array(parameters),
        "results": .array(function.results.map { JSONValue($0) }),
      ])
    }
    let imports = imports.map { item -> JSONValue in
      .object([
        "module": JSONValue(item.module), "name": JSONValue(item.name), "kind": JSONValue(item.kind.rawValue),
        "type": JSONValue(item.type),
      ])
    }
    let exports = allExports.map { item -> JSONValue in
      .object(["name": JSONValue(item.name), "kind": JSONValue(item.kind.rawValue)])
    }
    return [
      "name": JSONValue(name), "version": JSONValue(version), "hash": JSONValue(hash), "domain": JSONValue(domain),
      "byteCount": JSONValue(byteCount), "memoryPages": JSONValue(memoryPages),
      "featuresUsed": .array(featuresUsed.map { JSONValue($0) }), "abi": abi.map { JSONValue($0) } ?? .null,
      "functions": .array(functions), "exports": .array(exports), "imports": .array(imports),
      "loadNanoseconds": JSONValue(loadTime.nanoseconds),
    ]
  }
}

extension [LogRecord] {
  package var report: JSONValue {
    .array(map { .object(["level": JSONValue($0.level.rawValue), "message": JSONValue($0.message)]) })
  }
}

extension Usage {
  package var report: JSONValue {
    .object([
      "fuel": JSONValue(fuel), "fuelModel": JSONValue(fuelModel), "wallNanoseconds": JSONValue(wallTime.nanoseconds),
      "queueNanoseconds": JSONValue(queueTime.nanoseconds), "loadNanoseconds": JSONValue(loadTime.nanoseconds),
      "executionNanoseconds": JSONValue(executionTime.nanoseconds), "startedWorker": JSONValue(startedWorker),
      "workerNanoseconds": JSONValue(workerTime.nanoseconds), "cpuNanoseconds": JSONValue(cpuTime.nanoseconds),
      "peakMemoryBytes": JSONValue(peakMemoryBytes),
    ])
  }
}

extension Ready {
  package var layerReport: JSONValue {
    .array(
      layers.map { layer in
        .object([
          "name": JSONValue(layer.name), "state": JSONValue(layer.state.rawValue), "detail": JSONValue(layer.detail),
        ])
      })
  }

  package var resourceLimitReport: JSONValue {
    .object(JSONObject(resourceLimits.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }))
  }
}

extension ProbeReport {
  /// What was found out about the worker, by a probe.
  package var workerReport: JSONValue {
    var worker: JSONObject = ["path": workerPath.map { JSONValue($0) } ?? .null]
    if let ready {
      worker["buildID"] = JSONValue(ready.buildID)
      worker["engine"] = JSONValue(ready.engine)
      worker["fuelModel"] = JSONValue(ready.fuelModel)
      worker["protocolVersion"] = JSONValue(ready.protocolVersion)
      worker["startNanoseconds"] = startTime.map { JSONValue($0.nanoseconds) }
    }
    return .object(worker)
  }

  package var report: JSONValue {
    var object: JSONObject = ["ok": JSONValue(canRun), "worker": workerReport]
    object["layers"] = ready?.layerReport
    object["resourceLimits"] = ready?.resourceLimitReport
    object["error"] = problem.map { .object($0.report) }
    return .object(object)
  }
}

extension RuntimeStatus {
  package var report: JSONValue {
    var object: JSONObject = [
      "workers": .array(
        workers.map { worker in
          .object([
            "id": JSONValue(worker.id), "pid": worker.pid.map { JSONValue($0) } ?? .null,
            "state": JSONValue(worker.state.rawValue), "domain": worker.domain.map { JSONValue($0) } ?? .null,
            "calls": JSONValue(worker.calls),
          ])
        }),
      "workerPath": JSONValue(workerPath), "addressSpaceBytes": JSONValue(addressSpaceBytes),
      "isShutDown": JSONValue(isShutDown),
      "quarantinedNanoseconds": .object(
        JSONObject(quarantined.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value.nanoseconds)) })),
    ]
    switch starts {
    case .allowed: object["starts"] = "allowed"
    case .pausedFor(let time):
      object["starts"] = "paused"
      object["startsAgainInNanoseconds"] = JSONValue(time.nanoseconds)
    case .circuitOpenFor(let time):
      object["starts"] = "circuitOpen"
      object["startsAgainInNanoseconds"] = JSONValue(time.nanoseconds)
    }
    object["layers"] = ready?.layerReport
    object["buildID"] = ready.map { JSONValue($0.buildID) }
    return .object(object)
  }
}

extension RuntimeStatistics {
  package var report: JSONValue {
    func counts(_ counts: [(String, UInt64)]) -> JSONValue {
      .object(JSONObject(counts.sorted { $0.0 < $1.0 }.map { ($0.0, JSONValue($0.1)) }))
    }
    func total(_ total: Total) -> JSONValue {
      .object(["count": JSONValue(total.count), "sumNanoseconds": JSONValue(total.sum.nanoseconds)])
    }
    return .object([
      "calls": JSONValue(calls), "succeeded": JSONValue(succeeded),
      "failed": counts(failed.map { ($0.key.rawValue, $0.value) }), "hostCalls": JSONValue(hostCalls),
      "queueTime": total(queueTime), "loadTime": total(loadTime), "executionTime": total(executionTime),
      "fuel": JSONValue(fuel), "workersStarted": JSONValue(workersStarted),
      "startFailures": counts(startFailures.map { ($0.key.rawValue, $0.value) }),
      "kills": counts(kills.map { ($0.key.rawValue, $0.value) }),
      "losses": counts(losses.map { ($0.key.rawValue, $0.value) }), "workersLost": JSONValue(workersLost),
      "quarantines": JSONValue(quarantines), "queued": JSONValue(queued), "running": JSONValue(running),
      "workers": .object([
        "starting": JSONValue(workersByState.starting), "idle": JSONValue(workersByState.idle),
        "busy": JSONValue(workersByState.busy), "ending": JSONValue(workersByState.ending),
      ]),
    ])
  }
}

extension Outcome.Value {
  /// As an outcome on the wire spells it: the bytes of `documentText` and `bytes` are somewhere else.
  package var report: JSONValue {
    switch self {
    case .json(let value): .object(["kind": "json", "value": value])
    case .typed(let values): .object(["kind": "typed", "value": .array(values.map(\.json))])
    case .documentText: .object(["kind": "documentText"])
    case .bytes: .object(["kind": "bytes"])
    }
  }
}
