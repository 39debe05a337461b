/// The worker's executable: everything is in WorkerCore, where tests can reach it.

import Glibc
import WorkerCore

exit(WorkerProcess.run(CommandLine.arguments.dropFirst()))
