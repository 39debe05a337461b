// A tool of functions (a reactor), which asks the embedder: env.lookup(string) -> json, for instance
// {"price": 125} for the name of an article.
//
//   quote_json({"name": "apple", "count": 3})  ->  {"name":"apple","count":3,"total":375,"number":1}
//
// `number` counts the answers of this instance: always 1, unless the embedder keeps the instance.
#include "hanzo_guest.h"
#include "json_scan.h"

HANZO_IMPORT("lookup") int64_t lookup(const char *name, size_t length);

// Without this the runtime would take memory behind that of malloc, which works too.
HANZO_EXPORT_ALLOCATOR
HANZO_VERSION("1.0.0")

static long answers;

/// An answer that lives until the end of the call, and beyond.
static char answer[512];

static int64_t answer_with(int length) {
  return hanzo_answer(answer, length < 0 ? 0 : (size_t)length);
}

HANZO_EXPORT("quote_json") int64_t quote_json(char *document, size_t length) {
  char name[64];
  long count, price;
  (void)length;  // A NUL follows the document.
  bool is_valid = json_string(document, "name", name, sizeof name) && json_number(document, "count", &count);
  free(document);
  if (!is_valid) return answer_with(snprintf(answer, sizeof answer, "{\"error\":\"a name and a count are needed\"}"));

  // A failure of lookup ends the call, unless the embedder declared an error value.
  hanzo_bytes row = hanzo_unpack(lookup(name, strlen(name)));
  bool is_known = row.length > 0 && json_number(row.address, "price", &price);
  free(row.address);
  if (!is_known) return answer_with(snprintf(answer, sizeof answer, "{\"error\":\"no such article\"}"));

  hanzo_log("quoted", 6);
  return answer_with(snprintf(
      answer, sizeof answer, "{\"name\":\"%s\",\"count\":%ld,\"total\":%lld,\"number\":%ld}", name, count,
      (long long)count * price, ++answers));
}
