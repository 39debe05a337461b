// Measures text processing with branches per byte and trees of pointers: parses generated JSON documents of up to
// 200 KB into an arena, looks members up, sums what it finds, and writes the tree out as text again.
#include "support.h"

enum { document_capacity = 1 << 18, arena_capacity = 1 << 22, records_per_document = 1000 };

typedef enum { kind_null, kind_false, kind_true, kind_number, kind_string, kind_array, kind_object } Kind;

typedef struct Value Value;
struct Value {
  Value *next; // the next item of the array or object that this belongs to
  const char *key;
  uint32_t key_length;
  Kind kind;
  union {
    double number;
    struct {
      const char *bytes;
      uint32_t length;
    } string;
    struct {
      Value *first;
      uint32_t count;
    } items;
  };
};

static char document[document_capacity], output[document_capacity];
static _Alignas(16) char arena[arena_capacity];
static uint32_t arena_used;

static void *allocate(size_t size) {
  uint32_t start = arena_used;
  arena_used += (uint32_t)(size + 7) & ~7u;
  if (arena_used > arena_capacity) __builtin_trap();
  return arena + start;
}

// MARK: writing

typedef struct {
  char *bytes;
  uint32_t length;
} Writer;

static void put(Writer *writer, char byte) {
  if (writer->length < document_capacity) writer->bytes[writer->length++] = byte;
}

static void put_text(Writer *writer, const char *text) {
  while (*text) put(writer, *text++);
}

static void put_unsigned(Writer *writer, uint32_t number) {
  char digits[10];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count > 0) put(writer, digits[--count]);
}

// Numbers here have at most three decimals and nine digits before them.
static void put_number(Writer *writer, double number) {
  if (number < 0) {
    put(writer, '-');
    number = -number;
  }
  uint64_t thousandths = (uint64_t)(int64_t)(number * 1000 + 0.5);
  put_unsigned(writer, (uint32_t)(thousandths / 1000));
  uint32_t decimals = (uint32_t)(thousandths % 1000);
  if (decimals == 0) return;
  put(writer, '.');
  for (uint32_t unit = 100; decimals > 0; unit /= 10) {
    put(writer, (char)('0' + decimals / unit));
    decimals %= unit;
  }
}

static void put_string(Writer *writer, const char *bytes, uint32_t length) {
  put(writer, '"');
  for (uint32_t i = 0; i < length; i++) {
    char byte = bytes[i];
    switch (byte) {
    case '"': put_text(writer, "\\\""); break;
    case '\\': put_text(writer, "\\\\"); break;
    case '\n': put_text(writer, "\\n"); break;
    case '\t': put_text(writer, "\\t"); break;
    default: put(writer, byte);
    }
  }
  put(writer, '"');
}

static void put_value(Writer *writer, const Value *value) {
  switch (value->kind) {
  case kind_null: put_text(writer, "null"); break;
  case kind_false: put_text(writer, "false"); break;
  case kind_true: put_text(writer, "true"); break;
  case kind_number: put_number(writer, value->number); break;
  case kind_string: put_string(writer, value->string.bytes, value->string.length); break;
  case kind_array:
  case kind_object: {
    bool is_object = value->kind == kind_object;
    put(writer, is_object ? '{' : '[');
    for (const Value *item = value->items.first; item; item = item->next) {
      if (item != value->items.first) put(writer, ',');
      if (is_object) {
        put_string(writer, item->key, item->key_length);
        put(writer, ':');
      }
      put_value(writer, item);
    }
    put(writer, is_object ? '}' : ']');
    break;
  }
  }
}

// MARK: parsing

typedef struct {
  const char *next, *end;
  bool failed;
} Parser;

static void skip_space(Parser *parser) {
  while (parser->next < parser->end) {
    char byte = *parser->next;
    if (byte != ' ' && byte != '\n' && byte != '\t' && byte != '\r') return;
    parser->next++;
  }
}

