// Included once with T = float and once with T = double; NAME(x) appends the suffix.

#pragma clang fp reassociate(on) contract(fast)

KERNEL void NAME(eqp_rows_dot)(const T *restrict x, int64_t rows, int64_t columns, int64_t stride,
                               const T *restrict w, T *restrict z) {
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const T *x0 = x + i * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
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

KERNEL void NAME(eqp_rows_dot_by_set)(const T *restrict x, int64_t rows, int64_t columns,
                                      int64_t stride, const T *restrict w, int64_t ld,
                                      const uint16_t *restrict set, T *restrict z) {
  for (int64_t i = 0; i < rows; i++) {
    const T *xi = x + i * stride, *wi = w + set[i] * ld;
    T s = 0;
    for (int64_t j = 0; j < columns; j++) s += xi[j] * wi[j];
    z[i] += s;
  }
}

KERNEL void NAME(eqp_rows_add)(const T *restrict x, int64_t rows, int64_t columns, int64_t stride,
                               const T *restrict r, T *restrict g) {
  int64_t i = 0;
  for (; i + 8 <= rows; i += 8) {
    const T *x0 = x + i * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
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

KERNEL void NAME(eqp_rows_add_by_cell)(const T *restrict x, int64_t rows, int64_t columns,
                                       int64_t stride, const T *restrict r,
                                       const uint16_t *restrict cell, T *restrict g, int64_t ld) {
  for (int64_t i = 0; i < rows; i++) {
    const T *xi = x + i * stride;
    T *gi = g + cell[i] * ld;
    const T ri = r[i];
    for (int64_t j = 0; j < columns; j++) gi[j] += ri * xi[j];
  }
}

KERNEL void NAME(eqp_rows_scale)(const T *restrict x, int64_t rows, int64_t columns,
                                 int64_t stride, const T *restrict r, T *restrict out) {
  for (int64_t i = 0; i < rows; i++) {
    const T *xi = x + i * stride;
    T *oi = out + i * columns;
    const T ri = r[i];
    for (int64_t j = 0; j < columns; j++) oi[j] = ri * xi[j];
  }
}

void NAME(eqp_codes_gather)(const uint16_t *restrict code, int64_t rows, const T *restrict w,
                            T *restrict z) {
  for (int64_t i = 0; i < rows; i++) z[i] += w[code[i]];
}

void NAME(eqp_codes_gather_by_set)(const uint16_t *restrict code, int64_t rows,
                                   const T *restrict w, int64_t ld, const uint16_t *restrict set,
                                   T *restrict z) {
  for (int64_t i = 0; i < rows; i++) z[i] += w[set[i] * ld + code[i]];
}

void NAME(eqp_codes_scatter)(const uint16_t *restrict code, int64_t rows, const T *restrict r,
                             double *restrict g) {
  for (int64_t i = 0; i < rows; i++) g[code[i]] += (double)r[i];
}

void NAME(eqp_codes_scatter_by_cell)(const uint16_t *restrict code, int64_t rows,
                                     const T *restrict r, const uint16_t *restrict cell,
                                     double *restrict g, int64_t ld) {
  for (int64_t i = 0; i < rows; i++) g[cell[i] * ld + code[i]] += (double)r[i];
}

void NAME(eqp_codes_contingency)(const uint16_t *restrict a, const uint16_t *restrict b,
                                 int64_t rows, const T *restrict r, double *restrict t,
                                 int64_t ld) {
  for (int64_t i = 0; i < rows; i++) t[a[i] * ld + b[i]] += (double)r[i];
}

KERNEL void NAME(eqp_sigmoid_softplus)(const T *restrict z, int64_t rows, T *restrict p,
                                       T *restrict s) {
  for (int64_t i = 0; i < rows; i++) {
    const T v = z[i];
    const T e = NAME(exp_nonpositive)(v < 0 ? v : -v);
    const T q = (T)1 / ((T)1 + e);
    p[i] = v < 0 ? e * q : q;
    s[i] = (v < 0 ? (T)0 : v) + NAME(log1p_unit)(e);
  }
}

KERNEL void NAME(eqp_lookup)(const uint16_t *restrict cell, int64_t rows, const T *restrict table,
                             const T *restrict weight, T *restrict out) {
  if (weight) {
    for (int64_t i = 0; i < rows; i++) out[i] = table[cell[i]] * weight[i];
  } else {
    for (int64_t i = 0; i < rows; i++) out[i] = table[cell[i]];
  }
}

KERNEL void NAME(eqp_logistic_by_cell)(const T *restrict z, const T *restrict p,
                                       const T *restrict softplus, const uint16_t *restrict cell,
                                       const T *restrict weight, int64_t rows,
                                       const T *restrict a, const T *restrict b, T *restrict r,
                                       double *restrict sums) {
  for (int64_t i = 0; i < rows; i++) {
    const T s = weight ? weight[i] : (T)1;
    const T ai = s * a[cell[i]], bi = s * b[cell[i]];
    r[i] = ai * p[i] - bi;
    sums[cell[i]] += (double)(ai * softplus[i] - bi * z[i]);
  }
}

KERNEL void NAME(eqp_probability_by_cell)(const T *restrict p, const uint16_t *restrict cell,
                                          const T *restrict weight, int64_t rows, T *restrict r,
                                          double *restrict sums) {
  for (int64_t i = 0; i < rows; i++) {
    const T s = weight ? weight[i] : (T)1;
    r[i] = s * p[i] * ((T)1 - p[i]);
    sums[cell[i]] += (double)(s * p[i]);
  }
}

KERNEL void NAME(eqp_curvature_by_cell)(const T *restrict p, const uint16_t *restrict cell,
                                        const T *restrict weight, int64_t rows,
                                        const T *restrict a, const T *restrict b, T *restrict h) {
  for (int64_t i = 0; i < rows; i++) {
    const T s = weight ? weight[i] : (T)1;
    const T v = s * p[i] * ((T)1 - p[i]);
    h[i] = v * (a[cell[i]] + b[cell[i]] * ((T)1 - 2 * p[i]));
  }
}

KERNEL void NAME(eqp_start_scores)(const T *restrict offset, int64_t rows, T value,
                                   T *restrict z) {
  if (offset) {
    for (int64_t i = 0; i < rows; i++) z[i] = value + offset[i];
  } else {
    for (int64_t i = 0; i < rows; i++) z[i] = value;
  }
}

KERNEL double NAME(eqp_sum)(const T *restrict x, int64_t count) {
  double s = 0;
  for (int64_t i = 0; i < count; i++) s += (double)x[i];
  return s;
}

KERNEL void NAME(eqp_mask)(const uint16_t *restrict code, uint16_t wanted, const T *restrict x,
                           int64_t count, T *restrict out) {
  for (int64_t i = 0; i < count; i++) out[i] = code[i] == wanted ? x[i] : (T)0;
}

KERNEL void NAME(eqp_multiply)(const T *restrict a, const T *restrict b, int64_t count,
                               T *restrict out) {
  for (int64_t i = 0; i < count; i++) out[i] = a[i] * b[i];
}

KERNEL int NAME(eqp_signed_roots)(const T *restrict h, int64_t count, T *restrict positive,
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

KERNEL void NAME(eqp_widen_add)(const T *restrict x, int64_t count, double *restrict y) {
  for (int64_t j = 0; j < count; j++) y[j] += (double)x[j];
}

KERNEL void NAME(eqp_narrow)(const double *restrict x, int64_t count, T *restrict y) {
  for (int64_t j = 0; j < count; j++) y[j] = (T)x[j];
}

// The plain references, kept for ever: what each kernel computes, one row at a time.

void NAME(eqp_rows_dot_reference)(const T *x, int64_t rows, int64_t columns, int64_t stride,
                                  const T *w, T *z) {
  for (int64_t i = 0; i < rows; i++) {
    double s = 0;
    for (int64_t j = 0; j < columns; j++) s += (double)x[i * stride + j] * (double)w[j];
    z[i] = (T)((double)z[i] + s);
  }
}

void NAME(eqp_rows_add_reference)(const T *x, int64_t rows, int64_t columns, int64_t stride,
                                  const T *r, T *g) {
  for (int64_t j = 0; j < columns; j++) {
    double s = (double)g[j];
    for (int64_t i = 0; i < rows; i++) s += (double)r[i] * (double)x[i * stride + j];
    g[j] = (T)s;
  }
}

void NAME(eqp_rows_add_by_cell_reference)(const T *x, int64_t rows, int64_t columns,
                                          int64_t stride, const T *r, const uint16_t *cell, T *g,
                                          int64_t ld) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) {
      g[cell[i] * ld + j] = (T)((double)g[cell[i] * ld + j] + (double)r[i] * (double)x[i * stride + j]);
    }
  }
}

void NAME(eqp_sigmoid_softplus_reference)(const T *z, int64_t rows, T *p, T *s) {
  for (int64_t i = 0; i < rows; i++) {
    const double v = (double)z[i], e = exp(-fabs(v));
    p[i] = (T)(v < 0 ? e / (1 + e) : 1 / (1 + e));
    s[i] = (T)((v < 0 ? 0 : v) + log1p(e));
  }
}
