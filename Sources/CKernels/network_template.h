// Included once with T = float and once with T = double; NAME(x) appends the suffix.

#pragma clang fp reassociate(on) contract(fast)

// Rows lie anywhere in memory: asking for one some rows ahead hides most of the wait.
KERNEL void NAME(eqp_gather_rows)(const T *restrict x, ptrdiff_t stride, ptrdiff_t columns,
                                  const uint32_t *restrict row, ptrdiff_t rows, T *restrict out,
                                  ptrdiff_t ld) {
  const int64_t line = 64 / (int64_t)sizeof(T);
  for (int64_t i = 0; i < rows; i++) {
    if (i + ahead < rows) {
      const T *next = x + (int64_t)row[i + ahead] * stride;
      for (int64_t j = 0; j < columns; j += line) __builtin_prefetch(next + j);
    }
    memcpy(out + i * ld, x + (int64_t)row[i] * stride, (size_t)columns * sizeof(T));
  }
}

INLINE T NAME(value)(int32_t kind, T v) {
  switch (kind) {
  case EQP_RELU:
    return v > 0 ? v : (T)0;
  case EQP_LEAKY_RELU:
    return v > 0 ? v : (T)leak * v;
  case EQP_TANH:
    return NAME(tanh)(v);
  case EQP_SIGMOID:
    return (T)1 / ((T)1 + NAME(exp)(-v));
  case EQP_GELU:
    return (T)0.5 * v * ((T)1 + NAME(tanh)((T)gelu_scale * (v + (T)gelu_cubic * v * v * v)));
  default:
    return v;
  }
}

// f'(v), from h = f(v) where that tells it.
INLINE T NAME(slope_of_value)(int32_t kind, T h) {
  switch (kind) {
  case EQP_RELU:
    return h > 0 ? (T)1 : (T)0;
  case EQP_LEAKY_RELU:
    return h > 0 ? (T)1 : (T)leak;
  case EQP_TANH:
    return (T)1 - h * h;
  case EQP_SIGMOID:
    return h * ((T)1 - h);
  default:
    return (T)1;
  }
}

INLINE T NAME(gelu_slope)(T v) {
  const T t = NAME(tanh)((T)gelu_scale * (v + (T)gelu_cubic * v * v * v));
  return (T)0.5 * ((T)1 + t) +
         (T)0.5 * v * ((T)1 - t * t) * (T)gelu_scale * ((T)1 + (T)(3 * gelu_cubic) * v * v);
}

INLINE void NAME(activate_kind)(int32_t kind, T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                ptrdiff_t stride, T *restrict slope) {
  for (int64_t i = 0; i < rows; i++) {
    T *xi = x + i * stride;
    if (slope) {
      T *si = slope + i * columns;
      for (int64_t j = 0; j < columns; j++) {
        const T v = xi[j], h = NAME(value)(kind, v);
        si[j] = kind == EQP_GELU ? NAME(gelu_slope)(v) : NAME(slope_of_value)(kind, h);
        xi[j] = h;
      }
    } else {
      for (int64_t j = 0; j < columns; j++) xi[j] = NAME(value)(kind, xi[j]);
    }
  }
}

#define FOR_EACH_KIND(CALL)                                                                        \
  switch (kind) {                                                                                  \
  case EQP_RELU: CALL(EQP_RELU); break;                                                            \
  case EQP_LEAKY_RELU: CALL(EQP_LEAKY_RELU); break;                                                \
  case EQP_TANH: CALL(EQP_TANH); break;                                                            \
  case EQP_SIGMOID: CALL(EQP_SIGMOID); break;                                                      \
  case EQP_GELU: CALL(EQP_GELU); break;                                                            \
  default: CALL(EQP_IDENTITY);                                                                     \
  }