static bool take(Parser *parser, char expected) {
  if (parser->next == parser->end || *parser->next != expected) return false;
  parser->next++;
  return true;
}

static bool take_word(Parser *parser, const char *word) {
  while (*word) {
    if (!take(parser, *word++)) {
      parser->failed = true;
      return false;
    }
  }
  return true;
}

static uint32_t hexadecimal(Parser *parser) {
  uint32_t number = 0;
  for (int i = 0; i < 4; i++) {
    char digit = parser->next < parser->end ? *parser->next++ : 0;
    number <<= 4;
    if (digit >= '0' && digit <= '9') number |= (uint32_t)(digit - '0');
    else if (digit >= 'a' && digit <= 'f') number |= (uint32_t)(digit - 'a' + 10);
    else parser->failed = true;
  }
  return number;
}

// The string after its opening quote. Without escapes, it stays where it is; otherwise, a copy holds it.
static const char *parse_string(Parser *parser, uint32_t *length) {
  const char *start = parser->next;
  while (parser->next < parser->end && *parser->next != '"' && *parser->next != '\\') parser->next++;
  if (take(parser, '"')) {
    *length = (uint32_t)(parser->next - 1 - start);
    return start;
  }
  const char *end = parser->next;
  while (end < parser->end && *end != '"') end += *end == '\\' ? 2 : 1;
  char *copy = allocate((size_t)(end - start));
  uint32_t count = (uint32_t)(parser->next - start);
  memcpy(copy, start, count);
  while (parser->next < parser->end) {
    char byte = *parser->next++;
    if (byte == '"') {
      *length = count;
      return copy;
    }
    if (byte == '\\' && parser->next < parser->end) {
      byte = *parser->next++;
      if (byte == 'n') byte = '\n';
      if (byte == 't') byte = '\t';
      if (byte == 'u') {
        uint32_t scalar = hexadecimal(parser);
        if (scalar >= 0x800) copy[count++] = (char)(0xe0 | scalar >> 12);
        if (scalar >= 0x80) copy[count++] = (char)(scalar >= 0x800 ? 0x80 | (scalar >> 6 & 63) : 0xc0 | scalar >> 6);
        byte = (char)(scalar >= 0x80 ? 0x80 | (scalar & 63) : scalar);
      }
    }
    copy[count++] = byte;
  }
  parser->failed = true;
  *length = 0;
  return copy;
}

static bool is_digit(const Parser *parser) {
  return parser->next < parser->end && *parser->next >= '0' && *parser->next <= '9';
}

static double parse_number(Parser *parser) {
  bool is_negative = take(parser, '-');
  if (!is_digit(parser)) parser->failed = true;
  double number = 0, unit = 1;
  while (is_digit(parser)) number = number * 10 + (*parser->next++ - '0');
  if (take(parser, '.')) {
    for (; is_digit(parser); unit *= 10) number = number * 10 + (*parser->next++ - '0');
  }
  number /= unit;
  return is_negative ? -number : number;
}

static Value *parse_value(Parser *parser) {
  Value *value = allocate(sizeof(Value));
  *value = (Value){.kind = kind_null};
  skip_space(parser);
  char first = parser->next < parser->end ? *parser->next : 0;
  switch (first) {
  case 'n': take_word(parser, "null"); break;
  case 't':
    take_word(parser, "true");
    value->kind = kind_true;
    break;
  case 'f':
    take_word(parser, "false");
    value->kind = kind_false;
    break;
  case '"':
    parser->next++;
    value->kind = kind_string;
    value->string.bytes = parse_string(parser, &value->string.length);
    break;
  case '[':
  case '{': {
    bool is_object = first == '{';
    char last = is_object ? '}' : ']';
    Value **link = &value->items.first;
    value->kind = is_object ? kind_object : kind_array;
    value->items.count = 0;
    parser->next++;
    skip_space(parser);
    if (take(parser, last)) break;
    do {
      const char *key = NULL;
      uint32_t key_length = 0;
      if (is_object) {
        skip_space(parser);
        if (!take(parser, '"')) parser->failed = true;
        key = parse_string(parser, &key_length);
        skip_space(parser);
        if (!take(parser, ':')) parser->failed = true;
      }
      Value *item = parse_value(parser);
      item->key = key;
      item->key_length = key_length;
      *link = item;
      link = &item->next;
      value->items.count++;
      skip_space(parser);
    } while (!parser->failed && take(parser, ','));
    if (!take(parser, last)) parser->failed = true;
    break;
  }
  default:
    value->kind = kind_number;
    value->number = parse_number(parser);
  }
  return value;
}

