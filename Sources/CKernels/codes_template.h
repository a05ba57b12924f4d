// Sums over rows whose category is a code, for numbers of one type: included by kernels_template.h.
//
// Several columns of codes are taken four at a time, and what is left of them at once. A row's number
// is loaded and stored once for all of them; and where neighbouring rows share a level each sum waits
// for the one before, so that the waits of several columns overlap. The order of a sum is that of its
// rows, and a row's of its columns but for those of four, whatever is taken together.

void NAME(eqp_codes_gather)(const uint16_t *restrict code, ptrdiff_t rows, const T *restrict w,
                            T *restrict z) {
  for (int64_t i = 0; i < rows; i++) z[i] += w[code[i]];
}

INLINE void NAME(gather_some)(const uint16_t *const *codes, const ptrdiff_t *starts, int columns,
                              ptrdiff_t first, ptrdiff_t rows, const T *w, T *restrict z) {
  const uint16_t *c[4];
  const T *t[4];
  for (int k = 0; k < columns; k++) c[k] = codes[k] + first, t[k] = w + starts[k];
  for (int64_t i = 0; i < rows; i++) {
    if (columns == 4) {
      z[i] += (t[0][c[0][i]] + t[1][c[1][i]]) + (t[2][c[2][i]] + t[3][c[3][i]]);
    } else {
      T sum = z[i];
      for (int k = 0; k < columns; k++) sum += t[k][c[k][i]];
      z[i] = sum;
    }
  }
}

void NAME(eqp_codes_gather_all)(const uint16_t *const *codes, const ptrdiff_t *starts,
                                ptrdiff_t columns, ptrdiff_t first, ptrdiff_t rows, const T *w,
                                T *z) {
  for (; columns >= 4; columns -= 4, codes += 4, starts += 4)
    NAME(gather_some)(codes, starts, 4, first, rows, w, z);
  switch (columns) {
    case 3: NAME(gather_some)(codes, starts, 3, first, rows, w, z); break;
    case 2: NAME(gather_some)(codes, starts, 2, first, rows, w, z); break;
    case 1: NAME(gather_some)(codes, starts, 1, first, rows, w, z); break;
  }
}

INLINE void NAME(gather_some_by_set)(const uint16_t *const *codes, const ptrdiff_t *starts,
                                     int columns, ptrdiff_t first, ptrdiff_t rows, const T *w,
                                     ptrdiff_t ld, const uint16_t *restrict set, T *restrict z) {
  const uint16_t *c[4];
  const T *t[4];
  for (int k = 0; k < columns; k++) c[k] = codes[k] + first, t[k] = w + starts[k];
  for (int64_t i = 0; i < rows; i++) {
    const ptrdiff_t own = set[i] * ld;
    T sum = z[i];
    for (int k = 0; k < columns; k++) sum += t[k][own + c[k][i]];
    z[i] = sum;
  }
}

void NAME(eqp_codes_gather_all_by_set)(const uint16_t *const *codes, const ptrdiff_t *starts,
                                       ptrdiff_t columns, ptrdiff_t first, ptrdiff_t rows,
                                       const T *w, ptrdiff_t ld, const uint16_t *set, T *z) {
  for (; columns >= 4; columns -= 4, codes += 4, starts += 4)
    NAME(gather_some_by_set)(codes, starts, 4, first, rows, w, ld, set, z);
  switch (columns) {
    case 3: NAME(gather_some_by_set)(codes, starts, 3, first, rows, w, ld, set, z); break;
    case 2: NAME(gather_some_by_set)(codes, starts, 2, first, rows, w, ld, set, z); break;
    case 1: NAME(gather_some_by_set)(codes, starts, 1, first, rows, w, ld, set, z); break;
  }
}

void NAME(eqp_codes_scatter)(const uint16_t *restrict code, ptrdiff_t rows, const T *restrict r,
                             double *restrict g) {
  for (int64_t i = 0; i < rows; i++) g[code[i]] += (double)r[i];
}

INLINE void NAME(scatter_some)(const uint16_t *const *codes, const ptrdiff_t *starts, int columns,
                               ptrdiff_t first, ptrdiff_t rows, const T *restrict r, double *g) {
  const uint16_t *c[4];
  double *t[4];
  for (int k = 0; k < columns; k++) c[k] = codes[k] + first, t[k] = g + starts[k];
  for (int64_t i = 0; i < rows; i++) {
    const double ri = (double)r[i];
    for (int k = 0; k < columns; k++) t[k][c[k][i]] += ri;
  }
}

void NAME(eqp_codes_scatter_all)(const uint16_t *const *codes, const ptrdiff_t *starts,
                                 ptrdiff_t columns, ptrdiff_t first, ptrdiff_t rows, const T *r,
                                 double *g) {
  for (; columns >= 4; columns -= 4, codes += 4, starts += 4)
    NAME(scatter_some)(codes, starts, 4, first, rows, r, g);
  switch (columns) {
    case 3: NAME(scatter_some)(codes, starts, 3, first, rows, r, g); break;
    case 2: NAME(scatter_some)(codes, starts, 2, first, rows, r, g); break;
    case 1: NAME(scatter_some)(codes, starts, 1, first, rows, r, g); break;
  }
}

void NAME(eqp_codes_contingency)(const uint16_t *restrict a, const uint16_t *restrict b,
                                 ptrdiff_t rows, const T *restrict r, double *restrict t,
                                 ptrdiff_t ld) {
  for (int64_t i = 0; i < rows; i++) t[a[i] * ld + b[i]] += (double)r[i];
}

INLINE void NAME(tables_some)(const uint16_t *restrict a, const uint16_t *const *codes,
                              const ptrdiff_t *starts, int columns, ptrdiff_t first,
                              ptrdiff_t rows, const T *restrict r, double *table, ptrdiff_t ld) {
  const uint16_t *c[4];
  double *t[4];
  for (int k = 0; k < columns; k++) c[k] = codes[k] + first, t[k] = table + starts[k];
  for (int64_t i = 0; i < rows; i++) {
    const double ri = (double)r[i];
    const ptrdiff_t own = a[i] * ld;
    for (int k = 0; k < columns; k++) t[k][own + c[k][i]] += ri;
  }
}

void NAME(eqp_codes_tables)(const uint16_t *a, const uint16_t *const *codes,
                            const ptrdiff_t *starts, ptrdiff_t columns, ptrdiff_t first,
                            ptrdiff_t rows, const T *r, double *t, ptrdiff_t ld) {
  for (; columns >= 4; columns -= 4, codes += 4, starts += 4)
    NAME(tables_some)(a, codes, starts, 4, first, rows, r, t, ld);
  switch (columns) {
    case 3: NAME(tables_some)(a, codes, starts, 3, first, rows, r, t, ld); break;
    case 2: NAME(tables_some)(a, codes, starts, 2, first, rows, r, t, ld); break;
    case 1: NAME(tables_some)(a, codes, starts, 1, first, rows, r, t, ld); break;
  }
}
