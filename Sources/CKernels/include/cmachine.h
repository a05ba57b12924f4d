#ifndef EQUIPOISE_CMACHINE_H
#define EQUIPOISE_CMACHINE_H

#include <stddef.h>
#include <stdint.h>

// The number of cores this process may run on: its affinity mask, where the system has one.
int eqp_available_cores(void);

// The widest vector instructions that the processor has and OpenBLAS can use: 512, 256 or 128 bits.
int eqp_vector_bits(void);

// A 64-bit hash of bytes, chained by `seed`: SplitMix64's finalizer over words of 8 bytes.
// -0 and 0 differ, as their bytes do.
uint64_t eqp_hash_bytes(uint64_t seed, const void *bytes, ptrdiff_t count);

// The exclusive or of all bytes taken as words of 8: reads memory as fast as it comes.
// A rest of fewer than 64 bytes is left out.
uint64_t eqp_read_bytes(const void *bytes, ptrdiff_t count);

#endif
