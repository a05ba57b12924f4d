#include "cnetwork.h"
#include "clones.h"

#include <math.h>
#include <string.h>

// What the functions of a unit are made of, in both types.
static const double leak = 0.01;
static const double gelu_scale = 0.7978845608028654; // sqrt(2/pi)
static const double gelu_cubic = 0.044715;

// exp(x) for |x| below the limits, branch-free: x = k ln2 + r, then a polynomial in r.
INLINE float exp_f32(float x) {
  const float v = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  const float k = __builtin_rintf(v * 1.44269504f);
  const float r = (v - k * 0.693359375f) - k * -2.12194440e-4f;
  float q = 1.9875691500e-4f;
  q = q * r + 1.3981999507e-3f;
  q = q * r + 8.3334519073e-3f;
  q = q * r + 4.1665795894e-2f;
  q = q * r + 1.6666665459e-1f;
  q = q * r + 5.0000001201e-1f;
  const float e = (q * r) * r + r + 1.0f;
  const int32_t bits = ((int32_t)k + 127) << 23;
  float scale;
  memcpy(&scale, &bits, sizeof scale);
  return e * scale;
}
INLINE double exp_f64(double x) { return exp(x); }

// tanh(x) = 1 - 2/(exp(2x) + 1)
INLINE float tanh_f32(float x) { return 1.0f - 2.0f / (exp_f32(2.0f * x) + 1.0f); }
INLINE double tanh_f64(double x) { return tanh(x); }

// A 32-bit hash of a counter (the finalizer of MurmurHash3), good enough to drop units by.
INLINE uint32_t scramble(uint32_t h) {
  h ^= h >> 16;
  h *= 0x85EBCA6Bu;
  h ^= h >> 13;
  h *= 0xC2B2AE35u;
  return h ^ (h >> 16);
}

// How many rows ahead memory is asked for.
static const int64_t ahead = 12;

void eqp_gather_codes(const uint16_t *code, const uint32_t *row, ptrdiff_t rows, int32_t first,
                      int32_t *out, ptrdiff_t ld) {
  for (int64_t i = 0; i < rows; i++) {
    if (i + ahead < rows) __builtin_prefetch(code + row[i + ahead]);
    out[i * ld] = first + (int32_t)code[row[i]];
  }
}

void eqp_sort_codes(const int32_t *code, ptrdiff_t rows, ptrdiff_t codes, ptrdiff_t levels,
                    int32_t *start, int32_t *row) {
  memset(start, 0, (size_t)(levels + 1) * sizeof *start);
  for (int64_t k = 0; k < rows * codes; k++) start[code[k] + 1]++;
  for (int64_t l = 0; l < levels; l++) start[l + 1] += start[l];
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t c = 0; c < codes; c++) row[start[code[i * codes + c]]++] = (int32_t)i;
  }
  // Each start has moved to the next one's place.
  memmove(start + 1, start, (size_t)levels * sizeof *start);
  start[0] = 0;
}

// Numbers of one register of the widest instruction set, or several of another's.
enum { VECTOR_BYTES = 64 };

#define T float
#define NAME(x) x##_f32
#include "network_template.h"
#undef T
#undef NAME

#define T double
#define NAME(x) x##_f64
#include "network_template.h"
