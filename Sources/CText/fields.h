#ifndef EQUIPOISE_CTEXT_FIELDS_H
#define EQUIPOISE_CTEXT_FIELDS_H

#include "ctext.h"

#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace equipoise {

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

enum class FieldEnd { good, stray_quote, open_quote };

// The first comma, newline or quote at or after p, or `end`.
inline const char *find_special(const char *p, const char *end) {
  constexpr uint64_t low = 0x0101010101010101u, high = 0x8080808080808080u;
  while (end - p >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    const uint64_t comma = word ^ (low * ','), newline = word ^ (low * '\n'),
                   quote = word ^ (low * '"');
    const uint64_t hit =
        (((comma - low) & ~comma) | ((newline - low) & ~newline) | ((quote - low) & ~quote)) & high;
    if (hit) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
      return p + (__builtin_ctzll(hit) >> 3);
#else
      break;
#endif
    }
    p += 8;
  }
  while (p < end && *p != ',' && *p != '\n' && *p != '"') p++;
  return p;
}

// Reads one field and leaves p at the comma or newline after it, or at `end`.
//
// Blanks around an unquoted field and around the quotes are not part of it. `owned` receives the
// text when quotes inside it were doubled; otherwise `text` points into the file.
inline FieldEnd read_field(const char *&p, const char *end, std::string_view &text,
                           std::string &owned) {
  while (p < end && is_blank(*p)) p++;
  const char *start = p;
  if (p == end || *p != '"') {
    p = find_special(p, end);
    const bool stray = p < end && *p == '"';
    const char *stop = p;
    if (stop > start && stop[-1] == '\r' && (p == end || *p == '\n')) stop--;
    while (stop > start && is_blank(stop[-1])) stop--;
    text = std::string_view(start, stop - start);
    return stray ? FieldEnd::stray_quote : FieldEnd::good;
  }
  start = ++p;
  bool doubled = false;
  while (true) {
    p = static_cast<const char *>(memchr(p, '"', end - p));
    if (!p) {
      p = end;
      text = std::string_view(start, end - start);
      return FieldEnd::open_quote;
    }
    if (p + 1 == end || p[1] != '"') break;
    if (!doubled) owned.clear();
    owned.append(start, p + 1 - start);
    doubled = true;
    start = p += 2;
  }
  if (doubled) owned.append(start, p - start);
  text = doubled ? std::string_view(owned) : std::string_view(start, p - start);
  p++;
  while (p < end && is_blank(*p)) p++;
  if (p < end && *p == '\r' && (p + 1 == end || p[1] == '\n')) p++;
  return p == end || *p == ',' || *p == '\n' ? FieldEnd::good : FieldEnd::stray_quote;
}

// The length of an empty line at p, or 0 when p starts a record.
inline int64_t empty_line(const char *p, const char *end) {
  if (*p == '\n') return 1;
  if (*p != '\r') return 0;
  if (p + 1 == end) return 1;
  return p[1] == '\n' ? 2 : 0;
}

// The texts that mean a missing value, and those of them that are numbers.
struct MissingTexts {
  std::vector<std::string_view> texts;
  std::vector<double> numbers;

  explicit MissingTexts(const eqp_text_missing *missing) {
    for (int64_t i = 0; missing && i < missing->count; i++) {
      texts.emplace_back(missing->texts[i]);
      double value;
      if (eqp_text_number(missing->texts[i], texts.back().size(), &value) && value == value) {
        numbers.push_back(value);
      }
    }
  }
  bool contains(std::string_view text) const {
    if (text.empty()) return true;
    for (const auto &t : texts) if (t == text) return true;
    return false;
  }
  bool contains(double value) const {
    for (const double v : numbers) if (v == value) return true;
    return false;
  }
};

// Distinct texts in the order of their first appearance: an open-addressing table.
class LevelTable {
 public:
  static constexpr uint32_t none = UINT32_MAX;

  // The code of a known text, or `none`.
  uint32_t find(std::string_view text, uint64_t hash) const {
    if (slots_.empty()) return none;
    for (size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot &slot = slots_[i];
      if (slot.entry == none) return none;
      if (slot.hash == hash && texts_[slot.entry] == text) return codes_[slot.entry];
    }
  }

  // `keep` copies the text, which otherwise must outlive the table.
  void insert(std::string_view text, uint64_t hash, uint32_t code, bool keep) {
    if (2 * (texts_.size() + 1) > slots_.size()) grow();
    if (keep) {
      kept_.emplace_back(text);
      text = kept_.back();
    }
    place(hash, static_cast<uint32_t>(texts_.size()));
    texts_.push_back(text);
    codes_.push_back(code);
  }

  const std::vector<std::string_view> &texts() const { return texts_; }
  const std::vector<uint32_t> &codes() const { return codes_; }

  static uint64_t hash(std::string_view text) {
    const uint64_t odd = 0x9E3779B97F4A7C15u;
    uint64_t h = text.size() * odd;
    const char *p = text.data();
    size_t left = text.size();
    for (; left >= 8; left -= 8, p += 8) {
      uint64_t word;
      memcpy(&word, p, 8);
      h = (h ^ word) * odd;
      h ^= h >> 29;
    }
    uint64_t word = 0;
    for (size_t i = 0; i < left; i++) word |= uint64_t(static_cast<unsigned char>(p[i])) << (8 * i);
    h = (h ^ word) * odd;
    return h ^ (h >> 32);
  }

 private:
  struct Slot {
    uint64_t hash;
    uint32_t entry;
  };
  void place(uint64_t hash, uint32_t entry) {
    size_t i = hash & (slots_.size() - 1);
    while (slots_[i].entry != none) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {hash, entry};
  }
  void grow() {
    std::vector<Slot> old;
    old.swap(slots_);
    slots_.assign(old.empty() ? 64 : 2 * old.size(), {0, none});
    for (const Slot &slot : old) if (slot.entry != none) place(slot.hash, slot.entry);
  }
  std::vector<Slot> slots_;
  std::vector<std::string_view> texts_;
  std::vector<uint32_t> codes_;
  std::deque<std::string> kept_;
};

}  // namespace equipoise

#endif
