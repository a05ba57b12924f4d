#ifndef EQUIPOISE_CCOUNTS_H
#define EQUIPOISE_CCOUNTS_H

#include <stddef.h>
#include <stdint.h>

// Counting kernels over one block of rows that fits in cache. None allocates or keeps state.
// A slot is 4 * key + 2 * label + prediction, and a key is the mixed-radix code of a row's groups.

/* key[i] += code[i] * stride */
void eqp_count_mix(const uint16_t *code, ptrdiff_t rows, uint32_t stride, uint32_t *key);
/* key[i] = 4 * key[i] + 2 * label[i] + prediction[i]; a missing array counts as zeros.
   Returns the bitwise or of all labels and predictions, which is at most 1 for valid data. */
uint32_t eqp_count_slots(const uint8_t *label, const uint8_t *prediction, ptrdiff_t rows,
                         uint32_t *key);
/* prediction[i] = score[i] >= threshold. Returns how many scores are not finite, and adds how many
   lie outside 0...1. */
int64_t eqp_count_threshold(const double *score, ptrdiff_t rows, double threshold,
                            uint8_t *prediction, int64_t *outside);
/* The largest of the codes. */
uint16_t eqp_count_largest(const uint16_t *code, ptrdiff_t rows);
/* count[slot[i]] += 1 */
void eqp_count_rows(const uint32_t *slot, ptrdiff_t rows, ptrdiff_t slots, int64_t *count);
void eqp_count_rows_reference(const uint32_t *slot, ptrdiff_t rows, int64_t *count);
/* sum[slot[i]] += w[i]; square[slot[i]] += w[i]^2. Returns how many weights are negative or not
   finite. */
int64_t eqp_count_weights(const uint32_t *slot, const double *w, ptrdiff_t rows, double *sum,
                          double *square);
/* With c = slot[i] / 2, the cell (group, label): sum[c] += w s; square[c] += w s^2; and, when bins
   are asked for, histogram[c*bins + bin(s)] += w, bin(s) = floor(s*bins) kept inside 0..bins-1. */
void eqp_count_scores(const uint32_t *slot, const double *score, const double *w, ptrdiff_t rows,
                      double *sum, double *square, double *histogram, ptrdiff_t bins);
/* order = the row numbers sorted by score, ties in row order. Every scratch array holds `rows`. */
void eqp_sort_by_score(const double *score, ptrdiff_t rows, uint64_t *keys, uint64_t *spare_keys,
                       uint32_t *order, uint32_t *spare_order);

/* Numbering combinations that are too many for a table of all possible ones. A key is
   head[i] * size + tail[i], a table has a power of two of places, and UINT64_MAX marks a free one.
   Inserts keys until the table is half full; returns how many rows were taken. */
int64_t eqp_keys_insert(const uint32_t *head, const uint16_t *tail, uint64_t size, ptrdiff_t rows,
                        uint64_t *table, ptrdiff_t capacity, int64_t *used);
/* Makes a table that numbers sorted keys 0, 1, ... */
void eqp_keys_number(const uint64_t *sorted, ptrdiff_t keys, uint64_t *table, uint32_t *number,
                     ptrdiff_t capacity);
/* code[i] = the number of row i's key, which must be in the table. */
void eqp_keys_look_up(const uint32_t *head, const uint16_t *tail, uint64_t size, ptrdiff_t rows,
                      const uint64_t *table, const uint32_t *number, ptrdiff_t capacity,
                      uint32_t *code);

#endif
