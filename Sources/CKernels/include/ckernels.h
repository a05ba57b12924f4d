#ifndef EQUIPOISE_CKERNELS_H
#define EQUIPOISE_CKERNELS_H

#include <stdint.h>

// Elementwise and reduction kernels over one block of rows that fits in cache.
//
// Suffix _f32 / _f64 is the type of the features and of everything computed inside the block.
// A kernel whose loop is reordered or approximated has a plain reference `..._reference` beside it
// that says what it computes; the others are their own definition.
// No kernel allocates, and none keeps state.

#define EQP_DECLARE_KERNELS(T, S)                                                                  \
  /* z[i] += sum_j x[i*stride + j] * w[j]            x (rows, columns), z (rows), w (columns) */  \
  /* `ahead`: fetches the rows that lie this many elements further on, into the nearest cache;     \
     0 fetches nothing. The same holds for eqp_rows_add. */                                        \
  void eqp_rows_dot_##S(const T *x, int64_t rows, int64_t columns, int64_t stride, const T *w,     \
                        T *z, int64_t ahead);                                                      \
  void eqp_rows_dot_reference_##S(const T *x, int64_t rows, int64_t columns, int64_t stride,       \
                                  const T *w, T *z);                                               \
  /* z[i] += sum_j x[i*stride + j] * w[set[i]*ld + j]: one coefficient vector a set of rows */     \
  void eqp_rows_dot_by_set_##S(const T *x, int64_t rows, int64_t columns, int64_t stride,          \
                               const T *w, int64_t ld, const uint16_t *set, T *z);                 \
  /* g[j] += sum_i r[i] * x[i*stride + j]                                      g (columns) */     \
  void eqp_rows_add_##S(const T *x, int64_t rows, int64_t columns, int64_t stride, const T *r,     \
                        T *g, int64_t ahead);                                                      \
  void eqp_rows_add_reference_##S(const T *x, int64_t rows, int64_t columns, int64_t stride,       \
                                  const T *r, T *g);                                               \
  /* g[cell[i]*ld + j] += r[i] * x[i*stride + j]                         g (cells, ld) */         \
  void eqp_rows_add_by_cell_##S(const T *x, int64_t rows, int64_t columns, int64_t stride,         \
                                const T *r, const uint16_t *cell, T *g, int64_t ld);               \
  void eqp_rows_add_by_cell_reference_##S(const T *x, int64_t rows, int64_t columns,               \
                                          int64_t stride, const T *r, const uint16_t *cell, T *g,  \
                                          int64_t ld);                                             \
  /* out[i*columns + j] = r[i] * x[i*stride + j] */                                                \
  void eqp_rows_scale_##S(const T *x, int64_t rows, int64_t columns, int64_t stride, const T *r,   \
                          T *out);                                                                 \
  /* z[i] += w[code[i]] */                                                                         \
  void eqp_codes_gather_##S(const uint16_t *code, int64_t rows, const T *w, T *z);                 \
  /* the same for four columns of codes with four tables */                                        \
  void eqp_codes_gather_four_##S(const uint16_t *c0, const uint16_t *c1, const uint16_t *c2,       \
                                 const uint16_t *c3, int64_t rows, const T *w0, const T *w1,       \
                                 const T *w2, const T *w3, T *z);                                  \
  /* z[i] += w[set[i]*ld + code[i]] */                                                             \
  void eqp_codes_gather_by_set_##S(const uint16_t *code, int64_t rows, const T *w, int64_t ld,     \
                                   const uint16_t *set, T *z);                                     \
  /* g[code[i]] += r[i] */                                                                         \
  void eqp_codes_scatter_##S(const uint16_t *code, int64_t rows, const T *r, double *g);           \
  /* the same for four columns of codes; no two of the targets overlap */                          \
  void eqp_codes_scatter_four_##S(const uint16_t *c0, const uint16_t *c1, const uint16_t *c2,      \
                                  const uint16_t *c3, int64_t rows, const T *r, double *g0,        \
                                  double *g1, double *g2, double *g3);                             \
  /* g[cell[i]*ld + code[i]] += r[i] */                                                            \
  void eqp_codes_scatter_by_cell_##S(const uint16_t *code, int64_t rows, const T *r,               \
                                     const uint16_t *cell, double *g, int64_t ld);                 \
  /* t[a[i]*ld + b[i]] += r[i]: a weighted contingency table */                                    \
  void eqp_codes_contingency_##S(const uint16_t *a, const uint16_t *b, int64_t rows, const T *r,   \
                                 double *t, int64_t ld);                                           \
  /* count[bin*cells + cell[i]] += weight[i], bin = floor(z*scale) + bins/2 kept in range */         \
  void eqp_score_bins_##S(const T *z, const uint16_t *cell, const T *weight, int64_t rows,         \
                          T scale, int64_t bins, int64_t cells, double *count);                    \
  /* p = 1/(1+exp(-z)); s = log(1+exp(z)), both to a few ulp and without overflow */               \
  void eqp_sigmoid_softplus_##S(const T *z, int64_t rows, T *p, T *s);                             \
  void eqp_sigmoid_softplus_reference_##S(const T *z, int64_t rows, T *p, T *s);                   \
  /* out[i] = table[cell[i]] * (weight ? weight[i] : 1) */                                         \
  void eqp_lookup_##S(const uint16_t *cell, int64_t rows, const T *table, const T *weight,         \
                      T *out);                                                                     \
  /* r[i] = s_i * (a[cell]*p[i] - b[cell]);  the gradient of a*softplus(z) - b*z in z.             \
     loss[i] = s_i * (a[cell]*softplus[i] - b[cell]*z[i]) */                                       \
  void eqp_logistic_by_cell_##S(const T *z, const T *p, const T *softplus, const uint16_t *cell,   \
                                const T *weight, int64_t rows, int64_t cells, const T *a,          \
                                const T *b, T *r, T *loss);                                        \
  /* r[i] = s_i * p(1-p);  weighted[i] = s_i * p */                                                \
  void eqp_weighted_probability_##S(const T *p, const T *weight, int64_t rows, T *r, T *weighted);  \
  /* sums[cell[i]] += x[i] */                                                                      \
  void eqp_cell_sums_##S(const uint16_t *cell, int64_t rows, const T *x, int64_t cells,            \
                         double *sums);                                                            \
  /* h[i] = s_i * p(1-p) * (a[cell] + b[cell] * (1-2p)) */                                         \
  void eqp_curvature_by_cell_##S(const T *p, const uint16_t *cell, const T *weight, int64_t rows,  \
                                 const T *a, const T *b, T *h);                                    \
  /* z[i] = value + (offset ? offset[i] : 0) */                                                    \
  void eqp_start_scores_##S(const T *offset, int64_t rows, T value, T *z);                         \
  /* sum_i x[i] */                                                                                 \
  double eqp_sum_##S(const T *x, int64_t count);                                                   \
  /* out[i] = code[i] == wanted ? x[i] : 0 */                                                      \
  void eqp_mask_##S(const uint16_t *code, uint16_t wanted, const T *x, int64_t count, T *out);     \
  /* out[i] = a[i] * b[i] */                                                                       \
  void eqp_multiply_##S(const T *a, const T *b, int64_t count, T *out);                            \
  /* positive[i] = sqrt(max(h[i], 0)), negative[i] = sqrt(max(-h[i], 0)); 1 if any h < 0 */        \
  int eqp_signed_roots_##S(const T *h, int64_t count, T *positive, T *negative);                   \
  /* squares[j] += sum_i x[i*stride + j]^2, fourths[j] += the same with the fourth power */         \
  void eqp_column_powers_##S(const T *x, int64_t rows, int64_t columns, int64_t stride,            \
                             double *squares, double *fourths);                                    \
  /* y[j] += x[j], widening */                                                                     \
  void eqp_widen_add_##S(const T *x, int64_t count, double *y);                                    \
  /* y[j] = x[j], narrowing */                                                                     \
  void eqp_narrow_##S(const double *x, int64_t count, T *y);

EQP_DECLARE_KERNELS(float, f32)
EQP_DECLARE_KERNELS(double, f64)

#endif