KERNEL void NAME(eqp_activate)(int32_t kind, T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                               ptrdiff_t stride, T *restrict slope) {
#define CALL(K) NAME(activate_kind)(K, x, rows, columns, stride, slope)
  FOR_EACH_KIND(CALL)
#undef CALL
}

INLINE void NAME(deactivate_kind)(int32_t kind, const T *restrict h, ptrdiff_t stride, ptrdiff_t rows,
                                  ptrdiff_t columns, ptrdiff_t blocks, T *restrict delta) {
  for (int64_t i = 0; i < rows; i++) {
    const T *hi = h + i * stride;
    for (int64_t q = 0; q < blocks; q++) {
      T *di = delta + (i * blocks + q) * columns;
      for (int64_t j = 0; j < columns; j++) di[j] *= NAME(slope_of_value)(kind, hi[j]);
    }
  }
}

KERNEL void NAME(eqp_deactivate)(int32_t kind, const T *restrict h, ptrdiff_t stride,
                                 const T *restrict slope, ptrdiff_t rows, ptrdiff_t columns,
                                 ptrdiff_t blocks, T *restrict delta) {
  if (slope) {
    for (int64_t i = 0; i < rows; i++) {
      const T *si = slope + i * columns;
      for (int64_t q = 0; q < blocks; q++) {
        T *di = delta + (i * blocks + q) * columns;
        for (int64_t j = 0; j < columns; j++) di[j] *= si[j];
      }
    }
    return;
  }
#define CALL(K) NAME(deactivate_kind)(K, h, stride, rows, columns, blocks, delta)
  FOR_EACH_KIND(CALL)
#undef CALL
}

INLINE void NAME(outer_kind)(int32_t kind, const T *restrict h, ptrdiff_t stride,
                             const T *restrict w, ptrdiff_t rows, ptrdiff_t columns,
                             T *restrict delta) {
  for (int64_t i = 0; i < rows; i++) {
    const T *hi = h + i * stride;
    T *di = delta + i * columns;
    for (int64_t j = 0; j < columns; j++) di[j] = w[j] * NAME(slope_of_value)(kind, hi[j]);
  }
}

KERNEL void NAME(eqp_deactivate_outer)(int32_t kind, const T *restrict h, ptrdiff_t stride,
                                       const T *restrict slope, const T *restrict w, ptrdiff_t rows,
                                       ptrdiff_t columns, T *restrict delta) {
  if (slope) {
    for (int64_t i = 0; i < rows; i++) {
      const T *si = slope + i * columns;
      T *di = delta + i * columns;
      for (int64_t j = 0; j < columns; j++) di[j] = w[j] * si[j];
    }
    return;
  }
#define CALL(K) NAME(outer_kind)(K, h, stride, w, rows, columns, delta)
  FOR_EACH_KIND(CALL)
#undef CALL
}

KERNEL void NAME(eqp_dropout)(T *restrict x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,
                              T *restrict slope, double keep, uint64_t seed, ptrdiff_t first) {
  const uint32_t bound = (uint32_t)(keep * 4294967295.0);
  const T factor = (T)(1 / keep);
  for (int64_t i = 0; i < rows; i++) {
    const uint32_t row = scramble((uint32_t)(first + i) * 0x9E3779B9u ^ (uint32_t)seed) ^
                         (uint32_t)(seed >> 32);
    T *xi = x + i * stride, *si = slope + i * columns;
    for (int64_t j = 0; j < columns; j++) {
      const T m = scramble(row + (uint32_t)j * 0x9E3779B9u) <= bound ? factor : (T)0;
      xi[j] *= m;
      si[j] *= m;
    }
  }
}

KERNEL void NAME(eqp_pair_scale)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                 ptrdiff_t stride, const T *restrict u, const T *restrict v,
                                 T *restrict out) {
  for (int64_t i = 0; i < rows; i++) {
    const T *xi = x + i * stride;
    T *oi = out + 2 * i * columns, *pi = oi + columns;
    const T ui = u[i], vi = v[i];
    for (int64_t j = 0; j < columns; j++) {
      oi[j] = ui * xi[j];
      pi[j] = vi * xi[j];
    }
  }
}

