// A command: reads a document {"word": "..."} from its standard input, counts the word in every file of the directories
// that are its arguments, and prints what it found as JSON. Ends as grep does: 0 found, 1 not found, 2 trouble.
//
//   hanzo-wasm run search.wasm --dir ./texts::/texts:ro --stdin request.json -- /texts
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "json_scan.h"

static char word[256];

/// Everything that is left in a file, with a NUL behind it, to be freed; NULL if it cannot be read.
static char *read_all(FILE *file) {
  size_t capacity = 4096, length = 0;
  char *text = malloc(capacity);
  while (text != NULL) {
    length += fread(text + length, 1, capacity - length - 1, file);
    if (length < capacity - 1) break;
    capacity *= 2;
    char *larger = realloc(text, capacity);
    if (larger == NULL) free(text);
    text = larger;
  }
  if (text == NULL || ferror(file)) {
    free(text);
    return NULL;
  }
  text[length] = '\0';
  return text;
}

static long occurrences(const char *text) {
  long count = 0;
  for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) count++;
  return count;
}

static int by_name(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

/// The names in a directory, sorted: the order in which a directory lists them is the file system's.
static size_t list(const char *path, char ***names) {
  DIR *directory = opendir(path);
  if (directory == NULL) {
    fprintf(stderr, "search: %s: %s\n", path, strerror(errno));
    exit(2);
  }
  size_t count = 0;
  *names = NULL;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    *names = realloc(*names, (count + 1) * sizeof **names);
    if (*names == NULL || ((*names)[count++] = strdup(entry->d_name)) == NULL) exit(2);
  }
  closedir(directory);
  if (count > 0) qsort(*names, count, sizeof **names, by_name);
  return count;
}

int main(int argc, char **argv) {
  char *request = read_all(stdin);
  if (request == NULL || !json_string(request, "word", word, sizeof word) || word[0] == '\0') {
    fprintf(stderr, "search: standard input is not a document {\"word\": \"...\"}\n");
    return 2;
  }
  printf("{\"word\":");
  json_print(stdout, word);
  printf(",\"files\":[");
  long total = 0;
  const char *separator = "";
  for (int argument = 1; argument < argc; argument++) {
    char **names;
    size_t count = list(argv[argument], &names);
    for (size_t i = 0; i < count; i++) {
      char path[1024];
      struct stat status;
      snprintf(path, sizeof path, "%s/%s", argv[argument], names[i]);
      if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) continue;
      FILE *file = fopen(path, "r");
      char *text = file == NULL ? NULL : read_all(file);
      if (text == NULL) {
        fprintf(stderr, "search: %s: %s\n", path, strerror(errno));
        return 2;
      }
      long found = occurrences(text);
      total += found;
      printf("%s{\"path\":", separator);
      json_print(stdout, path);
      printf(",\"count\":%ld}", found);
      separator = ",";
      free(text);
      fclose(file);
    }
  }
  printf("],\"total\":%ld}\n", total);
  return total > 0 ? 0 : 1;
}
