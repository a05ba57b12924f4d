// What is done with the numbers that columns of values become.

#include "cfactorize.h"
#include "load.h"

#include <string.h>

void eqp_codes_replace(int32_t *codes, int64_t rows, const int32_t *numbers, int64_t count) {
  for (int64_t i = 0; i < rows; i++) {
    const uint32_t code = (uint32_t)codes[i];
    codes[i] = code < (uint64_t)count ? numbers[code] : EQP_MISSING_NUMBER;
  }
}

int64_t eqp_codes_missing(const int32_t *codes, int64_t rows) {
  enum { BLOCK = 4096 };
  for (int64_t start = 0; start < rows; start += BLOCK) {
    const int64_t end = start + BLOCK < rows ? start + BLOCK : rows;
    int32_t seen = 0;
    for (int64_t i = start; i < end; i++) seen |= codes[i];
    if (seen >= 0) continue;
    for (int64_t i = start; i < end; i++)
      if (codes[i] < 0) return i;
  }
  return rows;
}

int64_t eqp_codes_narrow(const int32_t *codes, int64_t rows, const uint16_t *numbers,
                         int64_t levels, uint16_t missing, uint16_t *target) {
  enum { FEW = 1024 };
  int64_t count = 0;
  if (levels > FEW) {
    for (int64_t i = 0; i < rows; i++) {
      target[i] = codes[i] < 0 ? missing : numbers[codes[i]];
      count += target[i] == missing;
    }
    return count;
  }
  /* Looked up from one place earlier, so that there is no branch. */
  uint16_t shifted[FEW + 1] = {missing};
  memcpy(shifted + 1, numbers, sizeof(uint16_t) * (size_t)levels);
  for (int64_t i = 0; i < rows; i++) {
    const uint16_t number = shifted[codes[i] < 0 ? 0 : codes[i] + 1];
    count += number == missing;
    target[i] = number;
  }
  return count;
}

enum {
  /* Codes that are compared with a level at once, and in a block, whose counts stay in 16 bits. */
  COMPARED_LANES = 8,
  COMPARED_BLOCK = 4096,
  /* Levels up to which comparing with each costs less than a table. */
  COMPARED_LEVELS = 6,
  /* Tables by turns, so that neighbours of one level do not wait for each other. */
  COUNTING_TURNS = 4,
  COUNTED_BY_TURNS = 1024,
};

typedef uint16_t code_lanes __attribute__((vector_size(2 * COMPARED_LANES)));

static int64_t count_one(const uint16_t *codes, int64_t rows, uint16_t level) {
  int64_t count = 0, i = 0;
  while (rows - i >= COMPARED_LANES) {
    code_lanes found = {0};
    const int64_t end = rows - i < COMPARED_BLOCK ? rows : i + COMPARED_BLOCK;
    for (; i + COMPARED_LANES <= end; i += COMPARED_LANES)
      found -= (code_lanes)(LOAD(code_lanes, codes + i) == level);
    for (int lane = 0; lane < COMPARED_LANES; lane++) count += found[lane];
  }
  for (; i < rows; i++) count += codes[i] == level;
  return count;
}

static void count_by_turns(const uint16_t *codes, int64_t rows, int64_t levels, int64_t *counts) {
  int64_t parts[COUNTING_TURNS][COUNTED_BY_TURNS + 1] = {{0}};
  const uint16_t last = (uint16_t)levels;
  int64_t i = 0;
  for (; i + COUNTING_TURNS <= rows; i += COUNTING_TURNS)
    for (int turn = 0; turn < COUNTING_TURNS; turn++)
      parts[turn][codes[i + turn] < last ? codes[i + turn] : last]++;
  for (; i < rows; i++) parts[0][codes[i] < last ? codes[i] : last]++;
  for (int turn = 0; turn < COUNTING_TURNS; turn++)
    for (int64_t level = 0; level < levels; level++) counts[level] += parts[turn][level];
}

void eqp_codes_count(const uint16_t *codes, int64_t rows, int64_t levels, int64_t *counts) {
  memset(counts, 0, (size_t)levels * sizeof *counts);
  if (levels <= COMPARED_LEVELS) {
    for (int64_t level = 0; level < levels; level++)
      counts[level] = count_one(codes, rows, (uint16_t)level);
  } else if (levels <= COUNTED_BY_TURNS) {
    count_by_turns(codes, rows, levels, counts);
  } else {
    for (int64_t i = 0; i < rows; i++)
      if (codes[i] < levels) counts[codes[i]]++;
  }
}

uint8_t eqp_codes_bytes(const uint16_t *codes, int64_t rows, const uint8_t *values, uint16_t last,
                        uint8_t *target) {
  enum { FEW = 4, LANES = 16 };
  typedef uint16_t lanes __attribute__((vector_size(2 * LANES)));
  typedef uint8_t bytes __attribute__((vector_size(LANES)));
  uint8_t seen = 0;
  int64_t i = 0;
  if (last <= FEW) {
    lanes seen_lanes = {0};
    for (; i + LANES <= rows; i += LANES) {
      const lanes code = LOAD(lanes, codes + i);
      lanes value = (lanes){0} + values[last];
      for (uint16_t level = 0; level < last; level++) {
        const lanes is = (lanes)(code == level);
        value = (value & ~is) | (is & values[level]);
      }
      seen_lanes |= value;
      const bytes narrow = __builtin_convertvector(value, bytes);
      memcpy(target + i, &narrow, sizeof narrow);
    }
    for (int lane = 0; lane < LANES; lane++) seen |= (uint8_t)seen_lanes[lane];
  }
  for (; i < rows; i++) {
    target[i] = values[codes[i] < last ? codes[i] : last];
    seen |= target[i];
  }
  return seen;
}

void eqp_codes_renumber(const uint16_t *codes, int64_t rows, const uint16_t *numbers,
                        int64_t levels, uint16_t *target) {
  int64_t same = 0;
  while (same < levels && numbers[same] == same) same++;
  if (same == levels)
    memcpy(target, codes, sizeof(uint16_t) * (size_t)rows);
  else
    for (int64_t i = 0; i < rows; i++) target[i] = numbers[codes[i]];
}

#define BITS(type)                                                  \
  {                                                                 \
    type seen = 0;                                                  \
    for (int64_t i = 0; i < rows; i++) {                            \
      const type value = LOAD(type, base + i * (int64_t)sizeof(type)); \
      seen |= value;                                                \
      target[i] = (uint8_t)value;                                   \
    }                                                               \
    return seen <= 1;                                               \
  }

int32_t eqp_wholes_bits(const uint8_t *base, int32_t size, int64_t rows, uint8_t *target) {
  switch (size) {
    case 1: BITS(uint8_t)
    case 2: BITS(uint16_t)
    case 4: BITS(uint32_t)
    default: BITS(uint64_t)
  }
}