// MARK: using the tree

static const Value *member(const Value *object, const char *key) {
  uint32_t length = (uint32_t)strlen(key);
  for (const Value *item = object->items.first; item; item = item->next) {
    if (item->key_length == length && memcmp(item->key, key, length) == 0) return item;
  }
  return NULL;
}

static double sum_of(const Value *value) {
  double sum = 0;
  switch (value->kind) {
  case kind_number: return value->number;
  case kind_true: return 1;
  case kind_string: return value->string.length;
  case kind_array:
  case kind_object:
    for (const Value *item = value->items.first; item; item = item->next) sum += sum_of(item);
    return sum + value->items.count;
  default: return 0;
  }
}

static uint32_t generate(Random *random, int32_t records) {
  Writer writer = {document, 0};
  char text[48];
  put_text(&writer, "{ \"version\": 2,\n  \"records\": [");
  for (int32_t i = 0; i < records; i++) {
    put_text(&writer, i == 0 ? "\n    {\"id\": " : ",\n    {\"id\": ");
    put_unsigned(&writer, random_next(random) >> 8);
    put_text(&writer, ", \"name\": ");
    uint32_t length = 4 + random_below(random, 16);
    generate_text(random, text, length);
    put_string(&writer, text, length);
    put_text(&writer, ", \"active\": ");
    put_text(&writer, random_below(random, 3) ? "true" : "false");
    put_text(&writer, ", \"score\": ");
    put_number(&writer, (double)((int32_t)random_below(random, 2000000) - 1000000) / 1000);
    put_text(&writer, ",\n     \"tags\": [");
    for (uint32_t tags = random_below(random, 4); tags > 0; tags--) {
      put_text(&writer, tags & 1 ? "\"caf\\u00e9 \\\"x\\\"\"" : "\"plain\\tword\"");
      if (tags > 1) put_text(&writer, ", ");
    }
    put_text(&writer, "], \"place\": {\"x\": ");
    put_number(&writer, (double)random_below(random, 1000000) / 10);
    put_text(&writer, ", \"note\": ");
    length = random_below(random, sizeof text);
    generate_text(random, text, length);
    if (length == 0) put_text(&writer, "null");
    else put_string(&writer, text, length);
    put_text(&writer, "}}");
  }
  put_text(&writer, "\n  ]\n}\n");
  return writer.length;
}

// `size`: how many records, in documents of at most 1000.
RUN(size) {
  Random random = random_from(8259);
  uint64_t checksum = 0;
  for (int32_t left = size; left > 0; left -= records_per_document) {
    uint32_t length = generate(&random, left < records_per_document ? left : records_per_document);
    arena_used = 0;
    Parser parser = {document, document + length, false};
    const Value *root = parse_value(&parser);
    skip_space(&parser);
    if (parser.failed || parser.next != parser.end || length == document_capacity) return -1;

    double total = 0;
    for (const Value *record = member(root, "records")->items.first; record; record = record->next) {
      const Value *note = member(member(record, "place"), "note");
      if (member(record, "active")->kind == kind_true) total += member(record, "score")->number;
      if (note->kind == kind_string) total += note->string.length;
    }
    checksum = mix_double(mix_double(checksum, total), sum_of(root));
    Writer writer = {output, 0};
    put_value(&writer, root);
    checksum = mix_bytes(checksum, output, writer.length);
  }
  return (int64_t)checksum;
}

START
