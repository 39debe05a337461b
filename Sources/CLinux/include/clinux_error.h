// errno values as text, without locale and without shared buffers.
#ifndef CLINUX_ERROR_H
#define CLINUX_ERROR_H

/// "EPERM" for EPERM; "unknown error" for a number that is none. Accepts a negated errno as well.
const char *clinux_error_name(int error_number);
/// "Operation not permitted" for EPERM.
const char *clinux_error_description(int error_number);
/// "SIGSYS" for SIGSYS; "unknown signal" for a number that is none.
const char *clinux_signal_name(int signal_number);

#endif
