#ifndef EQUIPOISE_CNETWORK_H
#define EQUIPOISE_CNETWORK_H

#include "cscalars.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Kernels of neural networks over one tile of rows that fits in cache, and of optimizer steps.
//
// Suffix _f32 / _f64 is the type of everything computed; sums that are returned are double. A
// kernel whose loop is reordered or approximated has a plain reference `..._reference` beside it.
// No kernel allocates, and none keeps state.

// A function of a label that a feature of an adversary is multiplied by.
enum {
  EQP_FACTOR_ONE = 0,
  EQP_FACTOR_CLASS = 1, // 1[y = class]
  EQP_FACTOR_LABEL = 2  // y
};

// What a unit does to its input v. The derivative is a function of the output, except for GELU.
enum {
  EQP_IDENTITY = 0,
  EQP_RELU = 1,
  EQP_LEAKY_RELU = 2, // max(v, 0.01 v)
  EQP_TANH = 3,
  EQP_SIGMOID = 4,
  EQP_GELU = 5 // v Phi(v), with the tanh formula for Phi
};

#pragma clang assume_nonnull begin

#define EQP_DECLARE_NETWORK_KERNELS(T, S)                                                          \
  /* out[i,j] = x[row[i]*stride + j], out with rows of ld */                                       \
  EQP_MEMBER(S, "gatherRows(_:_:_:_:_:_:_:)")                                                      \
  void eqp_gather_rows_##S(const T *x, ptrdiff_t stride, ptrdiff_t columns, const uint32_t *row,   \
                           ptrdiff_t rows, T *out, ptrdiff_t ld);                                  \
  /* x[i,j] = f(x[i,j]); where slope is given, slope[i*columns + j] = f'(x[i,j]) */                \
  EQP_MEMBER(S, "activate(_:_:_:_:_:_:)")                                                          \
  void eqp_activate_##S(int32_t kind, T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,   \
                        T *_Nullable slope);                                                       \
  EQP_MEMBER(S, "activateReference(_:_:_:_:_:_:)")                                                 \
  void eqp_activate_reference_##S(int32_t kind, T *x, ptrdiff_t rows, ptrdiff_t columns,           \
                                  ptrdiff_t stride, T *_Nullable slope);                           \
  /* delta[i, q, j] *= f'(v[i,j]) with h = f(v), or slope[i,j] where given; q blocks a row */      \
  EQP_MEMBER(S, "deactivate(_:_:_:_:_:_:_:_:)")                                                    \
  void eqp_deactivate_##S(int32_t kind, const T *h, ptrdiff_t stride, const T *_Nullable slope,    \
                          ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t blocks, T *delta);          \
  /* delta[i,j] = w[j] * f'(v[i,j]): the gradient of a single output in the layer before it */     \
  EQP_MEMBER(S, "deactivateOuter(_:_:_:_:_:_:_:_:)")                                               \
  void eqp_deactivate_outer_##S(int32_t kind, const T *h, ptrdiff_t stride,                        \
                                const T *_Nullable slope, const T *w, ptrdiff_t rows,              \
                                ptrdiff_t columns, T *delta);                                      \
  /* x and slope times 0 with probability 1 - keep, else times 1/keep: a hash of (seed, i, j) */   \
  EQP_MEMBER(S, "dropout(_:_:_:_:_:_:_:_:)")                                                       \
  void eqp_dropout_##S(T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, T *slope,        \
                       double keep, uint64_t seed, ptrdiff_t first);                               \
  /* out[i] = [u[i] * x[i,:], v[i] * x[i,:]] */                                                    \
  EQP_MEMBER(S, "pairScale(_:_:_:_:_:_:_:)")                                                       \
  void eqp_pair_scale_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,         \
                          const T *u, const T *v, T *out);                                         \
  /* g[j] += sum_i u[i] x[i,j];  h[j] += sum_i v[i] x[i,j] */                                      \
  EQP_MEMBER(S, "pairRowsAdd(_:_:_:_:_:_:_:_:)")                                                   \
  void eqp_pair_rows_add_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,      \
                             const T *u, const T *v, T *g, T *h);                                  \
  EQP_MEMBER(S, "pairRowsAddReference(_:_:_:_:_:_:_:_:)")                                          \
  void eqp_pair_rows_add_reference_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns,              \
                                       ptrdiff_t stride, const T *u, const T *v, T *g, T *h);      \
  /* out[i,j] += sum_c table[code[i,c]*columns + j], code (rows, codes) */                         \
  EQP_MEMBER(S, "embed(_:_:_:_:_:_:_:)")                                                           \
  void eqp_embed_##S(const int32_t *code, ptrdiff_t rows, ptrdiff_t codes, const T *table,         \
                     ptrdiff_t columns, T *out, ptrdiff_t stride);                                 \
  /* g[l*ld + j] = sum of u[i] d[i,j] over the rows i of level l, h likewise of v[i] e[i,j], for   \
     j < columns; u and v may be NULL for 1, h for no second sum. In the order of rows. start and  \
     row: of eqp_sort_codes */                                                                     \
  EQP_MEMBER(S, "levelSums(_:_:_:_:_:_:_:_:_:_:_:_:)")                                             \
  void eqp_level_sums_##S(const int32_t *start, const int32_t *row, ptrdiff_t levels, const T *d,  \
                          const T *e, ptrdiff_t stride, const T *_Nullable u,                      \
                          const T *_Nullable v, ptrdiff_t columns, T *g, T *_Nullable h,           \
                          ptrdiff_t ld);                                                           \
  /* u[i] = factor * w[i] * (p[i] - y[i]); returns sum_i w[i] * (softplus[i] - y[i] z[i]) */       \
  EQP_MEMBER(S, "binaryLoss(_:_:_:_:_:_:_:_:)")                                                    \
  double eqp_binary_loss_##S(const T *z, const T *p, const T *softplus, const T *y, const T *w,    \
                             ptrdiff_t rows, T factor, T *u);                                      \
  EQP_MEMBER(S, "binaryLossReference(_:_:_:_:_:_:)")                                               \
  double eqp_binary_loss_reference_##S(const T *z, const T *y, const T *w, ptrdiff_t rows,         \
                                       T factor, T *u);                                            \
  /* u[i,k] = factor * w[i] * (softmax(z[i])_k - 1[k = y[i]]); returns the weighted sum of losses  \
     -log softmax(z[i])_{y[i]} */                                                                  \
  EQP_MEMBER(S, "softmaxLoss(_:_:_:_:_:_:_:_:_:)")                                                 \
  double eqp_softmax_loss_##S(const T *z, ptrdiff_t stride, const T *y, const T *w,                \
                              ptrdiff_t rows, ptrdiff_t classes, T factor, T *u, ptrdiff_t ldu);   \
  /* u[i] = factor * w[i] * (z[i] - y[i]); returns sum_i w[i] (z[i] - y[i])^2 / 2 */               \
  EQP_MEMBER(S, "squaredLoss(_:_:_:_:_:_:_:_:)")                                                   \
  double eqp_squared_loss_##S(const T *z, ptrdiff_t stride, const T *y, const T *w,                \
                              ptrdiff_t rows, T factor, T *u, ptrdiff_t ldu);                      \
  /* |sigmoid(z[i]) - y[i]| instead: u[i] = factor * w[i] * its slope */                           \
  EQP_MEMBER(S, "absoluteLoss(_:_:_:_:_:_:)")                                                      \
  double eqp_absolute_loss_##S(const T *p, const T *y, const T *w, ptrdiff_t rows, T factor,       \
                               T *u);                                                              \
  /* out[i*ldo] = x[i*ldx] */                                                                      \
  EQP_MEMBER(S, "copyStrided(_:_:_:_:_:)")                                                         \
  void eqp_copy_strided_##S(const T *x, ptrdiff_t ldx, ptrdiff_t rows, T *out, ptrdiff_t ldo);     \
  /* out[i] = x[row[i]] */                                                                         \
  EQP_MEMBER(S, "gather(_:_:_:_:)")                                                                \
  void eqp_gather_##S(const T *x, const uint32_t *row, ptrdiff_t rows, T *out);                    \
  /* out[i*ldo] = (x ? x[i*ldx] : 1) * f(y[i]) */                                                  \
  EQP_MEMBER(S, "feature(_:_:_:_:_:_:_:_:)")                                                       \
  void eqp_feature_##S(const T *_Nullable x, ptrdiff_t ldx, const T *y, ptrdiff_t rows,            \
                       int32_t factor, int32_t which, T *out, ptrdiff_t ldo);                      \
  /* u[i*ldu] += g[i*ldg] * f(y[i]) */                                                             \
  EQP_MEMBER(S, "featureBack(_:_:_:_:_:_:_:_:)")                                                   \
  void eqp_feature_back_##S(const T *g, ptrdiff_t ldg, const T *y, ptrdiff_t rows,                 \
                            int32_t factor, int32_t which, T *u, ptrdiff_t ldu);                   \
  /* s = sigmoid(k z): u[i*ldu] *= k s(1-s); returns sum of the old u[i*ldu] s(1-s) z[i] */        \
  EQP_MEMBER(S, "sigmoidBack(_:_:_:_:_:_:)")                                                       \
  double eqp_sigmoid_back_##S(const T *s, const T *z, ptrdiff_t rows, T k, T *u, ptrdiff_t ldu);   \
  /* p[i] = softmax(z[i]), rows of `classes` numbers */                                            \
  EQP_MEMBER(S, "softmax(_:_:_:_:)")                                                               \
  void eqp_softmax_##S(const T *z, ptrdiff_t rows, ptrdiff_t classes, T *p);                       \
  /* u[i] = p[i] * (u[i] - <p[i], u[i]>), rows of u ldu apart */                                   \
  EQP_MEMBER(S, "softmaxBack(_:_:_:_:_:)")                                                         \
  void eqp_softmax_back_##S(const T *p, ptrdiff_t rows, ptrdiff_t classes, T *u, ptrdiff_t ldu);   \
  /* out[i] = w[i] p[i] (1 - p[i]) */                                                              \
  EQP_MEMBER(S, "curvature(_:_:_:_:)")                                                             \
  void eqp_curvature_##S(const T *p, const T *w, ptrdiff_t rows, T *out);                          \
  /* out[i*ld + j] = value for j < columns */                                                      \
  EQP_MEMBER(S, "fill(_:_:_:_:_:)")                                                                \
  void eqp_fill_##S(T value, ptrdiff_t rows, ptrdiff_t columns, T *out, ptrdiff_t ld);             \
  /* out[i] = w[i] * table[group[i]*labels + (labels > 1 ? label[i] : 0)] */                       \
  EQP_MEMBER(S, "cellWeights(_:_:_:_:_:_:_:)")                                                     \
  void eqp_cell_weights_##S(const T *w, const T *group, const T *label, ptrdiff_t rows,            \
                            const double *table, ptrdiff_t labels, T *out);                        \
  /* the probability whose gradient u[i*ldu] = w[i] (p - 1[y[i] = which]) is; w = 0 gives 0 */     \
  EQP_MEMBER(S, "classProbability(_:_:_:_:_:_:_:)")                                                \
  void eqp_class_probability_##S(const T *u, ptrdiff_t ldu, const T *y, const T *w,                \
                                 ptrdiff_t rows, int32_t which, T *p);                             \
  /* p -= rate*(g + decay*p) */                                                                    \
  EQP_MEMBER(S, "plainStep(_:_:_:_:_:)")                                                           \
  void eqp_plain_step_##S(T *p, const T *g, ptrdiff_t count, T rate, T decay);                     \
  /* out[j] = sum over parts of g[part*ld + j], in the order of the parts */                       \
  EQP_MEMBER(S, "addParts(_:_:_:_:_:)")                                                            \
  void eqp_add_parts_##S(const T *g, ptrdiff_t parts, ptrdiff_t ld, ptrdiff_t count, T *out);      \
  /* sums[0] += <a,b>, sums[1] += <b,b>, sums[2] += <a,a> */                                       \
  EQP_MEMBER(S, "pairProducts(_:_:_:_:)")                                                          \
  void eqp_pair_products_##S(const T *a, const T *b, ptrdiff_t count, double *sums);               \
  /* out[j] = s*a[j] + t*b[j] */                                                                   \
  EQP_MEMBER(S, "combine(_:_:_:_:_:_:)")                                                           \
  void eqp_combine_##S(const T *a, const T *b, ptrdiff_t count, T s, T t, T *out);                 \
  /* velocity = momentum*velocity + g + decay*p;  p -= rate*velocity */                            \
  EQP_MEMBER(S, "momentumStep(_:_:_:_:_:_:_:)")                                                    \
  void eqp_momentum_step_##S(T *p, const T *g, T *velocity, ptrdiff_t count, T rate, T momentum,   \
                             T decay);                                                             \
  /* m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; p -= rate*(m*c1/(sqrt(v*c2)+eps) + decay*p),      \
     with g + coupled*p for g; c1 and c2 undo the bias of m and v */                               \
  EQP_MEMBER(S, "adamStep(_:_:_:_:_:_:_:_:_:_:_:_:_:)")                                            \
  void eqp_adam_step_##S(T *p, const T *g, T *m, T *v, ptrdiff_t count, T rate, T b1, T b2,        \
                         T eps, T c1, T c2, T coupled, T decay);                                   \
  EQP_MEMBER(S, "adamStepReference(_:_:_:_:_:_:_:_:_:_:_:_:_:)")                                   \
  void eqp_adam_step_reference_##S(T *p, const T *g, T *m, T *v, ptrdiff_t count, T rate, T b1,    \
                                   T b2, T eps, T c1, T c2, T coupled, T decay);                   \
  /* v = b v + (1-b) g^2; p -= rate*g/(sqrt(v)+eps), with g + coupled*p for g */                   \
  EQP_MEMBER(S, "rmspropStep(_:_:_:_:_:_:_:_:)")                                                   \
  void eqp_rmsprop_step_##S(T *p, const T *g, T *v, ptrdiff_t count, T rate, T b, T eps,           \
                            T coupled);                                                            \
  /* 1 if every number is finite */                                                                \
  EQP_MEMBER(S, "allFinite(_:_:)")                                                                 \
  bool eqp_all_finite_##S(const T *x, ptrdiff_t count);

// out[i*ld] = first + code[row[i]]
void eqp_gather_codes(const uint16_t *code, const uint32_t *row, ptrdiff_t rows, int32_t first,
                      int32_t *out, ptrdiff_t ld);
// Which rows have each level, in their order: of level l, row[start[l]] up to row[start[l + 1] - 1].
// code: (rows, codes) below levels; start: (levels + 1); row: (rows*codes)
void eqp_sort_codes(const int32_t *code, ptrdiff_t rows, ptrdiff_t codes, ptrdiff_t levels,
                    int32_t *start, int32_t *row);

EQP_DECLARE_NETWORK_KERNELS(float, f32)
EQP_DECLARE_NETWORK_KERNELS(double, f64)

#pragma clang assume_nonnull end

#endif
