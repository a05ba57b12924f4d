#ifndef EQUIPOISE_CPACK_H
#define EQUIPOISE_CPACK_H

// From packed columns to the design matrix: standardizing, gathering rows, translating codes.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A NaN stands for a missing value everywhere here.
// `index` names the rows of `source` in the order of the result; NULL means 0 ..< rows.

#define EQP_DECLARE_PACK(T, S)                                                                     \
  /* out[i*out_stride + j] = (x[index[i]*stride + j] + shift[j]) * scale[j]; 0 when missing.       \
     x and out may be the same when index is NULL and the strides are equal. */                    \
  void eqp_pack_rows_##S(const T *x, int64_t stride, const int64_t *index, int64_t rows,           \
                         int64_t columns, const double *shift, const double *scale, T *out,        \
                         int64_t out_stride);                                                      \
  /* over present values, with d = x - center[j]: weight[j] += w, sum[j] += w*d,                   \
     square[j] += w*d*d; w is weights[index[i]], or 1 when weights is NULL */                      \
  void eqp_column_sums_##S(const T *x, int64_t stride, const int64_t *index, int64_t rows,         \
                           int64_t columns, const double *weights, const double *center,           \
                           double *weight, double *sum, double *square);

EQP_DECLARE_PACK(float, f32)
EQP_DECLARE_PACK(double, f64)

// out[i] = map[codes[index[i]]]; map has 65536 entries.
void eqp_pack_codes(const uint16_t *codes, const int64_t *index, int64_t rows,
                    const uint16_t *map, uint16_t *out);

#ifdef __cplusplus
}
#endif
#endif
