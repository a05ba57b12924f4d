#include "ckernels.h"
#include "clones.h"

#include <stdint.h>

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
