#include "ctransforms.h"
#include "clones.h"

#include <float.h>
#include <string.h>

// Digits of 11 bits: the upper three tell all but numbers that agree to a part in a million.
enum { DIGIT_BITS = 11, DIGITS = 6, DIGIT_SIZE = 1 << DIGIT_BITS, UPPER_DIGITS = 3 };
// Numbers that agree in the upper digits are put in order by exchanges, up to this many for one.
enum { MOST_EXCHANGES = 64 };

// Keys in the order of the numbers: all bits turned over below 0, else the sign alone.
static inline uint64_t key_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ ((uint64_t)((int64_t)bits >> 63) | 0x8000000000000000ULL);
}

static inline double value_of(uint64_t key) {
  const uint64_t bits = key ^ (key >> 63 ? 0x8000000000000000ULL : ~0ULL);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Sorts by digits first ..< DIGITS, the lowest first; digit d covers bits 64 - 11 (6 - d) and on, the
// lowest one what is left. Returns where the keys are: `keys` or `spare`.
static uint64_t *sort_digits(uint64_t *keys, ptrdiff_t count, uint64_t *spare, int first) {
  static const uint64_t mask = DIGIT_SIZE - 1;
  int64_t start[DIGITS][DIGIT_SIZE];
  memset(start, 0, sizeof start);
#define DIGIT(k, d) ((d) == 0 ? (k) & 511 : (k) >> (64 - DIGIT_BITS * (DIGITS - (d))) & mask)
  for (int64_t i = 0; i < count; i++) {
    for (int d = first; d < DIGITS; d++) start[d][DIGIT(keys[i], d)]++;
  }
  for (int d = first; d < DIGITS; d++) {
    if (start[d][DIGIT(keys[0], d)] == count) continue;
    int64_t at = 0;
    for (int b = 0; b < DIGIT_SIZE; b++) {
      const int64_t size = start[d][b];
      start[d][b] = at;
      at += size;
    }
    for (int64_t i = 0; i < count; i++) spare[start[d][DIGIT(keys[i], d)]++] = keys[i];
    uint64_t *other = keys;
    keys = spare;
    spare = other;
  }
#undef DIGIT
  return keys;
}

// Puts nearly sorted keys in order; 0 when one of them is too far from its place.
static int put_in_order(uint64_t *keys, ptrdiff_t count) {
  for (int64_t i = 1; i < count; i++) {
    const uint64_t key = keys[i];
    int64_t j = i;
    while (j > 0 && keys[j - 1] > key) {
      if (i - j == MOST_EXCHANGES) return keys[j] = key, 0;
      keys[j] = keys[j - 1];
      j--;
    }
    keys[j] = key;
  }
  return 1;
}

void eqp_sort_values(double *values, ptrdiff_t count, double *spare) {
  if (count < 2) return;
  uint64_t *keys = (uint64_t *)values, *other = (uint64_t *)spare;
  for (int64_t i = 0; i < count; i++) {
    const uint64_t key = key_of(values[i]);
    memcpy(values + i, &key, sizeof key);
  }
  uint64_t *sorted = sort_digits(keys, count, other, DIGITS - UPPER_DIGITS);
  if (!put_in_order(sorted, count)) {
    sorted = sort_digits(sorted, count, sorted == keys ? other : keys, 0);
  }
  for (int64_t i = 0; i < count; i++) {
    const double value = value_of(sorted[i]);
    memcpy(values + i, &value, sizeof value);
  }
}

int64_t eqp_distinct_steps(double *sorted, ptrdiff_t count, double *upper) {
  const double total = (double)count;
  int64_t kept = 0;
  for (int64_t i = 0; i < count; i++) {
    if (i + 1 < count && sorted[i + 1] == sorted[i]) continue;
    sorted[kept] = sorted[i];
    upper[kept++] = (double)(i + 1) / total;
  }
  return kept;
}

// Columns whose sums stay in registers or the nearest cache.
enum { COLUMN_BLOCK = 64 };

static inline __attribute__((always_inline)) double monotone(const eqp_monotone_map *map,
                                                             double x) {
  const double *knots = map->knots, *values = map->values;
  const int64_t last = map->count - 1;
  if (last < 0) return x;
  if (x <= knots[0]) return values[0] + (x - knots[0]);
  // Not a number is neither: it stays what it is.
  if (!(x < knots[last])) return values[last] + (x - knots[last]);
  int64_t cell = (int64_t)((x - map->low) * map->scale);
  if (cell >= map->cells) cell = map->cells - 1;
  int64_t low = map->guide[cell];
  // As many halves as the fullest cell takes, and without a branch: what cannot be foreseen costs
  // more than a step for nothing.
  int64_t count = map->guide[cell + 1] + 1 - low;
  for (int64_t step = map->halvings; step > 0; step--) {
    const int64_t half = count >> 1;
    low = knots[low + half] <= x ? low + half : low;
    count -= half;
  }
  // The cell of x was rounded: the knot may lie beside it.
  while (knots[low] > x) low--;
  while (knots[low + 1] <= x) low++;
  const double share = (x - knots[low]) / (knots[low + 1] - knots[low]);
  const double rise = values[low + 1] - values[low];
  // A rise beyond the range of numbers has no share.
  if (rise > DBL_MAX) return (1 - share) * values[low] + share * values[low + 1];
  return values[low] + share * rise;
}

double eqp_monotone_value(const eqp_monotone_map *map, double x) { return monotone(map, x); }

#define DEFINE_TRANSFORMS(T, S)                                                                    \
  KERNEL void eqp_rows_center_##S(const T *restrict x, ptrdiff_t rows, ptrdiff_t columns,          \
                                  ptrdiff_t stride, const double *restrict center,                 \
                                  double *restrict out) {                                          \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      for (int64_t j = 0; j < columns; j++) {                                                      \
        out[i * columns + j] = (double)x[i * stride + j] - center[j];                              \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  KERNEL void eqp_rows_subtract_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,     \
                                    const uint16_t *const *codes, const double *const *tables,     \
                                    ptrdiff_t attributes, const double *numbers,                   \
                                    const double *slopes, ptrdiff_t count, T *out,                 \
                                    ptrdiff_t out_stride) {                                        \
    double block[COLUMN_BLOCK];                                                                    \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      for (int64_t first = 0; first < columns; first += COLUMN_BLOCK) {                            \
        const int64_t left = columns - first;                                                      \
        const int64_t width = left < COLUMN_BLOCK ? left : COLUMN_BLOCK;                           \
        const T *row = x + i * stride + first;                                                     \
        for (int64_t j = 0; j < width; j++) block[j] = (double)row[j];                             \
        for (int64_t a = 0; a < attributes; a++) {                                                 \
          const double *effect = tables[a] + codes[a][i] * columns + first;                        \
          for (int64_t j = 0; j < width; j++) block[j] -= effect[j];                               \
        }                                                                                          \
        for (int64_t k = 0; k < count; k++) {                                                      \
          const double number = numbers[i * count + k], *slope = slopes + k * columns + first;     \
          for (int64_t j = 0; j < width; j++) block[j] -= number * slope[j];                       \
        }                                                                                          \
        T *target = out + i * out_stride + first;                                                  \
        for (int64_t j = 0; j < width; j++) target[j] = (T)block[j];                               \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  void eqp_rows_subtract_reference_##S(const T *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride,  \
                                       const uint16_t *const *codes,                               \
                                       const double *const *tables, ptrdiff_t attributes,          \
                                       const double *numbers, const double *slopes,                \
                                       ptrdiff_t count, T *out, ptrdiff_t out_stride) {            \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      for (int64_t j = 0; j < columns; j++) {                                                      \
        double sum = (double)x[i * stride + j];                                                    \
        for (int64_t a = 0; a < attributes; a++) sum -= tables[a][codes[a][i] * columns + j];      \
        for (int64_t k = 0; k < count; k++) {                                                      \
          sum -= numbers[i * count + k] * slopes[k * columns + j];                                 \
        }                                                                                          \
        out[i * out_stride + j] = (T)sum;                                                          \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  void eqp_part_column_##S(const T *x, ptrdiff_t rows, ptrdiff_t stride, const uint16_t *codes,    \
                           ptrdiff_t *next, double *out) {                                         \
    for (int64_t i = 0; i < rows; i++) out[next[codes[i]]++] = (double)x[i * stride];              \
  }                                                                                                \
                                                                                                   \
  void eqp_monotone_apply_##S(const T *x, ptrdiff_t rows, ptrdiff_t stride, const uint16_t *set,   \
                              const eqp_monotone_map *maps, double level, T *out,                  \
                              ptrdiff_t out_stride) {                                              \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      const double v = (double)x[i * stride];                                                      \
      const double mapped = monotone(maps + set[i], v);                                            \
      out[i * out_stride] = (T)(level == 1 ? mapped : v + level * (mapped - v));                   \
    }                                                                                              \
  }

DEFINE_TRANSFORMS(float, f32)
DEFINE_TRANSFORMS(double, f64)
