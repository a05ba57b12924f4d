#ifndef EQUIPOISE_CTEXT_DELIMITERS_H
#define EQUIPOISE_CTEXT_DELIMITERS_H

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace equipoise {

// The commas, newlines and quotes of a text, found 64 bytes at a time and handed out one by one.
//
// Where a field ends is then known before it is parsed: numbers of neighbouring fields are parsed
// at the same time by a processor that works out of order, instead of each waiting for the length
// of the one before it (Langdale and Lemire, Parsing gigabytes of JSON per second, The VLDB
// Journal 2019, section 3.1).
class Delimiters {
 public:
  static constexpr int64_t block = 64;

  explicit Delimiters(const char *end) : end_(end) {}

  // The first delimiter at or after p, or null where fewer than a block is left of the text.
  //
  // p must not lie before the delimiter handed out last.
  __attribute__((always_inline)) const char *at_or_after(const char *p) {
    if (p - base_ >= block || p < base_) {
      if (!load(p)) return nullptr;
    }
    while (true) {
      while (mask_ == 0) {
        if (!load(base_ + block)) return nullptr;
      }
      const char *found = base_ + __builtin_ctzll(mask_);
      mask_ &= mask_ - 1;
      if (found >= p) return found;
    }
  }

  // Forgets what lies ahead: the next question starts afresh.
  void restart() { base_ = end_ + 1; }

 private:
  bool load(const char *p) {
    if (end_ - p < block) {
      restart();
      return false;
    }
    base_ = p;
    mask_ = find(p);
    return true;
  }

#if defined(__SSE2__)
  static uint64_t find(const char *p) {
    const __m128i comma = _mm_set1_epi8(','), newline = _mm_set1_epi8('\n'),
                  quote = _mm_set1_epi8('"');
    uint64_t mask = 0;
    for (int k = 0; k < 4; k++) {
      const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 16 * k));
      const __m128i hit =
          _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(text, comma), _mm_cmpeq_epi8(text, newline)),
                       _mm_cmpeq_epi8(text, quote));
      mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(hit))) << (16 * k);
    }
    return mask;
  }
#else
  static uint64_t find(const char *p) {
    uint64_t mask = 0;
    for (int k = 0; k < block; k++) {
      mask |= static_cast<uint64_t>(p[k] == ',' || p[k] == '\n' || p[k] == '"') << k;
    }
    return mask;
  }
#endif

  const char *end_;
  const char *base_ = end_ + 1;
  uint64_t mask_ = 0;
};

}  // namespace equipoise

#endif
