#include "ckernels.h"
#include "clones.h"

#include <stdint.h>
#include <string.h>

KERNEL bool eqp_exact_add(const double *restrict x, ptrdiff_t count, double scale,
                          double *restrict high, double *restrict middle, double *restrict low) {
#pragma STDC FP_CONTRACT OFF
  // Adding 1.5 * 2^52 units leaves no bits below the unit: the processor's own rounding. What it
  // takes off is exact, as each digit is a multiple of the last bit of what it is taken from.
  const double high_shift = 0x1.8p136, middle_shift = 0x1.8p94, low_shift = 0x1.8p52;
  int64_t wrong = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    const double n = x[i] * scale;
    const double h = (n + high_shift) - high_shift;
    const double rest = n - h;
    const double m = (rest + middle_shift) - middle_shift;
    const double l = ((rest - m) + low_shift) - low_shift;
    high[i] += h;
    middle[i] += m;
    low[i] += l;
    wrong |= fabs(n) < 0x1p126 ? 0 : -1;
  }
  return wrong == 0;
}

// a + b = sum + what is returned.
INLINE double two_sum(double a, double b, double *sum) {
#pragma STDC FP_CONTRACT OFF
  const double s = a + b, t = s - a;
  *sum = s;
  return (a - (s - t)) + (b - t);
}

// Three numbers are added with one rounding by rounding the small rest to odd: Boldo and Melquiond,
// Emulation of a FMA and Correctly Rounded Sums, IEEE Transactions on Computers 2008, section 4.
KERNEL bool eqp_exact_values(const double *restrict high, const double *restrict middle,
                             const double *restrict low, ptrdiff_t count, double unit,
                             double *restrict y) {
#pragma STDC FP_CONTRACT OFF
  int64_t wrong = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    double u, s, rest;
    const double u_lost = two_sum(middle[i], low[i], &u);
    const double s_lost = two_sum(high[i], u, &s);
    const double lost = two_sum(s_lost, u_lost, &rest);
    int64_t bits;
    memcpy(&bits, &rest, sizeof bits);
    // One step away from 0 or towards it where something was lost and the last bit is even.
    const int64_t step = (lost > 0) == (rest > 0) ? 1 : -1;
    bits += lost != 0 && (bits & 1) == 0 ? step : 0;
    memcpy(&rest, &bits, sizeof bits);
    y[i] = (s + rest) * unit;
    wrong |= fabs(high[i]) < 0x1p126 ? 0 : -1;
  }
  return wrong == 0;
}
