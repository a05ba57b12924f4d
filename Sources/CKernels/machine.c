#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif
#include "cmachine.h"

#include <string.h>
#include <unistd.h>

int eqp_available_cores(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

int eqp_vector_bits(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return 512;
  if (__builtin_cpu_supports("avx2")) return 256;
#endif
  return 128;
}

#if defined(__x86_64__) && defined(__linux__)
__attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#endif
uint64_t eqp_read_bytes(const void *bytes, ptrdiff_t count) {
  const uint64_t *p = bytes;
  uint64_t all = 0;
  for (int64_t i = 0; i < count / 8; i++) all ^= p[i];
  return all;
}

static uint64_t mixed(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

uint64_t eqp_hash_bytes(uint64_t seed, const void *bytes, ptrdiff_t count) {
  const unsigned char *p = bytes;
  uint64_t hash = mixed(seed + 0x9E3779B97F4A7C15u);
  for (; count > 0; count -= 8, p += 8) {
    uint64_t word = 0;
    memcpy(&word, p, count < 8 ? (size_t)count : 8);
    hash = mixed((hash ^ word) + 0x9E3779B97F4A7C15u);
  }
  return hash;
}
