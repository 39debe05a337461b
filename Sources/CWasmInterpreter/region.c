// Anonymous memory for linear memories and tables: exact mappings, so that RLIMIT_AS means what it says.
#include "CWasmInterpreter.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Up to here zeroing by hand is cheaper than giving pages back and faulting them in again.
enum { CLEAR_BY_HAND = 256 * 1024 };

static uint64_t mapped(uint64_t size) {
  static uint64_t page;
  if (!page) page = (uint64_t)sysconf(_SC_PAGESIZE);
  return (size + page - 1) & ~(page - 1);
}

int hw_region_resize(hw_region *region, uint64_t size) {
  uint64_t before = mapped(region->size), after = mapped(size);
  if (after < size) return -1;
  if (before == after) {
    if (size < region->size) memset(region->base + size, 0, region->size - size);
  } else if (after == 0) {
    munmap(region->base, before);
    region->base = NULL;
  } else {
    void *base = before == 0
                     ? mmap(NULL, after, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                     : mremap(region->base, before, after, MREMAP_MAYMOVE);
    if (base == MAP_FAILED) return -1;
    region->base = base;
    // A shrunk region's last page may keep bytes past the new size, which a later growth would show.
    if (size < region->size) memset(region->base + size, 0, after - size);
  }
  region->size = size;
  return 0;
}

void hw_region_clear(hw_region *region) {
  if (region->size == 0) return;
  if (region->size <= CLEAR_BY_HAND || madvise(region->base, mapped(region->size), MADV_DONTNEED) != 0)
    memset(region->base, 0, region->size);
}