KERNEL void NAME(eqp_pair_rows_add)(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                    ptrdiff_t stride, const T *restrict u, const T *restrict v,
                                    T *restrict g, T *restrict h) {
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const T *x0 = x + i * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
    const T u0 = u[i], u1 = u[i + 1], u2 = u[i + 2], u3 = u[i + 3];
    const T v0 = v[i], v1 = v[i + 1], v2 = v[i + 2], v3 = v[i + 3];
    for (int64_t j = 0; j < columns; j++) {
      g[j] += (u0 * x0[j] + u1 * x1[j]) + (u2 * x2[j] + u3 * x3[j]);
      h[j] += (v0 * x0[j] + v1 * x1[j]) + (v2 * x2[j] + v3 * x3[j]);
    }
  }
  for (; i < rows; i++) {
    const T *xi = x + i * stride;
    for (int64_t j = 0; j < columns; j++) {
      g[j] += u[i] * xi[j];
      h[j] += v[i] * xi[j];
    }
  }
}

KERNEL void NAME(eqp_embed)(const int32_t *restrict code, ptrdiff_t rows, ptrdiff_t codes,
                            const T *restrict table, ptrdiff_t columns, T *restrict out,
                            ptrdiff_t stride) {
  for (int64_t i = 0; i < rows; i++) {
    T *oi = out + i * stride;
    const int32_t *ci = code + i * codes;
    int64_t c = 0;
    for (; c + 2 <= codes; c += 2) {
      const T *a = table + (int64_t)ci[c] * columns, *b = table + (int64_t)ci[c + 1] * columns;
      for (int64_t j = 0; j < columns; j++) oi[j] += a[j] + b[j];
    }
    for (; c < codes; c++) {
      const T *a = table + (int64_t)ci[c] * columns;
      for (int64_t j = 0; j < columns; j++) oi[j] += a[j];
    }
  }
}

typedef T NAME(vector) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T)), may_alias));

// Two vectors' width of a level's sums, kept in registers.
INLINE void NAME(level_sums)(const int32_t *restrict row, ptrdiff_t count, const T *restrict d,
                             const T *restrict e, ptrdiff_t stride, const T *restrict u,
                             const T *restrict v, T *restrict g, T *restrict h) {
  NAME(vector) a = {0}, b = {0}, p = {0}, q = {0};
  for (int64_t k = 0; k < count; k++) {
    const int64_t i = row[k];
    const NAME(vector) *di = (const NAME(vector) *)(d + i * stride);
    const T ui = u ? u[i] : (T)1;
    a += ui * di[0];
    b += ui * di[1];
    if (h) {
      const NAME(vector) *ei = (const NAME(vector) *)(e + i * stride);
      const T vi = v ? v[i] : (T)1;
      p += vi * ei[0];
      q += vi * ei[1];
    }
  }
  ((NAME(vector) *)g)[0] = a;
  ((NAME(vector) *)g)[1] = b;
  if (h) {
    ((NAME(vector) *)h)[0] = p;
    ((NAME(vector) *)h)[1] = q;
  }
}

INLINE void NAME(level_rest)(const int32_t *restrict row, ptrdiff_t count, const T *restrict d,
                             ptrdiff_t stride, const T *restrict u, ptrdiff_t columns, T *restrict g) {
  for (int64_t j = 0; j < columns; j++) g[j] = 0;
  for (int64_t k = 0; k < count; k++) {
    const int64_t i = row[k];
    const T ui = u ? u[i] : (T)1;
    for (int64_t j = 0; j < columns; j++) g[j] += ui * d[i * stride + j];
  }
}

