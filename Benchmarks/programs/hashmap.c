// Measures hashing, byte comparison and scattered access: a hash map with open addressing and string keys, which
// grows as needed, under a random sequence of insertions, look-ups and removals.
#include "support.h"

enum { most_entries = 1 << 15, key_space = 20000, text_capacity = 1 << 19, longest_key = 32 };

typedef enum { vacant, removed, occupied } State;

typedef struct {
  uint32_t hash;
  uint32_t key; // where it starts in the map's text
  uint16_t length;
  uint16_t state;
  int32_t value;
} Entry;

// Two of each: growing copies from one to the other.
static Entry entry_space[2][most_entries];
static char text_space[2][text_capacity];

typedef struct {
  Entry *entries;
  char *text;
  uint32_t capacity, used, live, text_length;
  int side;
} Map;

static void reset(Map *map, int side, uint32_t capacity) {
  *map = (Map){entry_space[side], text_space[side], capacity, 0, 0, 0, side};
  memset(map->entries, 0, capacity * sizeof(Entry));
}

static uint32_t hash_of(const char *key, uint32_t length) {
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < length; i++) hash = (hash ^ (uint8_t)key[i]) * 16777619u;
  return hash ^ hash >> 15;
}

static bool is_same(const char *left, const char *right, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) {
    if (left[i] != right[i]) return false;
  }
  return true;
}

// The entry that holds the key, or the one where it belongs.
static Entry *find(const Map *map, const char *key, uint32_t length, uint32_t hash) {
  uint32_t mask = map->capacity - 1;
  Entry *reusable = NULL;
  for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
    Entry *entry = &map->entries[i];
    if (entry->state == vacant) return reusable ? reusable : entry;
    if (entry->state == removed) {
      if (!reusable) reusable = entry;
    } else if (entry->hash == hash && entry->length == length && is_same(map->text + entry->key, key, length)) {
      return entry;
    }
  }
}

static void place(Map *map, Entry *entry, const char *key, uint32_t length, uint32_t hash, int32_t value) {
  if (entry->state == vacant) map->used++;
  map->live++;
  *entry = (Entry){hash, map->text_length, (uint16_t)length, occupied, value};
  memcpy(map->text + map->text_length, key, length);
  map->text_length += length;
}

// Copies the live entries: to twice the room, or to the same when most of what is used was removed.
static __attribute__((noinline)) void rebuild(Map *map) {
  Map old = *map;
  bool is_full = old.live * 2 > old.capacity && old.capacity < most_entries;
  reset(map, 1 - old.side, is_full ? old.capacity * 2 : old.capacity);
  for (uint32_t i = 0; i < old.capacity; i++) {
    const Entry *entry = &old.entries[i];
    if (entry->state != occupied) continue;
    const char *key = old.text + entry->key;
    place(map, find(map, key, entry->length, entry->hash), key, entry->length, entry->hash, entry->value);
  }
}

static void insert_or_add(Map *map, const char *key, uint32_t length, int32_t amount) {
  if (map->used * 4 >= map->capacity * 3 || map->text_length + longest_key > text_capacity) rebuild(map);
  uint32_t hash = hash_of(key, length);
  Entry *entry = find(map, key, length, hash);
  if (entry->state == occupied) {
    entry->value += amount;
  } else {
    place(map, entry, key, length, hash, amount);
  }
}

static int32_t look_up(const Map *map, const char *key, uint32_t length) {
  const Entry *entry = find(map, key, length, hash_of(key, length));
  return entry->state == occupied ? entry->value : -1;
}

static bool remove_key(Map *map, const char *key, uint32_t length) {
  Entry *entry = find(map, key, length, hash_of(key, length));
  if (entry->state != occupied) return false;
  entry->state = removed;
  map->live--;
  return true;
}

// Keys as programs have them: a kind, a number, and a suffix for some.
static uint32_t make_key(char *key, uint32_t number) {
  static const char kinds[4][9] = {"user:", "session/", "cache.", "t-"};
  uint32_t length = 0;
  for (const char *letter = kinds[number & 3]; *letter; letter++) key[length++] = *letter;
  uint32_t scrambled = number * 2654435761u;
  for (int i = 0; i < 6; i++, scrambled /= 36) key[length++] = "0123456789abcdefghijklmnopqrstuvwxyz"[scrambled % 36];
  if (number % 5 == 0) {
    for (const char *letter = "/profile"; *letter; letter++) key[length++] = *letter;
  }
  return length;
}

// `size`: how many operations.
RUN(size) {
  Map map;
  reset(&map, 0, 16);
  Random random = random_from(99);
  uint64_t checksum = 0;
  uint32_t hits = 0, removals = 0;
  for (int32_t i = 0; i < size; i++) {
    char key[longest_key];
    uint32_t length = make_key(key, random_below(&random, key_space));
    uint32_t action = random_below(&random, 10);
    if (action < 4) {
      insert_or_add(&map, key, length, i & 1023);
    } else if (action < 8) {
      int32_t value = look_up(&map, key, length);
      if (value >= 0) hits++;
      checksum += (uint64_t)(uint32_t)value * (uint32_t)(i + 1);
    } else {
      removals += remove_key(&map, key, length);
    }
  }
  checksum = mix(mix(mix(checksum, hits), removals), map.live);
  for (uint32_t i = 0; i < map.capacity; i++) {
    const Entry *entry = &map.entries[i];
    if (entry->state == occupied) checksum = mix(checksum, (uint64_t)entry->hash << 32 | (uint32_t)entry->value);
  }
  return (int64_t)checksum;
}

START
