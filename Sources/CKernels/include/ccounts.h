#ifndef EQUIPOISE_CCOUNTS_H
#define EQUIPOISE_CCOUNTS_H

#include <stdint.h>

// Counting kernels over one block of rows that fits in cache. None allocates or keeps state.
// A slot is 4 * key + 2 * label + prediction, and a key is the mixed-radix code of a row's groups.

/* key[i] += code[i] * stride */
void eqp_count_mix(const uint16_t *code, int64_t rows, uint32_t stride, uint32_t *key);
/* key[i] = 4 * key[i] + 2 * label[i] + prediction[i]; a missing array counts as zeros.
   Returns the bitwise or of all labels and predictions, which is at most 1 for valid data. */
uint32_t eqp_count_slots(const uint8_t *label, const uint8_t *prediction, int64_t rows,
                         uint32_t *key);
/* prediction[i] = score[i] >= threshold. Returns how many scores are not finite. */
int64_t eqp_count_threshold(const double *score, int64_t rows, double threshold,
                            uint8_t *prediction);
/* count[slot[i]] += 1 */
void eqp_count_rows(const uint32_t *slot, int64_t rows, int64_t slots, int64_t *count);
void eqp_count_rows_reference(const uint32_t *slot, int64_t rows, int64_t *count);
/* sum[slot[i]] += w[i]; square[slot[i]] += w[i]^2. Returns how many weights are negative or not
   finite. */
int64_t eqp_count_weights(const uint32_t *slot, const double *w, int64_t rows, double *sum,
                          double *square);
/* With c = slot[i] / 2, the cell (group, label): sum[c] += w s; square[c] += w s^2; and, when bins
   are asked for, histogram[c*bins + bin(s)] += w, bin(s) = floor(s*bins) kept inside 0..bins-1. */
void eqp_count_scores(const uint32_t *slot, const double *score, const double *w, int64_t rows,
                      double *sum, double *square, double *histogram, int64_t bins);
/* order = the row numbers sorted by score, ties in row order. Every scratch array holds `rows`. */
void eqp_sort_by_score(const double *score, int64_t rows, uint64_t *keys, uint64_t *spare_keys,
                       uint32_t *order, uint32_t *spare_order);

#endif
