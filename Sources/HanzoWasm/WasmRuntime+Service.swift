// A runtime as a service of swift-service-lifecycle: the trait ServiceLifecycle.

#if ServiceLifecycle
  public import ServiceLifecycle

  extension WasmRuntime: Service {
    /// Waits until the runtime has ended, and ends it as its service group says: a graceful shutdown lets the accepted
    /// calls finish, as ``shutdown(graceful:)`` does; when the task is cancelled, also during a graceful shutdown, they
    /// end with `shutDown` at once.
    ///
    /// It returns when every worker has been reaped and every descriptor is closed, also if somebody else ended the
    /// runtime. It does not throw. The runtime serves calls before it runs as a service too.
    public func run() async {
      await withTaskCancellationHandler {
        await withGracefulShutdownHandler {
          await awaitStop()
        } onGracefulShutdown: {
          self.beginShutdown(graceful: true)
        }
      } onCancel: {
        beginShutdown(graceful: false)
      }
    }
  }
#endif
