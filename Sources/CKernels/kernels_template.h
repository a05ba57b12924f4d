// Included once with T = float and once with T = double; NAME(x) appends the suffix.

#pragma clang fp reassociate(on) contract(fast)

// Asks for `rows` rows `ahead` elements further on, a line at a time. Fetching never faults, so
// the rows asked for may lie past the end of the matrix.
INLINE void NAME(fetch_rows)(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,
                             ptrdiff_t ahead) {
  const int64_t bytes = columns * (int64_t)sizeof(T);
  for (int64_t k = 0; k < rows; k++) {
    const char *row = (const char *)(x + k * stride + ahead);
    for (int64_t b = 0; b < bytes; b += LINE_BYTES) __builtin_prefetch(row + b, 0, 3);
  }
}

KERNEL void NAME(eqp_rows_dot)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,
                               const T *restrict w, T *restrict z, ptrdiff_t ahead) {
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const T *x0 = x + i * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
    if (ahead) NAME(fetch_rows)(x0, 4, columns, stride, ahead);
    T s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int64_t j = 0; j < columns; j++) {
      s0 += x0[j] * w[j];
      s1 += x1[j] * w[j];
      s2 += x2[j] * w[j];
      s3 += x3[j] * w[j];
    }
    z[i] += s0;
    z[i + 1] += s1;
    z[i + 2] += s2;
    z[i + 3] += s3;
  }
  for (; i < rows; i++) {
    const T *xi = x + i * stride;
    T s = 0;
    for (int64_t j = 0; j < columns; j++) s += xi[j] * w[j];
    z[i] += s;
  }
}

KERNEL void NAME(eqp_rows_dot_by_set)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                      ptrdiff_t stride, const T *restrict w, ptrdiff_t ld,
                                      const uint16_t *restrict set, T *restrict z) {
  for (int64_t i = 0; i < rows; i++) {
    const T *xi = x + i * stride, *wi = w + set[i] * ld;
    T s = 0;
    for (int64_t j = 0; j < columns; j++) s += xi[j] * wi[j];
    z[i] += s;
  }
}

KERNEL void NAME(eqp_rows_add)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,
                               const T *restrict r, T *restrict g, ptrdiff_t ahead) {
  int64_t i = 0;
  for (; i + 8 <= rows; i += 8) {
    const T *x0 = x + i * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
    if (ahead) NAME(fetch_rows)(x0, 8, columns, stride, ahead);
    const T *x4 = x3 + stride, *x5 = x4 + stride, *x6 = x5 + stride, *x7 = x6 + stride;
    const T r0 = r[i], r1 = r[i + 1], r2 = r[i + 2], r3 = r[i + 3];
    const T r4 = r[i + 4], r5 = r[i + 5], r6 = r[i + 6], r7 = r[i + 7];
    for (int64_t j = 0; j < columns; j++) {
      g[j] += ((r0 * x0[j] + r1 * x1[j]) + (r2 * x2[j] + r3 * x3[j])) +
              ((r4 * x4[j] + r5 * x5[j]) + (r6 * x6[j] + r7 * x7[j]));
    }
  }
  for (; i < rows; i++) {
    const T *xi = x + i * stride;
    const T ri = r[i];
    for (int64_t j = 0; j < columns; j++) g[j] += ri * xi[j];
  }
}

