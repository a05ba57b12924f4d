#include "ctransforms.h"

// One binary carries the same loop for several instruction sets; the loader picks once.
#if defined(__x86_64__) && defined(__linux__)
#define KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define KERNEL
#endif

// Columns whose sums stay in registers or the nearest cache.
enum { COLUMN_BLOCK = 64 };

static inline __attribute__((always_inline)) double monotone(const eqp_monotone_map *map,
                                                             double x) {
  const double *knots = map->knots, *values = map->values;
  const int64_t last = map->count - 1;
  if (last < 0) return x;
  if (x <= knots[0]) return values[0] + (x - knots[0]);
  if (x >= knots[last]) return values[last] + (x - knots[last]);
  int64_t cell = (int64_t)((x - map->low) * map->scale);
  if (cell >= map->cells) cell = map->cells - 1;
  // The cell of x was rounded: its neighbours' knots are still in reach of the search.
  int64_t low = map->guide[cell > 0 ? cell - 1 : 0];
  int64_t high = map->guide[cell + 1 < map->cells ? cell + 2 : map->cells] + 1;
  while (high - low > 1) {
    const int64_t middle = (low + high) / 2;
    if (knots[middle] <= x) {
      low = middle;
    } else {
      high = middle;
    }
  }
  if (knots[low] == x) return values[low];
  const double share = (x - knots[low]) / (knots[low + 1] - knots[low]);
  return values[low] + share * (values[low + 1] - values[low]);
}

double eqp_monotone_value(const eqp_monotone_map *map, double x) { return monotone(map, x); }

#define DEFINE_TRANSFORMS(T, S)                                                                    \
  KERNEL void eqp_rows_center_##S(const T *restrict x, int64_t rows, int64_t columns,              \
                                  int64_t stride, const double *restrict center,                   \
                                  double *restrict out) {                                          \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      for (int64_t j = 0; j < columns; j++) {                                                      \
        out[i * columns + j] = (double)x[i * stride + j] - center[j];                              \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  KERNEL void eqp_rows_subtract_##S(const T *x, int64_t rows, int64_t columns, int64_t stride,     \
                                    const uint16_t *const *codes, const double *const *tables,     \
                                    int64_t attributes, const double *numbers,                     \
                                    const double *slopes, int64_t count, T *out,                   \
                                    int64_t out_stride) {                                          \
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
  void eqp_rows_subtract_reference_##S(const T *x, int64_t rows, int64_t columns, int64_t stride,  \
                                       const uint16_t *const *codes,                               \
                                       const double *const *tables, int64_t attributes,            \
                                       const double *numbers, const double *slopes,                \
                                       int64_t count, T *out, int64_t out_stride) {                \
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
  void eqp_monotone_apply_##S(const T *x, int64_t rows, int64_t stride, const uint16_t *set,       \
                              const eqp_monotone_map *maps, double level, T *out,                  \
                              int64_t out_stride) {                                                \
    for (int64_t i = 0; i < rows; i++) {                                                           \
      const double v = (double)x[i * stride];                                                      \
      const double mapped = monotone(maps + set[i], v);                                            \
      out[i * out_stride] = (T)(level == 1 ? mapped : v + level * (mapped - v));                   \
    }                                                                                              \
  }

DEFINE_TRANSFORMS(float, f32)
DEFINE_TRANSFORMS(double, f64)
