// Just enough JSON for the examples: finds members of a flat object, and writes strings. A real tool uses a library.
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Where the value of member `key` begins in a NUL-terminated object; NULL if there is none.
static inline const char *json_member(const char *object, const char *key) {
  size_t length = strlen(key);
  for (const char *at = object; (at = strchr(at, '"')) != NULL;) {
    const char *end = strchr(++at, '"');
    if (end == NULL) return NULL;
    const char *behind = end + 1 + strspn(end + 1, " \t\r\n");
    if (*behind == ':' && (size_t)(end - at) == length && memcmp(at, key, length) == 0)
      return behind + 1 + strspn(behind + 1, " \t\r\n");
    at = end + 1;
  }
  return NULL;
}

/// Copies the string member `key` to `target`. False if there is none, it has an escape, or it does not fit.
static inline bool json_string(const char *object, const char *key, char *target, size_t capacity) {
  const char *value = json_member(object, key);
  if (value == NULL || *value != '"') return false;
  size_t length = strcspn(value + 1, "\"\\");
  if (value[1 + length] != '"' || length >= capacity) return false;
  memcpy(target, value + 1, length);
  target[length] = '\0';
  return true;
}

/// The whole number that is member `key`, from 0 to a billion. False if there is none.
static inline bool json_number(const char *object, const char *key, long *number) {
  const char *value = json_member(object, key);
  if (value == NULL || *value < '0' || *value > '9') return false;
  char *end;
  *number = strtol(value, &end, 10);
  return *number <= 1000000000 && *end != '.' && *end != 'e' && *end != 'E';
}

/// Writes a string with its quotation marks.
static inline void json_print(FILE *file, const char *text) {
  fputc('"', file);
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\') fprintf(file, "\\%c", *text);
    else if ((unsigned char)*text < ' ') fprintf(file, "\\u%04x", (unsigned)*text);
    else fputc(*text, file);
  }
  fputc('"', file);
}

#endif