// g[j] += sum over the listed rows: eight rows a step, so that g is loaded and stored an eighth as
// often as the features.
INLINE void NAME(add_listed_rows)(const T *restrict x, ptrdiff_t columns, ptrdiff_t stride,
                                  const T *restrict r, const uint16_t *restrict list, ptrdiff_t count,
                                  T *restrict g) {
  int64_t k = 0;
  for (; k + 8 <= count; k += 8) {
    const T *x0 = x + list[k] * stride, *x1 = x + list[k + 1] * stride;
    const T *x2 = x + list[k + 2] * stride, *x3 = x + list[k + 3] * stride;
    const T *x4 = x + list[k + 4] * stride, *x5 = x + list[k + 5] * stride;
    const T *x6 = x + list[k + 6] * stride, *x7 = x + list[k + 7] * stride;
    const T r0 = r[list[k]], r1 = r[list[k + 1]], r2 = r[list[k + 2]], r3 = r[list[k + 3]];
    const T r4 = r[list[k + 4]], r5 = r[list[k + 5]], r6 = r[list[k + 6]], r7 = r[list[k + 7]];
    for (int64_t j = 0; j < columns; j++) {
      g[j] += ((r0 * x0[j] + r1 * x1[j]) + (r2 * x2[j] + r3 * x3[j])) +
              ((r4 * x4[j] + r5 * x5[j]) + (r6 * x6[j] + r7 * x7[j]));
    }
  }
  for (; k < count; k++) {
    const T *xk = x + list[k] * stride;
    const T rk = r[list[k]];
    for (int64_t j = 0; j < columns; j++) g[j] += rk * xk[j];
  }
}

// The rows of a step are sorted by cell first (a counting sort of row numbers), then each cell's
// rows are added together. With many cells there is nothing to gain.
KERNEL void NAME(eqp_rows_add_by_cell)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                       ptrdiff_t stride, const T *restrict r,
                                       const uint16_t *restrict cell, T *restrict g, ptrdiff_t ld) {
  uint16_t list[SORT_ROWS];
  for (int64_t first = 0; first < rows; first += SORT_ROWS) {
    const int64_t count = rows - first < SORT_ROWS ? rows - first : SORT_ROWS;
    const T *xs = x + first * stride, *rs = r + first;
    const uint16_t *cells = cell + first;
    int last = 0;
    for (int64_t i = 0; i < count; i++) last = cells[i] > last ? cells[i] : last;
    if (last >= SORT_CELLS || columns < SORT_COLUMNS) {
      for (int64_t i = 0; i < count; i++) {
        const T *xi = xs + i * stride;
        T *gi = g + cells[i] * ld;
        const T ri = rs[i];
        for (int64_t j = 0; j < columns; j++) gi[j] += ri * xi[j];
      }
      continue;
    }
    int start[SORT_CELLS + 1] = {0};
    for (int64_t i = 0; i < count; i++) start[cells[i] + 1]++;
    for (int c = 0; c <= last; c++) start[c + 1] += start[c];
    int place[SORT_CELLS];
    for (int c = 0; c <= last; c++) place[c] = start[c];
    for (int64_t i = 0; i < count; i++) list[place[cells[i]]++] = (uint16_t)i;
    for (int c = 0; c <= last; c++) {
      NAME(add_listed_rows)(xs, columns, stride, rs, list + start[c], start[c + 1] - start[c],
                            g + c * ld);
    }
  }
}

KERNEL void NAME(eqp_rows_scale)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                 ptrdiff_t stride, const T *restrict r, T *restrict out) {
  for (int64_t i = 0; i < rows; i++) {
    const T *xi = x + i * stride;
    T *oi = out + i * columns;
    const T ri = r[i];
    for (int64_t j = 0; j < columns; j++) oi[j] = ri * xi[j];
  }
}

#include "codes_template.h"

KERNEL void NAME(eqp_sigmoid_softplus)(const T *restrict z, ptrdiff_t rows, T *restrict p,
                                       T *restrict s) {
  for (int64_t i = 0; i < rows; i++) {
    const T v = z[i];
    const T e = NAME(exp_nonpositive)(v < 0 ? v : -v);
    const T q = (T)1 / ((T)1 + e);
    p[i] = v < 0 ? e * q : q;
    s[i] = (v < 0 ? (T)0 : v) + NAME(log1p_unit)(e);
  }
}