KERNEL void NAME(eqp_level_sums)(const int32_t *restrict start, const int32_t *restrict row,
                                 ptrdiff_t levels, const T *restrict d, const T *restrict e,
                                 ptrdiff_t stride, const T *restrict u, const T *restrict v,
                                 ptrdiff_t columns, T *restrict g, T *restrict h, ptrdiff_t ld) {
  const int64_t width = 2 * VECTOR_BYTES / (int64_t)sizeof(T), whole = columns / width * width;
  for (int64_t l = 0; l < levels; l++) {
    const int32_t *own = row + start[l];
    const int64_t count = start[l + 1] - start[l];
    T *gl = g + l * ld, *hl = h ? h + l * ld : 0;
    for (int64_t j = 0; j < whole; j += width) {
      if (h) {
        NAME(level_sums)(own, count, d + j, e + j, stride, u, v, gl + j, hl + j);
      } else {
        NAME(level_sums)(own, count, d + j, e + j, stride, u, v, gl + j, 0);
      }
    }
    if (whole == columns) continue;
    NAME(level_rest)(own, count, d + whole, stride, u, columns - whole, gl + whole);
    if (h) NAME(level_rest)(own, count, e + whole, stride, v, columns - whole, hl + whole);
  }
}

KERNEL double NAME(eqp_binary_loss)(const T *restrict z, const T *restrict p,
                                    const T *restrict softplus, const T *restrict y,
                                    const T *restrict w, ptrdiff_t rows, T factor, T *restrict u) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) {
    u[i] = factor * w[i] * (p[i] - y[i]);
    sum += (double)(w[i] * (softplus[i] - y[i] * z[i]));
  }
  return sum;
}

double NAME(eqp_softmax_loss)(const T *restrict z, ptrdiff_t stride, const T *restrict y,
                              const T *restrict w, ptrdiff_t rows, ptrdiff_t classes, T factor,
                              T *restrict u, ptrdiff_t ldu) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) {
    const T *zi = z + i * stride;
    T *ui = u + i * ldu;
    const int64_t label = (int64_t)y[i];
    T most = zi[0];
    for (int64_t k = 1; k < classes; k++) most = zi[k] > most ? zi[k] : most;
    double total = 0;
    for (int64_t k = 0; k < classes; k++) {
      const double value = exp((double)(zi[k] - most));
      ui[k] = (T)value;
      total += value;
    }
    sum += (double)w[i] * (log(total) - (double)(zi[label] - most));
    const T scale = (T)((double)(factor * w[i]) / total);
    for (int64_t k = 0; k < classes; k++) ui[k] *= scale;
    ui[label] -= factor * w[i];
  }
  return sum;
}

double NAME(eqp_squared_loss)(const T *restrict z, ptrdiff_t stride, const T *restrict y,
                              const T *restrict w, ptrdiff_t rows, T factor, T *restrict u,
                              ptrdiff_t ldu) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) {
    const T r = z[i * stride] - y[i];
    u[i * ldu] = factor * w[i] * r;
    sum += 0.5 * (double)(w[i] * r * r);
  }
  return sum;
}

KERNEL double NAME(eqp_absolute_loss)(const T *restrict p, const T *restrict y,
                                      const T *restrict w, ptrdiff_t rows, T factor,
                                      T *restrict u) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) {
    const T sign = y[i] > (T)0.5 ? (T)-1 : (T)1;
    u[i] = factor * w[i] * sign * p[i] * ((T)1 - p[i]);
    sum += (double)(w[i] * sign * (p[i] - y[i]));
  }
  return sum;
}

void NAME(eqp_copy_strided)(const T *restrict x, ptrdiff_t ldx, ptrdiff_t rows, T *restrict out,
                            ptrdiff_t ldo) {
  for (int64_t i = 0; i < rows; i++) out[i * ldo] = x[i * ldx];
}

