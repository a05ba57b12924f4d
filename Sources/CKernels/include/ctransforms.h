#ifndef EQUIPOISE_CTRANSFORMS_H
#define EQUIPOISE_CTRANSFORMS_H

#include "cscalars.h"

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Kernels that make new features of old ones, a block of rows at a time.

// A non-decreasing piecewise linear map: values[i] at knots[i], slope 1 beyond the outer knots.
// guide[c] is the last knot at or before the start of cell c, or 0; cells are equally wide between
// the outer knots, and guide[cells] is the last knot but one. So many halvings leave one knot of any
// cell's.
typedef struct {
  const double *knots, *values;
  const uint32_t *guide;
  ptrdiff_t count, cells, halvings;
  double low, scale;  // cell of x = (x - low) * scale
} eqp_monotone_map;

// Sorts numbers that are not NaN. `spare` holds as many.
void eqp_sort_values(double *values, ptrdiff_t count, double *spare);

// Leaves the distinct numbers of a sorted run at its start, the last of each that are equal, and the
// share of the run at or below each in `upper`; returns how many. `upper` has room for all.
int64_t eqp_distinct_steps(double *sorted, ptrdiff_t count, double *upper);

double eqp_monotone_value(const eqp_monotone_map *map, double x);

#define EQP_DECLARE_TRANSFORMS(T, S)                                                               \
  /* out[i*columns + j] = x[i*stride + j] - center[j] */                                           \
  EQP_MEMBER(S, "rowsCenter(_:_:_:_:_:_:)")                                                        \
  void eqp_rows_center_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,        \
                           const double *center, double *out);                                     \
  /* out[i*out_stride + j] = x[i*stride + j] - sum_a tables[a][codes[a][i]*columns + j]            \
     - sum_k numbers[i*count + k] * slopes[k*columns + j],                                         \
     summed in double; x and out may be the same. */                                               \
  EQP_MEMBER(S, "rowsSubtract(_:_:_:_:_:_:_:_:_:_:_:_:)")                                          \
  void eqp_rows_subtract_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,      \
                             const uint16_t *_Nonnull const *_Nonnull codes,                       \
                             const double *_Nonnull const *_Nonnull tables, ptrdiff_t attributes,  \
                             const double *_Nullable numbers, const double *_Nullable slopes,      \
                             ptrdiff_t count, T *out, ptrdiff_t out_stride);                       \
  EQP_MEMBER(S, "rowsSubtractReference(_:_:_:_:_:_:_:_:_:_:_:_:)")                                 \
  void eqp_rows_subtract_reference_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns,              \
                                       ptrdiff_t stride,                                           \
                                       const uint16_t *_Nonnull const *_Nonnull codes,             \
                                       const double *_Nonnull const *_Nonnull tables,              \
                                       ptrdiff_t attributes, const double *_Nullable numbers,      \
                                       const double *_Nullable slopes, ptrdiff_t count, T *out,    \
                                       ptrdiff_t out_stride);                                      \
  /* out[next[codes[i]]++] = x[i*stride]: a column put apart by group, in the order of rows. */    \
  EQP_MEMBER(S, "partColumn(_:_:_:_:_:_:)")                                                        \
  void eqp_part_column_##S(const T *x, ptrdiff_t rows, ptrdiff_t stride, const uint16_t *codes,    \
                           ptrdiff_t *next, double *out);                                          \
  /* out[i*out_stride] = v + level * (map(v) - v), v = x[i*stride], by the map of the row's set;   \
     a map without knots leaves v. */                                                              \
  EQP_MEMBER(S, "monotoneApply(_:_:_:_:_:_:_:_:)")                                                 \
  void eqp_monotone_apply_##S(const T *x, ptrdiff_t rows, ptrdiff_t stride, const uint16_t *set,   \
                              const eqp_monotone_map *maps, double level, T *out,                  \
                              ptrdiff_t out_stride);

EQP_DECLARE_TRANSFORMS(float, f32)
EQP_DECLARE_TRANSFORMS(double, f64)

#pragma clang assume_nonnull end

#endif
