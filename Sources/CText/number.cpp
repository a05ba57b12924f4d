#include "number.h"

#include "ctext.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace equipoise {

bool full_number(const char *text, int64_t count, double &value) {
  if (count > 0 && *text == '+') {
    text++, count--;
    if (count > 0 && *text == '-') return false;
  }
  if (count <= 0) return false;
#if defined(__cpp_lib_to_chars)
  const auto result = std::from_chars(text, text + count, value);
  if (result.ec == std::errc()) return result.ptr == text + count;
  // Out of range: too small is 0 or a subnormal number, too large is infinite; strtod tells.
  if (result.ec != std::errc::result_out_of_range || result.ptr != text + count) return false;
#endif
  const std::string copy(text, count);
  for (const char c : copy) {
    if (c == 'x' || c == 'X' || c == ' ' || c == '(') return false;
  }
  char *end = nullptr;
  value = std::strtod(copy.c_str(), &end);
  return end == copy.c_str() + copy.size();
}

}  // namespace equipoise

extern "C" {

int eqp_text_number(const char *text, int64_t count, double *value) {
  if (count >= 0 && count < equipoise::quick_number_reach) {
    char padded[2 * equipoise::quick_number_reach] = {0};
    memcpy(padded, text, count);
    if (equipoise::quick_number(padded, *value) == padded + count) return 1;
  }
  return equipoise::full_number(text, count, *value) ? 1 : 0;
}

int eqp_text_is_code(const char *text, int64_t count) {
  return count > 1 && text[0] == '0' && equipoise::digit_of(text[1]) <= 9;
}

#if defined(__cpp_lib_to_chars)
int64_t eqp_format_f32(float value, char *out) { return std::to_chars(out, out + 32, value).ptr - out; }
int64_t eqp_format_f64(double value, char *out) { return std::to_chars(out, out + 32, value).ptr - out; }
#else
int64_t eqp_format_f32(float value, char *out) { return snprintf(out, 32, "%.9g", value); }
int64_t eqp_format_f64(double value, char *out) { return snprintf(out, 32, "%.17g", value); }
#endif
int64_t eqp_format_int(int64_t value, char *out) { return std::to_chars(out, out + 32, value).ptr - out; }

int64_t eqp_utf8_check(const char *text, int64_t begin, int64_t end) {
  const auto *bytes = reinterpret_cast<const unsigned char *>(text);
  int64_t i = begin;
  while (i < end) {
    if (i + 8 <= end) {
      uint64_t word;
      memcpy(&word, bytes + i, 8);
      if ((word & 0x8080808080808080u) == 0) {
        i += 8;
        continue;
      }
    }
    const unsigned char lead = bytes[i];
    if (lead < 0x80) {
      i++;
      continue;
    }
    const int more = lead >= 0xC2 && lead <= 0xDF   ? 1
                     : lead >= 0xE0 && lead <= 0xEF ? 2
                     : lead >= 0xF0 && lead <= 0xF4 ? 3
                                                    : 0;
    if (more == 0 || end - i <= more) return i;
    const unsigned char next = bytes[i + 1];
    const bool overlong = (lead == 0xE0 && next < 0xA0) || (lead == 0xF0 && next < 0x90);
    const bool outside = (lead == 0xED && next > 0x9F) || (lead == 0xF4 && next > 0x8F);
    if (overlong || outside) return i;
    for (int k = 1; k <= more; k++) {
      if ((bytes[i + k] & 0xC0) != 0x80) return i;
    }
    i += more + 1;
  }
  return -1;
}

}  // extern "C"