void NAME(eqp_gather)(const T *restrict x, const uint32_t *restrict row, ptrdiff_t rows,
                      T *restrict out) {
  for (int64_t i = 0; i < rows; i++) {
    if (i + ahead < rows) __builtin_prefetch(x + row[i + ahead]);
    out[i] = x[row[i]];
  }
}

INLINE T NAME(label_factor)(int32_t factor, int32_t which, T y) {
  switch (factor) {
  case EQP_FACTOR_CLASS:
    return y == (T)which ? (T)1 : (T)0;
  case EQP_FACTOR_LABEL:
    return y;
  default:
    return (T)1;
  }
}

void NAME(eqp_feature)(const T *x, ptrdiff_t ldx, const T *restrict y, ptrdiff_t rows, int32_t factor,
                       int32_t which, T *restrict out, ptrdiff_t ldo) {
  for (int64_t i = 0; i < rows; i++) {
    out[i * ldo] = (x ? x[i * ldx] : (T)1) * NAME(label_factor)(factor, which, y[i]);
  }
}

void NAME(eqp_feature_back)(const T *restrict g, ptrdiff_t ldg, const T *restrict y, ptrdiff_t rows,
                            int32_t factor, int32_t which, T *restrict u, ptrdiff_t ldu) {
  for (int64_t i = 0; i < rows; i++) {
    u[i * ldu] += g[i * ldg] * NAME(label_factor)(factor, which, y[i]);
  }
}

double NAME(eqp_sigmoid_back)(const T *restrict s, const T *restrict z, ptrdiff_t rows, T k,
                              T *restrict u, ptrdiff_t ldu) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) {
    const T slope = s[i] * ((T)1 - s[i]);
    sum += (double)(u[i * ldu] * slope * z[i]);
    u[i * ldu] *= k * slope;
  }
  return sum;
}

void NAME(eqp_softmax)(const T *restrict z, ptrdiff_t rows, ptrdiff_t classes, T *restrict p) {
  for (int64_t i = 0; i < rows; i++) {
    const T *zi = z + i * classes;
    T *pi = p + i * classes;
    T most = zi[0];
    for (int64_t k = 1; k < classes; k++) most = zi[k] > most ? zi[k] : most;
    double total = 0;
    for (int64_t k = 0; k < classes; k++) {
      const double value = exp((double)(zi[k] - most));
      pi[k] = (T)value;
      total += value;
    }
    for (int64_t k = 0; k < classes; k++) pi[k] = (T)((double)pi[k] / total);
  }
}

void NAME(eqp_softmax_back)(const T *restrict p, ptrdiff_t rows, ptrdiff_t classes, T *restrict u,
                            ptrdiff_t ldu) {
  for (int64_t i = 0; i < rows; i++) {
    const T *pi = p + i * classes;
    T *ui = u + i * ldu;
    T mean = 0;
    for (int64_t k = 0; k < classes; k++) mean += pi[k] * ui[k];
    for (int64_t k = 0; k < classes; k++) ui[k] = pi[k] * (ui[k] - mean);
  }
}

KERNEL void NAME(eqp_curvature)(const T *restrict p, const T *restrict w, ptrdiff_t rows,
                                T *restrict out) {
  for (int64_t i = 0; i < rows; i++) out[i] = w[i] * p[i] * ((T)1 - p[i]);
}

void NAME(eqp_fill)(T value, ptrdiff_t rows, ptrdiff_t columns, T *restrict out, ptrdiff_t ld) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) out[i * ld + j] = value;
  }
}

void NAME(eqp_cell_weights)(const T *restrict w, const T *restrict group, const T *restrict label,
                            ptrdiff_t rows, const double *restrict table, ptrdiff_t labels,
                            T *restrict out) {
  for (int64_t i = 0; i < rows; i++) {
    const int64_t cell = (int64_t)group[i] * labels + (labels > 1 ? (int64_t)label[i] : 0);
    out[i] = (T)((double)w[i] * table[cell]);
  }
}

