// errno values and signals as text.
#include "clinux_error.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

const char *clinux_error_name(int error_number) {
  const char *name = strerrorname_np(abs(error_number));
  return name != NULL ? name : "unknown error";
}

const char *clinux_error_description(int error_number) {
  const char *description = strerrordesc_np(abs(error_number));
  return description != NULL ? description : "unknown error";
}

// glibc's sigabbrev_np has the name without its prefix, and concatenating would need a buffer.
const char *clinux_signal_name(int signal_number) {
  switch (signal_number) {
#define NAME(signal) \
  case signal:       \
    return #signal
    NAME(SIGHUP);
    NAME(SIGINT);
    NAME(SIGQUIT);
    NAME(SIGILL);
    NAME(SIGTRAP);
    NAME(SIGABRT);
    NAME(SIGBUS);
    NAME(SIGFPE);
    NAME(SIGKILL);
    NAME(SIGUSR1);
    NAME(SIGSEGV);
    NAME(SIGUSR2);
    NAME(SIGPIPE);
    NAME(SIGALRM);
    NAME(SIGTERM);
    NAME(SIGSTKFLT);
    NAME(SIGCHLD);
    NAME(SIGCONT);
    NAME(SIGSTOP);
    NAME(SIGTSTP);
    NAME(SIGTTIN);
    NAME(SIGTTOU);
    NAME(SIGURG);
    NAME(SIGXCPU);
    NAME(SIGXFSZ);
    NAME(SIGVTALRM);
    NAME(SIGPROF);
    NAME(SIGWINCH);
    NAME(SIGIO);
    NAME(SIGPWR);
    NAME(SIGSYS);
#undef NAME
  }
  return "unknown signal";
}
