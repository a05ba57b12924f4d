#include "styles.h"
#include "number.h"

#include <charconv>
#include <cmath>

namespace equipoise {

namespace {

constexpr double whole_limit = 0x1p53, plain_limit = 1e16, least_plain = 1e-4;
/* Up to so many digits every decimal number is the shortest text of the double nearest to it. */
constexpr int64_t sure_digits = 15;

bool is_whole(double value) { return value == std::floor(value) && std::fabs(value) < whole_limit; }

template <class Real>
char *shortest(Real value, char *out) {
  const double size = std::fabs(static_cast<double>(value));
  const bool plain = size == 0 || (size >= least_plain && size < plain_limit);
  return std::to_chars(out, out + EQP_NUMBER_ROOM, value,
                       plain ? std::chars_format::fixed : std::chars_format::scientific).ptr;
}

char *fixed(double value, int decimals, char *out) {
  const double moved = std::fabs(value) * powers_of_ten[decimals];
  if (!(moved < whole_limit)) return out;
  uint64_t digits = static_cast<uint64_t>(std::llround(moved));
  char reversed[32];
  int count = 0;
  while (digits > 0 || count <= decimals) {
    reversed[count++] = static_cast<char>('0' + digits % 10);
    digits /= 10;
  }
  if (std::signbit(value)) *out++ = '-';
  while (count > 0) {
    if (count == decimals) *out++ = '.';
    *out++ = reversed[--count];
  }
  return out;
}

}  // namespace

bool writes(int style, double value, std::string_view text) {
  char out[EQP_NUMBER_ROOM];
  const int64_t count = eqp_number_text(style, value, out);
  return std::string_view(out, count) == text;
}

uint32_t styles_of(std::string_view text, double value, uint32_t asked) {
  const char *p = text.data(), *end = p + text.size();
  const bool negative = *p == '-';
  p += negative;
  const char *start = p;
  while (p < end && digit_of(*p) <= 9) p++;
  const int64_t whole = p - start;
  int64_t decimals = 0;
  if (p < end && *p == '.') {
    p++;
    while (p < end && digit_of(*p) <= 9) p++, decimals++;
    if (decimals == 0) return 0;
  }
  const bool simple = p == end && whole > 0 && (whole == 1 || *start != '0') &&
                      whole + decimals <= sure_digits && !(negative && value == 0);
  if (!simple) {
    uint32_t found = 0;
    for (int s : {int(EQP_STYLE_WHOLE), int(EQP_STYLE_POINT), EQP_STYLE_FIXED + int(decimals)}) {
      if (s > EQP_STYLE_FIXED + EQP_STYLE_DECIMALS || s == EQP_STYLE_FIXED) continue;
      if ((asked & style_bit(s)) && writes(s, value, text)) found |= style_bit(s);
    }
    return found;
  }
  if (decimals == 0) return asked & style_bit(EQP_STYLE_WHOLE);
  uint32_t found = style_bit(EQP_STYLE_FIXED + int(decimals));
  if (end[-1] != '0') {
    if (std::fabs(value) >= least_plain) {
      found |= style_bit(EQP_STYLE_WHOLE) | style_bit(EQP_STYLE_POINT);
    }
  } else if (decimals == 1) {
    found |= style_bit(EQP_STYLE_POINT);
  }
  return asked & found;
}

}  // namespace equipoise

using namespace equipoise;

extern "C" {

int64_t eqp_number_text(int32_t style, double value, char *out) {
  if (!std::isfinite(value)) return 0;
  if (style > EQP_STYLE_FIXED && style <= EQP_STYLE_FIXED + EQP_STYLE_DECIMALS) {
    return fixed(value, style - EQP_STYLE_FIXED, out) - out;
  }
  if (is_whole(value)) {
    char *end = std::to_chars(out, out + 32, static_cast<int64_t>(value)).ptr;
    if (style == EQP_STYLE_POINT) {
      *end++ = '.';
      *end++ = '0';
    }
    return end - out;
  }
  if (style == EQP_STYLE_SINGLE) return shortest(static_cast<float>(value), out) - out;
  return style == EQP_STYLE_WHOLE || style == EQP_STYLE_POINT ? shortest(value, out) - out : 0;
}

}  // extern "C"