void NAME(eqp_class_probability)(const T *restrict u, ptrdiff_t ldu, const T *restrict y,
                                 const T *restrict w, ptrdiff_t rows, int32_t which, T *restrict p) {
  for (int64_t i = 0; i < rows; i++) {
    const T own = y[i] == (T)which ? (T)1 : (T)0;
    const T v = w[i] > 0 ? u[i * ldu] / w[i] + own : (T)0;
    p[i] = v < 0 ? (T)0 : (v > 1 ? (T)1 : v);
  }
}

KERNEL void NAME(eqp_plain_step)(T *restrict p, const T *restrict g, ptrdiff_t count, T rate,
                                 T decay) {
  for (int64_t j = 0; j < count; j++) p[j] -= rate * (g[j] + decay * p[j]);
}

KERNEL void NAME(eqp_add_parts)(const T *restrict g, ptrdiff_t parts, ptrdiff_t ld, ptrdiff_t count,
                                T *restrict out) {
  for (int64_t j = 0; j < count; j++) out[j] = g[j];
  int64_t s = 1;
  for (; s + 2 <= parts; s += 2) {
    const T *a = g + s * ld, *b = a + ld;
    for (int64_t j = 0; j < count; j++) out[j] += a[j] + b[j];
  }
  for (; s < parts; s++) {
    const T *a = g + s * ld;
    for (int64_t j = 0; j < count; j++) out[j] += a[j];
  }
}

KERNEL void NAME(eqp_pair_products)(const T *restrict a, const T *restrict b, ptrdiff_t count,
                                    double *restrict sums) {
  double ab = 0, bb = 0, aa = 0;
  for (int64_t j = 0; j < count; j++) {
    ab += (double)a[j] * (double)b[j];
    bb += (double)b[j] * (double)b[j];
    aa += (double)a[j] * (double)a[j];
  }
  sums[0] += ab;
  sums[1] += bb;
  sums[2] += aa;
}

KERNEL void NAME(eqp_combine)(const T *restrict a, const T *restrict b, ptrdiff_t count, T s, T t,
                              T *restrict out) {
  for (int64_t j = 0; j < count; j++) out[j] = s * a[j] + t * b[j];
}

KERNEL void NAME(eqp_momentum_step)(T *restrict p, const T *restrict g, T *restrict velocity,
                                    ptrdiff_t count, T rate, T momentum, T decay) {
  for (int64_t j = 0; j < count; j++) {
    velocity[j] = momentum * velocity[j] + g[j] + decay * p[j];
    p[j] -= rate * velocity[j];
  }
}

KERNEL void NAME(eqp_adam_step)(T *restrict p, const T *restrict g, T *restrict m, T *restrict v,
                                ptrdiff_t count, T rate, T b1, T b2, T eps, T c1, T c2, T coupled,
                                T decay) {
  for (int64_t j = 0; j < count; j++) {
    const T gj = g[j] + coupled * p[j];
    m[j] = b1 * m[j] + ((T)1 - b1) * gj;
    v[j] = b2 * v[j] + ((T)1 - b2) * gj * gj;
    p[j] -= rate * (m[j] * c1 / (NAME(root)(v[j] * c2) + eps) + decay * p[j]);
  }
}

KERNEL void NAME(eqp_rmsprop_step)(T *restrict p, const T *restrict g, T *restrict v,
                                   ptrdiff_t count, T rate, T b, T eps, T coupled) {
  for (int64_t j = 0; j < count; j++) {
    const T gj = g[j] + coupled * p[j];
    v[j] = b * v[j] + ((T)1 - b) * gj * gj;
    p[j] -= rate * gj / (NAME(root)(v[j]) + eps);
  }
}

