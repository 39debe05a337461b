// Loads, stores and loops: a sieve of Eratosthenes over bytes in linear memory, repeated. The
// result is the number of primes below `limit`, which the benchmark checks.
enum { capacity = 1 << 20 };
static unsigned char composite[capacity];

__attribute__((export_name("sieve"))) int sieve(int limit, int rounds) {
  int primes = 0;
  if (limit < 2 || limit > capacity) return -1;
  for (int round = 0; round < rounds; round++) {
    primes = 0;
    for (int i = 0; i < limit; i++) composite[i] = 0;
    for (int i = 2; i < limit; i++) {
      if (composite[i]) continue;
      primes++;
      if (i > limit / i) continue;
      for (int j = i * i; j < limit; j += i) composite[j] = 1;
    }
  }
  return primes;
}
