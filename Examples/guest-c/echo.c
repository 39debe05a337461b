// A tool without a C library, which answers with the document that it was given. All of its functions take documents,
// although their names do not end in _json.
#include "hanzo_guest.h"

HANZO_ALL_FUNCTIONS_TAKE_DOCUMENTS

// By address: the runtime has copied the document into the memory.
HANZO_EXPORT("echo") int64_t echo(const char *document, size_t length) { return hanzo_answer(document, length); }

// In pieces: pulls the document, and writes as it goes. Needs no memory for the whole.
HANZO_EXPORT("copy") void copy(void) { hanzo_echo_input(); }