// x - x is 0 for finite x and NaN otherwise. Without reassociation, which would assume it is 0.
bool NAME(eqp_all_finite)(const T *x, ptrdiff_t count) {
#pragma clang fp reassociate(off)
  T worst = 0;
  for (int64_t j = 0; j < count; j++) {
    const T a = x[j] < 0 ? -x[j] : x[j];
    worst = a <= worst ? worst : a;
    if (!(a <= (T)3e38)) return 0;
  }
  return worst < (T)INFINITY;
}

// The plain references, kept for ever: what each kernel computes, one number at a time.

INLINE double NAME(plain_value)(int32_t kind, double v) {
  switch (kind) {
  case EQP_RELU:
    return v > 0 ? v : 0;
  case EQP_LEAKY_RELU:
    return v > 0 ? v : leak * v;
  case EQP_TANH:
    return tanh(v);
  case EQP_SIGMOID:
    return 1 / (1 + exp(-v));
  case EQP_GELU:
    return 0.5 * v * (1 + tanh(gelu_scale * (v + gelu_cubic * v * v * v)));
  default:
    return v;
  }
}

INLINE double NAME(plain_slope)(int32_t kind, double v) {
  const double h = NAME(plain_value)(kind, v);
  const double t = tanh(gelu_scale * (v + gelu_cubic * v * v * v));
  switch (kind) {
  case EQP_RELU:
    return v > 0 ? 1 : 0;
  case EQP_LEAKY_RELU:
    return v > 0 ? 1 : leak;
  case EQP_TANH:
    return 1 - h * h;
  case EQP_SIGMOID:
    return h * (1 - h);
  case EQP_GELU:
    return 0.5 * (1 + t) +
           0.5 * v * (1 - t * t) * gelu_scale * (1 + 3 * gelu_cubic * v * v);
  default:
    return 1;
  }
}

void NAME(eqp_activate_reference)(int32_t kind, T *x, ptrdiff_t rows, ptrdiff_t columns,
                                  ptrdiff_t stride, T *slope) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) {
      const double v = (double)x[i * stride + j];
      if (slope) slope[i * columns + j] = (T)NAME(plain_slope)(kind, v);
      x[i * stride + j] = (T)NAME(plain_value)(kind, v);
    }
  }
}

void NAME(eqp_pair_rows_add_reference)(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,
                                       const T *u, const T *v, T *g, T *h) {
  for (int64_t j = 0; j < columns; j++) {
    double a = (double)g[j], b = (double)h[j];
    for (int64_t i = 0; i < rows; i++) {
      a += (double)u[i] * (double)x[i * stride + j];
      b += (double)v[i] * (double)x[i * stride + j];
    }
    g[j] = (T)a;
    h[j] = (T)b;
  }
}

double NAME(eqp_binary_loss_reference)(const T *z, const T *y, const T *w, ptrdiff_t rows, T factor,
                                       T *u) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) {
    const double v = (double)z[i], e = exp(-fabs(v));
    const double p = v < 0 ? e / (1 + e) : 1 / (1 + e);
    u[i] = (T)((double)factor * (double)w[i] * (p - (double)y[i]));
    sum += (double)w[i] * ((v < 0 ? 0 : v) + log1p(e) - (double)y[i] * v);
  }
  return sum;
}

void NAME(eqp_adam_step_reference)(T *p, const T *g, T *m, T *v, ptrdiff_t count, T rate, T b1, T b2,
                                   T eps, T c1, T c2, T coupled, T decay) {
  for (int64_t j = 0; j < count; j++) {
    const double gj = (double)g[j] + (double)coupled * (double)p[j];
    const double mj = (double)b1 * (double)m[j] + (1 - (double)b1) * gj;
    const double vj = (double)b2 * (double)v[j] + (1 - (double)b2) * gj * gj;
    m[j] = (T)mj;
    v[j] = (T)vj;
    p[j] = (T)((double)p[j] - (double)rate * (mj * (double)c1 /
                                                  (sqrt(vj * (double)c2) + (double)eps) +
                                              (double)decay * (double)p[j]));
  }
}

#undef FOR_EACH_KIND
