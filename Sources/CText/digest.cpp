#include "cpacked.h"

#include <cstring>

namespace {

// Both steps can be undone, so two different words never meet.
inline uint64_t mixed(uint64_t sum, uint64_t word) {
  sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
  return sum ^ (sum >> 29);
}

template <class Word>
void digest_columns(const Word *values, int64_t rows, int64_t columns, uint64_t *digests) {
  for (int64_t j = 0; j < columns; j++) digests[j] = static_cast<uint64_t>(rows);
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) digests[j] = mixed(digests[j], values[i * columns + j]);
  }
}

}  // namespace

extern "C" {

uint64_t eqp_digest_bytes(const void *bytes, int64_t count) {
  const char *p = static_cast<const char *>(bytes);
  uint64_t lanes[4] = {1, 2, 3, 4};
  int64_t left = count;
  for (; left >= 32; left -= 32, p += 32) {
    uint64_t words[4];
    memcpy(words, p, 32);
    for (int k = 0; k < 4; k++) lanes[k] = mixed(lanes[k], words[k]);
  }
  for (; left > 0; left -= 8, p += 8) {
    uint64_t word = 0;
    memcpy(&word, p, left < 8 ? left : 8);
    lanes[0] = mixed(lanes[0], word);
  }
  uint64_t sum = static_cast<uint64_t>(count);
  for (const uint64_t lane : lanes) sum = mixed(sum, lane);
  return sum;
}

void eqp_digest_columns(const void *values, int32_t size, int64_t rows, int64_t columns,
                        uint64_t *digests) {
  if (size == 4) {
    digest_columns(static_cast<const uint32_t *>(values), rows, columns, digests);
  } else {
    digest_columns(static_cast<const uint64_t *>(values), rows, columns, digests);
  }
}

}  // extern "C"
