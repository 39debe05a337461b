// A profile as a file for speedscope (https://www.speedscope.app), which shows it as a flame graph.

public import WorkerProtocol

private import WasmJSON

extension GuestProfile {
  /// The profile as a file of speedscope's own format, with one profile of the type "sampled" whose weights are units of
  /// fuel (the format's unit "none").
  ///
  /// Equal profiles give equal files. A function without a name is spelled `function 3`; names are the guest's words, as
  /// JSON strings.
  ///
  /// - Parameter name: what the profile is called in the viewer.
  /// - Returns: JSON text in UTF-8. The largest possible profile takes about 20 MB, a usual one some 100 KB.
  public func speedscope(name: String) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("$schema")
    json.write("https://www.speedscope.app/file-format-schema.json")
    json.key("exporter")
    json.write("hanzo-wasm")
    json.key("name")
    json.write(name)
    json.key("activeProfileIndex")
    json.write(0)
    json.key("shared")
    json.beginObject()
    json.key("frames")
    json.beginArray()
    for frame in frames { json.write(frameNamed: frame.name ?? frame.functionIndex.map { "function \($0)" } ?? "?") }
    // Fuel that no function used, such as that of data segments: some viewers do not show an empty stack.
    let outside = frames.count
    json.write(frameNamed: "(outside of functions)")
    json.endArray()
    json.endObject()
    json.key("profiles")
    json.beginArray()
    json.beginObject()
    json.key("type")
    json.write("sampled")
    json.key("name")
    json.write(name)
    json.key("unit")
    json.write("none")
    json.key("startValue")
    json.write(0)
    json.key("endValue")
    json.write(totalWeight)
    json.key("samples")
    json.beginArray()
    for sample in samples {
      json.beginArray()
      let indices = frameIndices(of: sample.stack)
      for index in indices.isEmpty ? [outside] : indices { json.write(index) }
      json.endArray()
    }
    json.endArray()
    json.key("weights")
    json.beginArray()
    for sample in samples { json.write(sample.weight) }
    json.endArray()
    json.endObject()
    json.endArray()
    json.endObject()
    return json.finish()
  }
}

extension JSONWriter {
  fileprivate mutating func write(frameNamed name: String) {
    beginObject()
    key("name")
    write(name)
    endObject()
  }
}
