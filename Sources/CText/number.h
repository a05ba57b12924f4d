#ifndef EQUIPOISE_CTEXT_NUMBER_H
#define EQUIPOISE_CTEXT_NUMBER_H

#include <cstdint>
#include <cstring>

namespace equipoise {

// How far past the start of a number `quick_number` may look.
constexpr int64_t quick_number_reach = 64;

constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr uint64_t whole_powers_of_ten[] = {1,      10,      100,      1000,     10000,
                                            100000, 1000000, 10000000, 100000000};

inline unsigned digit_of(char c) { return static_cast<unsigned char>(c) - '0'; }

// Signs are random: a branch on them would be guessed wrong half of the time.
inline double with_sign(double size, bool negative) {
  uint64_t bits;
  memcpy(&bits, &size, 8);
  bits |= static_cast<uint64_t>(negative) << 63;
  memcpy(&size, &bits, 8);
  return size;
}

// The up to eight digits at p as a number, and how many there are, without a loop: digits are
// moved to the top of the word so that those before them count as zeros.
inline uint64_t eight_digits(const char *p, int &count) {
  uint64_t word;
  memcpy(&word, p, 8);
  word ^= 0x3030303030303030u;
  const uint64_t other = ((word + 0x7676767676767676u) | word) & 0x8080808080808080u;
  count = other ? __builtin_ctzll(other) >> 3 : 8;
  if (count == 0) return 0;
  word <<= 8 * (8 - count);
  word = word * 10 + (word >> 8);
  const uint64_t pairs = 0x000000FF000000FFu;
  return static_cast<uint32_t>((((word & pairs) * 0x000F424000000064u) +
                                (((word >> 16) & pairs) * 0x0000271000000001u)) >> 32);
}

// Reads the number at p when that is exact with one rounding: at most 19 digits whose integer is
// no more than 2^53, times or over a power of ten up to 22, which are all exact in a double
// (W. D. Clinger, How to read floating point numbers accurately, PLDI 1990). Returns the first
// byte after it, or null to ask for the full algorithm.
__attribute__((always_inline)) inline const char *quick_number(const char *p, double &value) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
  return nullptr;
#else
  const bool negative = *p == '-';
  p += negative;
  const char *start = p;
  uint64_t digits = 0;
  while (digit_of(*p) <= 9 && p - start < 19) digits = digits * 10 + digit_of(*p++);
  int64_t length = p - start, fraction = 0;
  if (*p == '.') {
    p++;
    int count;
    uint64_t part = eight_digits(p, count);
    digits = digits * whole_powers_of_ten[count] + part;
    p += count;
    fraction = count;
    if (count == 8) {
      part = eight_digits(p, count);
      digits = digits * whole_powers_of_ten[count] + part;
      p += count;
      fraction += count;
    }
    length += fraction;
  }
  if (length == 0 || length > 19 || digits > (uint64_t(1) << 53)) return nullptr;
  int64_t exponent = -fraction;
  if ((*p | 0x20) == 'e') {
    const char *q = p + 1;
    const bool down = *q == '-';
    if (*q == '-' || *q == '+') q++;
    const char *first = q;
    int64_t power = 0;
    while (digit_of(*q) <= 9 && q - first < 4) power = power * 10 + digit_of(*q++);
    if (q == first) return nullptr;
    exponent += down ? -power : power;
    p = q;
  }
  double result = static_cast<double>(digits);
  if (exponent < 0) {
    if (exponent < -22) return nullptr;
    result /= powers_of_ten[-exponent];
  } else if (exponent > 0) {
    if (exponent > 22) return nullptr;
    result *= powers_of_ten[exponent];
  }
  value = with_sign(result, negative);
  return p;
#endif
}

// The number in [p, stop) when it is of the commonest shape, one digit, a point and up to eight
// digits: exact with one rounding as above. Its length being known, nothing waits for a search.
// At least eight bytes before `stop` must be readable.
__attribute__((always_inline)) inline bool short_number(const char *p, const char *stop,
                                                        double &value) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
  return false;
#else
  const bool negative = *p == '-';
  p += negative;
  const uint64_t places = static_cast<uint64_t>(stop - p) - 2;
  if (places - 1 > 7 || p[1] != '.') return false;
  uint64_t word;
  memcpy(&word, stop - 8, 8);
  word = (word ^ 0x3030303030303030u) & (~uint64_t(0) << (64 - 8 * places));
  const uint64_t whole = digit_of(*p);
  if ((((word + 0x7676767676767676u) | word) & 0x8080808080808080u) || whole > 9) return false;
  word = word * 10 + (word >> 8);
  const uint64_t pairs = 0x000000FF000000FFu;
  const uint64_t part =
      static_cast<uint32_t>((((word & pairs) * 0x000F424000000064u) +
                             (((word >> 16) & pairs) * 0x0000271000000001u)) >> 32);
  const double result = static_cast<double>(static_cast<int64_t>(
                            whole * whole_powers_of_ten[places] + part)) / powers_of_ten[places];
  value = with_sign(result, negative);
  return true;
#endif
}

// The whole text as a number, rounded as the standard says: 1 when it is one.
bool full_number(const char *text, int64_t count, double &value);

}  // namespace equipoise

#endif
