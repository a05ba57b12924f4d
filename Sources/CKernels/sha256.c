#include "csha256.h"
#include "clones.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#endif

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

INLINE uint32_t rotated(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

INLINE uint32_t big_endian(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void eqp_sha256_blocks_reference(uint32_t words[8], const void *bytes, ptrdiff_t blocks) {
  const uint8_t *block = bytes;
  for (; blocks > 0; blocks--, block += 64) {
    uint32_t w[64];
    for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
    for (int t = 16; t < 64; t++) {
      const uint32_t x = w[t - 15], y = w[t - 2];
      w[t] = (rotated(y, 17) ^ rotated(y, 19) ^ y >> 10) + w[t - 7] +
             (rotated(x, 7) ^ rotated(x, 18) ^ x >> 3) + w[t - 16];
    }
    uint32_t a = words[0], b = words[1], c = words[2], d = words[3];
    uint32_t e = words[4], f = words[5], g = words[6], h = words[7];
#pragma clang loop unroll_count(8)
    for (int t = 0; t < 64; t++) {
      const uint32_t first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
                             ((e & f) ^ (~e & g)) + round_constants[t] + w[t];
      const uint32_t second =
          (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    words[0] += a, words[1] += b, words[2] += c, words[3] += d;
    words[4] += e, words[5] += f, words[6] += g, words[7] += h;
  }
}

#if defined(__x86_64__)

int eqp_sha256_has_instructions(void) {
  unsigned a, b, c, d, features;
  if (!__get_cpuid(1, &a, &b, &features, &d)) return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  return (b & bit_SHA) && (features & bit_SSSE3) && (features & bit_SSE4_1);
}

// The instructions keep the words as (a, b, e, f) and (c, d, g, h), the highest lane first.
__attribute__((target("sha,ssse3,sse4.1"))) static void blocks_by_instructions(
    uint32_t words[8], const uint8_t *block, ptrdiff_t blocks) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i dcba = _mm_loadu_si128((const __m128i *)words);
  const __m128i hgfe = _mm_loadu_si128((const __m128i *)(words + 4));
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
  for (; blocks > 0; blocks--, block += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];
    for (int t = 0; t < 4; t++)
      w[t] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * t)), swap);
#pragma clang loop unroll(full)
    for (int t = 0; t < 16; t++) {
      const __m128i constants = _mm_loadu_si128((const __m128i *)(round_constants + 4 * t));
      const __m128i sum = _mm_add_epi32(w[t & 3], constants);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
      if (t < 12) {
        const __m128i last = w[(t + 3) & 3], middle = w[(t + 2) & 3], next = w[(t + 1) & 3];
        const __m128i seven = _mm_alignr_epi8(last, middle, 4);
        const __m128i part = _mm_add_epi32(_mm_sha256msg1_epu32(w[t & 3], next), seven);
        w[t & 3] = _mm_sha256msg2_epu32(part, last);
      }
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)words, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#elif defined(__aarch64__) && defined(__ARM_NEON)

int eqp_sha256_has_instructions(void) {
#if defined(__linux__)
  return getauxval(AT_HWCAP) >> 6 & 1;  // HWCAP_SHA2
#else
  return 1;  // every Apple processor of this kind
#endif
}

#if defined(__APPLE__)
#define WITH_SHA2
#else
#define WITH_SHA2 __attribute__((target("sha2")))
#endif

WITH_SHA2 static void blocks_by_instructions(uint32_t words[8], const uint8_t *block,
                                             ptrdiff_t blocks) {
  uint32x4_t abcd = vld1q_u32(words), efgh = vld1q_u32(words + 4);
  for (; blocks > 0; blocks--, block += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t w[4];
    for (int t = 0; t < 4; t++)
      w[t] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * t)));
#pragma clang loop unroll(full)
    for (int t = 0; t < 16; t++) {
      const uint32x4_t sum = vaddq_u32(w[t & 3], vld1q_u32(round_constants + 4 * t));
      const uint32x4_t old = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sum);
      efgh = vsha256h2q_u32(efgh, old, sum);
      if (t < 12) {
        const uint32x4_t part = vsha256su0q_u32(w[t & 3], w[(t + 1) & 3]);
        w[t & 3] = vsha256su1q_u32(part, w[(t + 2) & 3], w[(t + 3) & 3]);
      }
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(words, abcd);
  vst1q_u32(words + 4, efgh);
}

#else

int eqp_sha256_has_instructions(void) { return 0; }

static void blocks_by_instructions(uint32_t words[8], const uint8_t *block, ptrdiff_t blocks) {
  eqp_sha256_blocks_reference(words, block, blocks);
}

#endif

void eqp_sha256_blocks(uint32_t words[8], const void *bytes, ptrdiff_t blocks) {
  // Asked once: under a hypervisor the question costs as much as a hundred blocks.
  static _Atomic int known = -1;
  if (known < 0) known = eqp_sha256_has_instructions();
  if (known)
    blocks_by_instructions(words, bytes, blocks);
  else
    eqp_sha256_blocks_reference(words, bytes, blocks);
}

// The first 32 bits of the fractional parts of the square roots of the first eight primes.
static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

void eqp_sha256_start(eqp_sha256 *state) {
  memset(state, 0, sizeof *state);
  memcpy(state->words, start, sizeof start);
}

void eqp_sha256_add(eqp_sha256 *state, const void *bytes, ptrdiff_t count) {
  if (count <= 0) return;
  const uint8_t *p = bytes;
  const ptrdiff_t kept = (ptrdiff_t)(state->count % 64);
  state->count += (uint64_t)count;
  if (kept > 0) {
    const ptrdiff_t taken = count < 64 - kept ? count : 64 - kept;
    memcpy(state->rest + kept, p, (size_t)taken);
    p += taken, count -= taken;
    if (kept + taken < 64) return;
    eqp_sha256_blocks(state->words, state->rest, 1);
  }
  eqp_sha256_blocks(state->words, p, count / 64);
  memcpy(state->rest, p + count / 64 * 64, (size_t)(count % 64));
}

void eqp_sha256_digest(const eqp_sha256 *state, uint8_t digest[32]) {
  // The bytes that are left, a one bit, zeros, and the count of bits in the last eight bytes.
  uint8_t end[128] = {0};
  const size_t kept = (size_t)(state->count % 64), size = kept < 56 ? 64 : 128;
  memcpy(end, state->rest, kept);
  end[kept] = 0x80;
  for (int i = 0; i < 8; i++) end[size - 1 - (size_t)i] = (uint8_t)(state->count * 8 >> 8 * i);
  uint32_t words[8];
  memcpy(words, state->words, sizeof words);
  eqp_sha256_blocks(words, end, (ptrdiff_t)(size / 64));
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
}
