#include "ccounts.h"
#include "clones.h"

#include <math.h>
#include <string.h>

KERNEL void eqp_count_mix(const uint16_t *code, ptrdiff_t rows, uint32_t stride, uint32_t *key) {
  for (int64_t i = 0; i < rows; i++) key[i] += code[i] * stride;
}

KERNEL uint32_t eqp_count_slots(const uint8_t *label, const uint8_t *prediction, ptrdiff_t rows,
                                uint32_t *key) {
  uint32_t seen = 0;
  if (label != 0 && prediction != 0) {
    for (int64_t i = 0; i < rows; i++) {
      const uint32_t l = label[i], p = prediction[i];
      seen |= l | p;
      key[i] = 4 * key[i] + 2 * (l & 1) + (p & 1);
    }
  } else if (label != 0) {
    for (int64_t i = 0; i < rows; i++) {
      const uint32_t l = label[i];
      seen |= l;
      key[i] = 4 * key[i] + 2 * (l & 1);
    }
  } else if (prediction != 0) {
    for (int64_t i = 0; i < rows; i++) {
      const uint32_t p = prediction[i];
      seen |= p;
      key[i] = 4 * key[i] + (p & 1);
    }
  } else {
    for (int64_t i = 0; i < rows; i++) key[i] = 4 * key[i];
  }
  return seen;
}

KERNEL int64_t eqp_count_threshold(const double *score, ptrdiff_t rows, double threshold,
                                   uint8_t *prediction, int64_t *outside) {
  int64_t bad = 0, out = 0;
  for (int64_t i = 0; i < rows; i++) {
    const double s = score[i];
    // s - s is 0 for a finite number and NaN for any other.
    bad += !(s - s == 0.0);
    out += !(s >= 0.0) | !(s <= 1.0);
    prediction[i] = s >= threshold;
  }
  *outside += out;
  return bad;
}

KERNEL uint16_t eqp_count_largest(const uint16_t *code, ptrdiff_t rows) {
  uint16_t largest = 0;
  for (int64_t i = 0; i < rows; i++) largest = code[i] > largest ? code[i] : largest;
  return largest;
}

void eqp_count_rows_reference(const uint32_t *slot, ptrdiff_t rows, int64_t *count) {
  for (int64_t i = 0; i < rows; i++) count[slot[i]] += 1;
}

// Neighbouring rows often fall into one slot, and an increment has to wait for the last store to
// it. Four tables taken in turn break that chain; they fit the first-level cache up to this size.
#define SMALL_SLOTS 1024

void eqp_count_rows(const uint32_t *slot, ptrdiff_t rows, ptrdiff_t slots, int64_t *count) {
  if (slots > SMALL_SLOTS || rows < slots) {
    eqp_count_rows_reference(slot, rows, count);
    return;
  }
  uint32_t table[4][SMALL_SLOTS];
  for (int t = 0; t < 4; t++) memset(table[t], 0, (size_t)slots * sizeof(uint32_t));
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    table[0][slot[i]]++;
    table[1][slot[i + 1]]++;
    table[2][slot[i + 2]]++;
    table[3][slot[i + 3]]++;
  }
  for (; i < rows; i++) table[0][slot[i]]++;
  for (int64_t s = 0; s < slots; s++)
    count[s] += (int64_t)table[0][s] + table[1][s] + table[2][s] + table[3][s];
}

int64_t eqp_count_weights(const uint32_t *slot, const double *w, ptrdiff_t rows, double *sum,
                          double *square) {
  int64_t bad = 0;
  for (int64_t i = 0; i < rows; i++) {
    const double v = w[i];
    bad += !(v >= 0.0 && v - v == 0.0);
    sum[slot[i]] += v;
    square[slot[i]] += v * v;
  }
  return bad;
}

void eqp_count_scores(const uint32_t *slot, const double *score, const double *w, ptrdiff_t rows,
                      double *sum, double *square, double *histogram, ptrdiff_t bins) {
  for (int64_t i = 0; i < rows; i++) {
    const uint32_t cell = slot[i] >> 1;
    const double s = score[i], v = w != 0 ? w[i] : 1.0;
    sum[cell] += v * s;
    square[cell] += v * s * s;
    if (bins > 0) {
      const double scaled = s * (double)bins;
      int64_t bin = scaled > 0.0 ? (scaled < (double)bins ? (int64_t)scaled : bins - 1) : 0;
      histogram[(int64_t)cell * bins + bin] += v;
    }
  }
}

