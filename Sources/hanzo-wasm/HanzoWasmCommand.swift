// The command `hanzo-wasm`: its subcommands, and how every failure becomes one line, a hint and an exit code.
#if CommandLine
  import ArgumentParser
  import Glibc
  import HanzoWasm

  @main
  struct HanzoWasmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "hanzo-wasm",
      abstract: "Runs WebAssembly modules of strangers in confined worker processes.",
      discussion: """
        Exit codes: 0 ok; 1 the guest, its parameters or a file is at fault; 64 the command line cannot be read; \
        124 time limit reached; 125 a worker cannot be started, confined or kept alive; 134 the guest trapped or \
        used up its fuel. `run` ends with the program's own exit code.

        The worker is found by the environment variable HANZO_WASM_WORKER, else beside this command, else in \
        ../libexec/hanzo-wasm/.
        """,
      version: versionLine,
      subcommands: [CallCommand.self, RunCommand.self, InfoCommand.self, ValidateCommand.self, DoctorCommand.self])

    static func main() async {
      reserveStandardStreams()
      // A reader that goes away shows as a failed write, which is reported, not as this process's silent death.
      signal(SIGPIPE, SIG_IGN)
      // Swift reads the arguments there, and has none where that cannot be read; no worker would start either.
      if access("/proc/self/cmdline", R_OK) != 0 {
        writeDiagnostic("error: /proc/self/cmdline cannot be read: the arguments are unknown.")
        writeDiagnostic("hint: mount /proc; workers need it as well")
        exitProcess(.sandbox)
      }
      do {
        var command = try parseAsRoot()
        if let command = command as? any RunnableCommand {
          exitProcess(await run(command))
        }
        // Help and its like.
        try command.run()
        exit()
      } catch {
        exit(withError: error)
      }
    }

    private static func run(_ command: any RunnableCommand) async -> ExitStatus {
      do {
        return try await command.execute()
      } catch {
        writeDiagnostic("error: \(error.message)")
        if let hint = error.hint { writeDiagnostic("hint: \(hint)") }
        return error.status
      }
    }
  }

  /// A subcommand that says what came of it. (`AsyncParsableCommand.run()` would lose the type of the error.)
  protocol RunnableCommand: ParsableCommand {
    func execute() async throws(CommandFailure) -> ExitStatus
  }

  private func exitProcess(_ status: ExitStatus) -> Never {
    exit(status.code)
  }
#else
  import Glibc

  @main
  enum HanzoWasmCommand {
    static func main() {
      let message = """
        error: this hanzo-wasm was built without its command line.
        hint: build the package with the trait CommandLine (on by default): swift build --traits CommandLine

        """
      _ = Array(message.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      exit(125)
    }
  }
#endif
