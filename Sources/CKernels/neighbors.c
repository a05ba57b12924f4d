#include "cneighbors.h"
#include "clones.h"

KERNEL void eqp_squared_distances(const double *x, const double *points, ptrdiff_t count,
                                  ptrdiff_t columns, double *distance) {
#pragma clang fp reassociate(on) contract(fast)
  for (int64_t i = 0; i < count; i++) {
    const double *p = points + i * columns;
    double sum = 0.0;
    for (int64_t j = 0; j < columns; j++) {
      const double gap = x[j] - p[j];
      sum += gap * gap;
    }
    distance[i] = sum;
  }
}

void eqp_squared_distances_reference(const double *x, const double *points, ptrdiff_t count,
                                     ptrdiff_t columns, double *distance) {
  for (int64_t i = 0; i < count; i++) {
    double sum = 0.0;
    for (int64_t j = 0; j < columns; j++) {
      const double gap = x[j] - points[i * columns + j];
      sum += gap * gap;
    }
    distance[i] = sum;
  }
}

KERNEL double eqp_box_distance(const double *x, const double *low, const double *high,
                               ptrdiff_t columns) {
#pragma clang fp reassociate(on) contract(fast)
  double sum = 0.0;
  for (int64_t j = 0; j < columns; j++) {
    const double below = low[j] - x[j], above = x[j] - high[j];
    double gap = below > above ? below : above;
    gap = gap > 0.0 ? gap : 0.0;
    sum += gap * gap;
  }
  return sum;
}