// Row i adds its weight to entry (bin, cell) of `count`, shape (bins, cells), where bin is
// floor(z * scale) + bins / 2 kept within 0 and bins - 1; not a number goes to bin 0. The scale is a
// power of two, so that products are exact and a score on an edge is never below it.
KERNEL void NAME(eqp_score_bins)(const T *restrict z, const uint16_t *restrict cell,
                                 const T *restrict weight, ptrdiff_t rows, double scale,
                                 ptrdiff_t bins, ptrdiff_t cells, double *restrict count) {
  int32_t place[SORT_ROWS];
  const T factor = (T)scale;
  const T low = -(T)(bins / 2), high = low + (T)(bins - 1);
  for (int64_t first = 0; first < rows; first += SORT_ROWS) {
    const int64_t n = rows - first < SORT_ROWS ? rows - first : SORT_ROWS;
    const T *zs = z + first;
    const uint16_t *cs = cell + first;
    for (int64_t i = 0; i < n; i++) {
      T v = zs[i] * factor;
      v = v > low ? v : low;
      v = v < high ? v : high;
      const int32_t k = (int32_t)v;
      place[i] = (k - (v < (T)k) + (int32_t)(bins / 2)) * (int32_t)cells + cs[i];
    }
    if (weight) {
      for (int64_t i = 0; i < n; i++) count[place[i]] += (double)weight[first + i];
    } else {
      for (int64_t i = 0; i < n; i++) count[place[i]] += 1.0;
    }
  }
}

KERNEL void NAME(eqp_lookup)(const uint16_t *restrict cell, ptrdiff_t rows, const T *restrict table,
                             const T *restrict weight, T *restrict out) {
  if (weight) {
    for (int64_t i = 0; i < rows; i++) out[i] = table[cell[i]] * weight[i];
  } else {
    for (int64_t i = 0; i < rows; i++) out[i] = table[cell[i]];
  }
}

// With two cells, which is a label without groups, a choice instead of a look-up.
KERNEL void NAME(eqp_logistic_by_cell)(const T *restrict z, const T *restrict p,
                                       const T *restrict softplus, const uint16_t *restrict cell,
                                       const T *restrict weight, ptrdiff_t rows, ptrdiff_t cells,
                                       const T *restrict a, const T *restrict b, T *restrict r,
                                       T *restrict loss) {
  if (cells == 2) {
    const T a0 = a[0], a1 = a[1], b0 = b[0], b1 = b[1];
    for (int64_t i = 0; i < rows; i++) {
      const T ai = cell[i] ? a1 : a0, bi = cell[i] ? b1 : b0;
      r[i] = ai * p[i] - bi;
      loss[i] = ai * softplus[i] - bi * z[i];
    }
  } else {
    for (int64_t i = 0; i < rows; i++) {
      const T ai = a[cell[i]], bi = b[cell[i]];
      r[i] = ai * p[i] - bi;
      loss[i] = ai * softplus[i] - bi * z[i];
    }
  }
  if (weight) {
    for (int64_t i = 0; i < rows; i++) {
      r[i] *= weight[i];
      loss[i] *= weight[i];
    }
  }
}

KERNEL void NAME(eqp_weighted_probability)(const T *restrict p, const T *restrict weight,
                                          ptrdiff_t rows, T *restrict r, T *restrict weighted) {
  for (int64_t i = 0; i < rows; i++) {
    const T s = weight ? weight[i] : (T)1;
    r[i] = s * p[i] * ((T)1 - p[i]);
    weighted[i] = s * p[i];
  }
}

// Few cells: one masked sum each, which is vector code; adding to sums[cell[i]] row by row waits
// for the sum before. Many cells: row by row, since neighbours then rarely share a cell.
KERNEL void NAME(eqp_cell_sums)(const uint16_t *restrict cell, ptrdiff_t rows,
                                const T *restrict x, ptrdiff_t cells, double *restrict sums) {
  if (cells > FEW_CELLS) {
    for (int64_t i = 0; i < rows; i++) sums[cell[i]] += (double)x[i];
    return;
  }
  for (int64_t c = 0; c < cells; c++) {
    double s = 0;
    for (int64_t i = 0; i < rows; i++) s += cell[i] == c ? (double)x[i] : 0.0;
    sums[c] += s;
  }
}

