// Linux calls that Swift's Glibc module does not expose, or exposes in a form that cannot be used safely.
//
// A thin layer without policy: the supervisor (HanzoWasm) and the worker's Confinement module decide, this calls.
// Conventions:
// - A function returning `int` or `int64_t` returns a value >= 0 on success and the negated errno on failure. The
//   thread's errno is of no meaning to the caller.
// - Every descriptor that is made here is close-on-exec.
// - EINTR is retried where a retry is harmless; where it is not, the comment says so.
// - No global state besides what the comments name; every function may be called from any thread.
#ifndef CLINUX_H
#define CLINUX_H

#include "clinux_clock.h"
#include "clinux_descriptor.h"
#include "clinux_error.h"
#include "clinux_event.h"
#include "clinux_exit_code.h"
#include "clinux_file.h"
#include "clinux_host.h"
#include "clinux_process.h"
#include "clinux_sandbox.h"
#include "clinux_spawn.h"
#include "clinux_template.h"

#endif
