#ifndef EQUIPOISE_CNEIGHBORS_H
#define EQUIPOISE_CNEIGHBORS_H

#include <stddef.h>
#include <stdint.h>

/* distance[i] = sum over j of (x[j] - points[i*columns + j])^2 */
void eqp_squared_distances(const double *x, const double *points, ptrdiff_t count, ptrdiff_t columns,
                           double *distance);
void eqp_squared_distances_reference(const double *x, const double *points, ptrdiff_t count,
                                     ptrdiff_t columns, double *distance);
/* The squared distance of x to the box low...high; 0 inside. */
double eqp_box_distance(const double *x, const double *low, const double *high, ptrdiff_t columns);

#endif
