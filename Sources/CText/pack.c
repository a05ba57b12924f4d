#include "cpack.h"

#if defined(__x86_64__) && defined(__linux__)
#define KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define KERNEL
#endif

#define DEFINE_PACK(T, S)                                                                          \
  KERNEL void eqp_pack_rows_##S(const T *x, int64_t stride, const int64_t *index, int64_t rows,    \
                                int64_t columns, const double *shift, const double *scale, T *out, \
                                int64_t out_stride) {                                              \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      const T *from = x + (index ? index[i] : i) * stride;                                         \
      T *to = out + i * out_stride;                                                                \
      for (int64_t j = 0; j < columns; j++) {                                                      \
        const double value = ((double)from[j] + shift[j]) * scale[j];                              \
        to[j] = value == value ? (T)value : (T)0;                                                  \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
  KERNEL void eqp_column_sums_##S(const T *x, int64_t stride, const int64_t *index, int64_t rows,  \
                                  int64_t columns, const double *weights, const double *center,    \
                                  double *weight, double *sum, double *square) {                   \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      const int64_t row = index ? index[i] : i;                                                    \
      const T *from = x + row * stride;                                                            \
      const double w = weights ? weights[row] : 1;                                                 \
      for (int64_t j = 0; j < columns; j++) {                                                      \
        const double d = (double)from[j] - center[j];                                              \
        const double present = d == d ? w : 0, part = d == d ? d : 0;                              \
        weight[j] += present;                                                                      \
        sum[j] += present * part;                                                                  \
        square[j] += present * part * part;                                                        \
      }                                                                                            \
    }                                                                                              \
  }

DEFINE_PACK(float, f32)
DEFINE_PACK(double, f64)

void eqp_pack_codes(const uint16_t *codes, const int64_t *index, int64_t rows,
                    const uint16_t *map, uint16_t *out) {
  for (int64_t i = 0; i < rows; i++) out[i] = map[codes[index ? index[i] : i]];
}
