#if CommandLine
  // Reading a parameters argument: JSON text from the command line.
  import HanzoWasm

  /// The JSON value of the PARAMS-JSON argument; null if there is none.
  func parseParameters(_ text: String?) throws(CommandFailure) -> JSONValue {
    guard let text else { return .null }
    do {
      return try JSONValue(parsing: Array(text.utf8))
    } catch {
      throw CommandFailure(
        "the parameters are not JSON: \(singleLine("\(error)"))",
        hint: "quote them for the shell, for instance '[5, 3]' or '{\"a\": 5, \"b\": 3}'; a text is '\"so\"'")
    }
  }
#endif