// A double's bits, changed so that they sort as unsigned integers. -0 is made +0: they tie.
static inline uint64_t sortable(double x) {
  uint64_t bits;
  const double y = x + 0.0;
  memcpy(&bits, &y, sizeof bits);
  return bits ^ ((uint64_t)((int64_t)bits >> 63) | 0x8000000000000000ULL);
}

void eqp_sort_by_score(const double *score, ptrdiff_t rows, uint64_t *keys, uint64_t *spare_keys,
                       uint32_t *order, uint32_t *spare_order) {
  enum { BITS = 11, PASSES = 6, SIZE = 1 << BITS };
  static const uint64_t mask = SIZE - 1;
  int64_t start[PASSES][SIZE];
  memset(start, 0, sizeof start);
  for (int64_t i = 0; i < rows; i++) {
    const uint64_t k = sortable(score[i]);
    keys[i] = k;
    order[i] = (uint32_t)i;
    for (int p = 0; p < PASSES; p++) start[p][(k >> (p * BITS)) & mask]++;
  }
  uint64_t *from = keys, *to = spare_keys;
  uint32_t *source = order, *target = spare_order;
  for (int p = 0; p < PASSES && rows > 0; p++) {
    if (start[p][(from[0] >> (p * BITS)) & mask] == rows) continue;
    int64_t at = 0;
    for (int b = 0; b < SIZE; b++) {
      const int64_t size = start[p][b];
      start[p][b] = at;
      at += size;
    }
    for (int64_t i = 0; i < rows; i++) {
      const int64_t place = start[p][(from[i] >> (p * BITS)) & mask]++;
      to[place] = from[i];
      target[place] = source[i];
    }
    uint64_t *k = from;
    from = to;
    to = k;
    uint32_t *o = source;
    source = target;
    target = o;
  }
  if (source != order) memcpy(order, source, (size_t)rows * sizeof(uint32_t));
}

// Fibonacci hashing: the high bits of a product with 2^64 / golden ratio.
static inline uint64_t place_of(uint64_t key, int shift) {
  return (key * 0x9E3779B97F4A7C15ULL) >> shift;
}

static int shift_of(ptrdiff_t capacity) { return 64 - __builtin_ctzll((unsigned long long)capacity); }

int64_t eqp_keys_insert(const uint32_t *head, const uint16_t *tail, uint64_t size, ptrdiff_t rows,
                        uint64_t *table, ptrdiff_t capacity, int64_t *used) {
  const uint64_t mask = (uint64_t)capacity - 1;
  const int shift = shift_of(capacity);
  uint64_t last = UINT64_MAX;
  for (int64_t i = 0; i < rows; i++) {
    const uint64_t key = (uint64_t)head[i] * size + tail[i];
    if (key == last) continue;
    last = key;
    uint64_t at = place_of(key, shift);
    while (table[at] != key && table[at] != UINT64_MAX) at = (at + 1) & mask;
    if (table[at] == key) continue;
    if (2 * (*used + 1) > capacity) return i;
    table[at] = key;
    *used += 1;
  }
  return rows;
}

void eqp_keys_number(const uint64_t *sorted, ptrdiff_t keys, uint64_t *table, uint32_t *number,
                     ptrdiff_t capacity) {
  const uint64_t mask = (uint64_t)capacity - 1;
  const int shift = shift_of(capacity);
  for (int64_t i = 0; i < capacity; i++) table[i] = UINT64_MAX;
  for (int64_t k = 0; k < keys; k++) {
    uint64_t at = place_of(sorted[k], shift);
    while (table[at] != UINT64_MAX) at = (at + 1) & mask;
    table[at] = sorted[k];
    number[at] = (uint32_t)k;
  }
}

void eqp_keys_look_up(const uint32_t *head, const uint16_t *tail, uint64_t size, ptrdiff_t rows,
                      const uint64_t *table, const uint32_t *number, ptrdiff_t capacity,
                      uint32_t *code) {
  const uint64_t mask = (uint64_t)capacity - 1;
  const int shift = shift_of(capacity);
  for (int64_t i = 0; i < rows; i++) {
    const uint64_t key = (uint64_t)head[i] * size + tail[i];
    uint64_t at = place_of(key, shift);
    while (table[at] != key) at = (at + 1) & mask;
    code[i] = number[at];
  }
}
