#include "ckernels.h"
#include "clones.h"

#include <math.h>
#include <string.h>

// Bytes that memory hands over at once.
enum { LINE_BYTES = 64 };
// Up to this many cells a masked sum a cell beats sums that are scattered to.
enum { FEW_CELLS = 8 };
// Rows are sorted by cell so many at a time, for at most so many cells and at least so many columns.
enum { SORT_ROWS = 512, SORT_CELLS = 32, SORT_COLUMNS = 8 };

// exp(x) for x <= 0, branch-free so that the loop around it becomes vector code.
// Range reduction x = k ln2 + r with |r| <= ln2/2, then a polynomial of degree 6 (1 ulp in float).
// Below the smallest normal number the result is flushed to 0.
INLINE float exp_nonpositive_f32(float x) {
  const float limit = -87.3f;
  const float v = x < limit ? limit : x;
  const float k = (float)(int32_t)(v * 1.44269504f - 0.5f);
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
  const float result = e * scale;
  return x < limit ? 0.0f : result;
}

// The same in double: degree 13, at most 2 ulp. Rounding to the nearest integer and the exponent
// both come from adding 1.5 * 2^52, so no 64-bit conversion is needed.
INLINE double exp_nonpositive_f64(double x) {
  const double limit = -708.0;
  const double v = x < limit ? limit : x;
  const double shifter = 6755399441055744.0;
  const double shifted = v * 1.4426950408889634074 + shifter;
  const double k = shifted - shifter;
  double r = v - k * 6.93147180369123816490e-01;
  r = r - k * 1.90821492927058770002e-10;
  double q = 1.0 / 6227020800.0;
  q = q * r + 1.0 / 479001600.0;
  q = q * r + 1.0 / 39916800.0;
  q = q * r + 1.0 / 3628800.0;
  q = q * r + 1.0 / 362880.0;
  q = q * r + 1.0 / 40320.0;
  q = q * r + 1.0 / 5040.0;
  q = q * r + 1.0 / 720.0;
  q = q * r + 1.0 / 120.0;
  q = q * r + 1.0 / 24.0;
  q = q * r + 1.0 / 6.0;
  q = q * r + 0.5;
  const double e = (q * r) * r + r + 1.0;
  int64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;
  double scale;
  memcpy(&scale, &bits, sizeof scale);
  return x < limit ? 0.0 : e * scale;
}

// log(1 + u) for u in [0, 1] through 2 atanh: s = u/(2+u), or around 2 for the upper half, so
// that |s| <= 0.172 and the odd series ends after a few terms.
INLINE float log1p_unit_f32(float u) {
  const int upper = u > 0.41421356f;
  const float numerator = upper ? u - 1.0f : u;
  const float denominator = upper ? u + 3.0f : u + 2.0f;
  const float s = numerator / denominator, t = s * s;
  float q = 1.0f / 9.0f;
  q = q * t + 1.0f / 7.0f;
  q = q * t + 1.0f / 5.0f;
  q = q * t + 1.0f / 3.0f;
  return (upper ? 0.69314718056f : 0.0f) + 2.0f * (s + s * (t * q));
}

INLINE double log1p_unit_f64(double u) {
  const int upper = u > 0.41421356237309503;
  const double numerator = upper ? u - 1.0 : u;
  const double denominator = upper ? u + 3.0 : u + 2.0;
  const double s = numerator / denominator, t = s * s;
  double q = 1.0 / 21.0;
  q = q * t + 1.0 / 19.0;
  q = q * t + 1.0 / 17.0;
  q = q * t + 1.0 / 15.0;
  q = q * t + 1.0 / 13.0;
  q = q * t + 1.0 / 11.0;
  q = q * t + 1.0 / 9.0;
  q = q * t + 1.0 / 7.0;
  q = q * t + 1.0 / 5.0;
  q = q * t + 1.0 / 3.0;
  return (upper ? 0.69314718055994530942 : 0.0) + 2.0 * (s + s * (t * q));
}

#define T float
#define NAME(x) x##_f32
#include "kernels_template.h"
#undef T
#undef NAME

#define T double
#define NAME(x) x##_f64
#include "kernels_template.h"
