#pragma once

#include <math.h>

// One binary carries the same loop for several instruction sets; the loader picks once.
#if defined(__x86_64__) && defined(__linux__)
#define KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define KERNEL
#endif

#define INLINE static inline __attribute__((always_inline))

// sqrtf and sqrt report numbers below 0 in errno, and a loop with such a call stays one number at a
// time; the operation itself does not.
#if __has_builtin(__builtin_elementwise_sqrt)
INLINE float root_f32(float x) { return __builtin_elementwise_sqrt(x); }
INLINE double root_f64(double x) { return __builtin_elementwise_sqrt(x); }
#else
INLINE float root_f32(float x) { return sqrtf(x); }
INLINE double root_f64(double x) { return sqrt(x); }
#endif
