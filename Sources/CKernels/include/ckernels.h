#ifndef EQUIPOISE_CKERNELS_H
#define EQUIPOISE_CKERNELS_H

#include "cscalars.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Elementwise and reduction kernels over one block of rows that fits in cache.
//
// Suffix _f32 / _f64 is the type of the features and of everything computed inside the block.
// A kernel whose loop is reordered or approximated has a plain reference `..._reference` beside it
// that says what it computes; the others are their own definition.
// No kernel allocates, and none keeps state.

#pragma clang assume_nonnull begin

#define EQP_DECLARE_KERNELS(T, S)                                                                  \
  /* z[i] += sum_j x[i*stride + j] * w[j]            x (rows, columns), z (rows), w (columns) */   \
  /* `ahead`: fetches the rows that lie this many elements further on, into the nearest cache;     \
     0 fetches nothing. The same holds for eqp_rows_add. */                                        \
  EQP_MEMBER(S, "rowsDot(_:_:_:_:_:_:_:)")                                                         \
  void eqp_rows_dot_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,           \
                        const T *w, T *z, ptrdiff_t ahead);                                        \
  EQP_MEMBER(S, "rowsDotReference(_:_:_:_:_:_:)")                                                  \
  void eqp_rows_dot_reference_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns,                   \
                                  ptrdiff_t stride, const T *w, T *z);                             \
  /* z[i] += sum_j x[i*stride + j] * w[set[i]*ld + j]: one coefficient vector a set of rows */     \
  EQP_MEMBER(S, "rowsDotBySet(_:_:_:_:_:_:_:_:)")                                                  \
  void eqp_rows_dot_by_set_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,    \
                               const T *w, ptrdiff_t ld, const uint16_t *set, T *z);               \
  /* g[j] += sum_i r[i] * x[i*stride + j]                                      g (columns) */      \
  EQP_MEMBER(S, "rowsAdd(_:_:_:_:_:_:_:)")                                                         \
  void eqp_rows_add_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,           \
                        const T *r, T *g, ptrdiff_t ahead);                                        \
  EQP_MEMBER(S, "rowsAddReference(_:_:_:_:_:_:)")                                                  \
  void eqp_rows_add_reference_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns,                   \
                                  ptrdiff_t stride, const T *r, T *g);                             \
  /* g[cell[i]*ld + j] += r[i] * x[i*stride + j]                         g (cells, ld) */          \
  EQP_MEMBER(S, "rowsAddByCell(_:_:_:_:_:_:_:_:)")                                                 \
  void eqp_rows_add_by_cell_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,   \
                                const T *r, const uint16_t *cell, T *g, ptrdiff_t ld);             \
  EQP_MEMBER(S, "rowsAddByCellReference(_:_:_:_:_:_:_:_:)")                                        \
  void eqp_rows_add_by_cell_reference_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns,           \
                                          ptrdiff_t stride, const T *r, const uint16_t *cell,      \
                                          T *g, ptrdiff_t ld);                                     \
  /* out[i*columns + j] = r[i] * x[i*stride + j] */                                                \
  EQP_MEMBER(S, "rowsScale(_:_:_:_:_:_:)")                                                         \
  void eqp_rows_scale_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,         \
                          const T *r, T *out);                                                     \
  /* z[i] += w[code[i]] */                                                                         \
  EQP_MEMBER(S, "codesGather(_:_:_:_:)")                                                           \
  void eqp_codes_gather_##S(const uint16_t *code, ptrdiff_t rows, const T *w, T *z);               \
  /* z[i] += sum_k w[starts[k] + codes[k][first + i]] over some columns of codes */                \
  EQP_MEMBER(S, "codesGatherAll(_:_:_:_:_:_:_:)")                                                  \
  void eqp_codes_gather_all_##S(const uint16_t *_Nonnull const *_Nonnull codes,                    \
                                const ptrdiff_t *starts, ptrdiff_t columns, ptrdiff_t first,       \
                                ptrdiff_t rows, const T *w, T *z);                                 \
  /* the same with w + set[i]*ld for w */                                                          \
  EQP_MEMBER(S, "codesGatherAllBySet(_:_:_:_:_:_:_:_:_:)")                                         \
  void eqp_codes_gather_all_by_set_##S(const uint16_t *_Nonnull const *_Nonnull codes,             \
                                       const ptrdiff_t *starts, ptrdiff_t columns,                 \
                                       ptrdiff_t first, ptrdiff_t rows, const T *w,                \
                                       ptrdiff_t ld, const uint16_t *set, T *z);                   \
  /* g[code[i]] += r[i] */                                                                         \
  EQP_MEMBER(S, "codesScatter(_:_:_:_:)")                                                          \
  void eqp_codes_scatter_##S(const uint16_t *code, ptrdiff_t rows, const T *r, double *g);         \
  /* g[starts[k] + codes[k][first + i]] += r[i] for each of some columns; no two of them overlap */\
  EQP_MEMBER(S, "codesScatterAll(_:_:_:_:_:_:_:)")                                                 \
  void eqp_codes_scatter_all_##S(const uint16_t *_Nonnull const *_Nonnull codes,                   \
                                 const ptrdiff_t *starts, ptrdiff_t columns, ptrdiff_t first,      \
                                 ptrdiff_t rows, const T *r, double *g);                           \
  /* t[a[i]*ld + b[i]] += r[i]: a weighted contingency table */                                    \
  EQP_MEMBER(S, "codesContingency(_:_:_:_:_:_:)")                                                  \
  void eqp_codes_contingency_##S(const uint16_t *a, const uint16_t *b, ptrdiff_t rows,             \
                                 const T *r, double *t, ptrdiff_t ld);                             \
  /* t[a[i]*ld + starts[k] + codes[k][first + i]] += r[i]: the tables of one column with others */ \
  EQP_MEMBER(S, "codesTables(_:_:_:_:_:_:_:_:_:)")                                                 \
  void eqp_codes_tables_##S(const uint16_t *a, const uint16_t *_Nonnull const *_Nonnull codes,     \
                            const ptrdiff_t *starts, ptrdiff_t columns, ptrdiff_t first,           \
                            ptrdiff_t rows, const T *r, double *t, ptrdiff_t ld);                  \
  /* count[bin*cells + cell[i]] += weight[i], bin = floor(z*scale) + bins/2 kept in range */       \
  EQP_MEMBER(S, "scoreBins(_:_:_:_:_:_:_:_:)")                                                     \
  void eqp_score_bins_##S(const T *z, const uint16_t *cell, const T *_Nullable weight,             \
                          ptrdiff_t rows, double scale, ptrdiff_t bins, ptrdiff_t cells,           \
                          double *count);                                                          \
  /* p = 1/(1+exp(-z)); s = log(1+exp(z)), both to a few ulp and without overflow */               \
  EQP_MEMBER(S, "sigmoidSoftplus(_:_:_:_:)")                                                       \
  void eqp_sigmoid_softplus_##S(const T *z, ptrdiff_t rows, T *p, T *s);                           \
  EQP_MEMBER(S, "sigmoidSoftplusReference(_:_:_:_:)")                                              \
  void eqp_sigmoid_softplus_reference_##S(const T *z, ptrdiff_t rows, T *p, T *s);                 \
  /* out[i] = table[cell[i]] * (weight ? weight[i] : 1) */                                         \
  EQP_MEMBER(S, "lookup(_:_:_:_:_:)")                                                              \
  void eqp_lookup_##S(const uint16_t *cell, ptrdiff_t rows, const T *table,                        \
                      const T *_Nullable weight, T *out);                                          \
  /* r[i] = s_i * (a[cell]*p[i] - b[cell]);  the gradient of a*softplus(z) - b*z in z.             \
     loss[i] = s_i * (a[cell]*softplus[i] - b[cell]*z[i]) */                                       \
  EQP_MEMBER(S, "logisticByCell(_:_:_:_:_:_:_:_:_:_:_:)")                                          \
  void eqp_logistic_by_cell_##S(const T *z, const T *p, const T *softplus, const uint16_t *cell,   \
                                const T *_Nullable weight, ptrdiff_t rows, ptrdiff_t cells,        \
                                const T *a, const T *b, T *r, T *loss);                            \
  /* r[i] = s_i * p(1-p);  weighted[i] = s_i * p */                                                \
  EQP_MEMBER(S, "weightedProbability(_:_:_:_:_:)")                                                 \
  void eqp_weighted_probability_##S(const T *p, const T *_Nullable weight, ptrdiff_t rows, T *r,   \
                                    T *weighted);                                                  \
  /* sums[cell[i]] += x[i] */                                                                      \
  EQP_MEMBER(S, "cellSums(_:_:_:_:_:)")                                                            \
  void eqp_cell_sums_##S(const uint16_t *cell, ptrdiff_t rows, const T *x, ptrdiff_t cells,        \
                         double *sums);                                                            \
  /* h[i] = s_i * p(1-p) * (a[cell] + b[cell] * (1-2p)) */                                         \
  EQP_MEMBER(S, "curvatureByCell(_:_:_:_:_:_:_:)")                                                 \
  void eqp_curvature_by_cell_##S(const T *p, const uint16_t *cell, const T *_Nullable weight,      \
                                 ptrdiff_t rows, const T *a, const T *b, T *h);                    \
  /* z[i] = value + (offset ? offset[i] : 0) */                                                    \
  EQP_MEMBER(S, "startScores(_:_:_:_:)")                                                           \
  void eqp_start_scores_##S(const T *_Nullable offset, ptrdiff_t rows, T value, T *z);             \
  /* sum_i x[i] */                                                                                 \
  EQP_MEMBER(S, "sum(_:_:)")                                                                       \
  double eqp_sum_##S(const T *x, ptrdiff_t count);                                                 \
  /* out[i] = a[i] * b[i] */                                                                       \
  EQP_MEMBER(S, "multiply(_:_:_:_:)")                                                              \
  void eqp_multiply_##S(const T *a, const T *b, ptrdiff_t count, T *out);                          \
  /* positive[i] = sqrt(max(h[i], 0)), negative[i] = sqrt(max(-h[i], 0)); 1 if any h < 0 */        \
  EQP_MEMBER(S, "signedRoots(_:_:_:_:)")                                                           \
  bool eqp_signed_roots_##S(const T *h, ptrdiff_t count, T *positive, T *negative);                \
  /* squares[j] += sum_i x[i*stride + j]^2, fourths[j] += the same with the fourth power */        \
  EQP_MEMBER(S, "columnPowers(_:_:_:_:_:_:)")                                                      \
  void eqp_column_powers_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,      \
                             double *squares, double *fourths);                                    \
  /* y[j] += x[j], widening */                                                                     \
  EQP_MEMBER(S, "widenAdd(_:_:_:)")                                                                \
  void eqp_widen_add_##S(const T *x, ptrdiff_t count, double *y);                                  \
  /* y[j] = x[j], narrowing */                                                                     \
  EQP_MEMBER(S, "narrow(_:_:_:)")                                                                  \
  void eqp_narrow_##S(const double *x, ptrdiff_t count, T *y);

EQP_DECLARE_KERNELS(float, f32)
EQP_DECLARE_KERNELS(double, f64)

// Sums of whole numbers of 126 bits in three digits, each a double: adding is exact, hence
// associative, as long as no digit is added to more than 2048 times.

/* n = x[i] * scale, rounded to the nearest integer, half to even, is high + middle + low with high a
   multiple of 2^84 and middle one of 2^42, and each digit is added to its sum. Returns whether all
   |n| < 2^126; otherwise the sums are worth nothing. */
bool eqp_exact_add(const double *x, ptrdiff_t count, double scale, double *high, double *middle,
                   double *low);
/* y[i] = unit * (high + middle + low), the sum rounded once to the nearest number, half to even.
   Returns whether all sums of the high digits are below 2^126 in size. */
bool eqp_exact_values(const double *high, const double *middle, const double *low,
                      ptrdiff_t count, double unit, double *y);

#pragma clang assume_nonnull end

#endif