KERNEL void NAME(eqp_curvature_by_cell)(const T *restrict p, const uint16_t *restrict cell,
                                        const T *restrict weight, ptrdiff_t rows,
                                        const T *restrict a, const T *restrict b, T *restrict h) {
  for (int64_t i = 0; i < rows; i++) {
    const T s = weight ? weight[i] : (T)1;
    const T v = s * p[i] * ((T)1 - p[i]);
    h[i] = v * (a[cell[i]] + b[cell[i]] * ((T)1 - 2 * p[i]));
  }
}

KERNEL void NAME(eqp_start_scores)(const T *restrict offset, ptrdiff_t rows, T value,
                                   T *restrict z) {
  if (offset) {
    for (int64_t i = 0; i < rows; i++) z[i] = value + offset[i];
  } else {
    for (int64_t i = 0; i < rows; i++) z[i] = value;
  }
}

KERNEL double NAME(eqp_sum)(const T *restrict x, ptrdiff_t count) {
  double s = 0;
  for (int64_t i = 0; i < count; i++) s += (double)x[i];
  return s;
}

KERNEL void NAME(eqp_multiply)(const T *restrict a, const T *restrict b, ptrdiff_t count,
                               T *restrict out) {
  for (int64_t i = 0; i < count; i++) out[i] = a[i] * b[i];
}

KERNEL bool NAME(eqp_signed_roots)(const T *restrict h, ptrdiff_t count, T *restrict positive,
                                   T *restrict negative) {
  int any = 0;
  for (int64_t i = 0; i < count; i++) {
    const T v = h[i];
    positive[i] = NAME(root)(v > 0 ? v : (T)0);
    negative[i] = NAME(root)(v < 0 ? -v : (T)0);
    any |= v < 0;
  }
  return any;
}

KERNEL void NAME(eqp_column_powers)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                    ptrdiff_t stride, double *restrict squares,
                                    double *restrict fourths) {
  for (int64_t i = 0; i < rows; i++) {
    const T *xi = x + i * stride;
    for (int64_t j = 0; j < columns; j++) {
      const double square = (double)xi[j] * (double)xi[j];
      squares[j] += square;
      fourths[j] += square * square;
    }
  }
}

KERNEL void NAME(eqp_widen_add)(const T *restrict x, ptrdiff_t count, double *restrict y) {
  for (int64_t j = 0; j < count; j++) y[j] += (double)x[j];
}

KERNEL void NAME(eqp_narrow)(const double *restrict x, ptrdiff_t count, T *restrict y) {
  for (int64_t j = 0; j < count; j++) y[j] = (T)x[j];
}

// The plain references, kept for ever: what each kernel computes, one row at a time.

void NAME(eqp_rows_dot_reference)(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,
                                  const T *w, T *z) {
  for (int64_t i = 0; i < rows; i++) {
    double s = 0;
    for (int64_t j = 0; j < columns; j++) s += (double)x[i * stride + j] * (double)w[j];
    z[i] = (T)((double)z[i] + s);
  }
}

void NAME(eqp_rows_add_reference)(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,
                                  const T *r, T *g) {
  for (int64_t j = 0; j < columns; j++) {
    double s = (double)g[j];
    for (int64_t i = 0; i < rows; i++) s += (double)r[i] * (double)x[i * stride + j];
    g[j] = (T)s;
  }
}

void NAME(eqp_rows_add_by_cell_reference)(const T *x, ptrdiff_t rows, ptrdiff_t columns,
                                          ptrdiff_t stride, const T *r, const uint16_t *cell, T *g,
                                          ptrdiff_t ld) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) {
      g[cell[i] * ld + j] = (T)((double)g[cell[i] * ld + j] + (double)r[i] * (double)x[i * stride + j]);
    }
  }
}

void NAME(eqp_sigmoid_softplus_reference)(const T *z, ptrdiff_t rows, T *p, T *s) {
  for (int64_t i = 0; i < rows; i++) {
    const double v = (double)z[i], e = exp(-fabs(v));
    p[i] = (T)(v < 0 ? e / (1 + e) : 1 / (1 + e));
    s[i] = (T)((v < 0 ? 0 : v) + log1p(e));
  }
}
