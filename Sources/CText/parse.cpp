#include "chunk.h"
#include "delimiters.h"
#include "number.h"

#include <cfloat>
#include <cmath>
#include <limits>

using namespace equipoise;

namespace {

// Parses the records of one chunk; a failure is kept in the chunk and ends the work.
class Parser {
 public:
  Parser(eqp_text_chunk &chunk, const char *text, int64_t end, int64_t size, int64_t first_row,
         int64_t rows, const eqp_text_column *columns, int64_t column_count,
         const MissingTexts &missing)
      : chunk_(chunk), text_(text), p_(text), stop_(text + end), end_(text + size),
        row_(first_row), last_row_(first_row + rows), columns_(columns), count_(column_count),
        missing_(missing), delimiters_(end_) {}

  void run(int64_t begin) {
    p_ = text_ + begin;
    while (p_ < stop_) {
      if (const int64_t skip = empty_line(p_, end_)) {
        p_ += skip;
        continue;
      }
      record_ = p_;
      if (!record()) return;
      row_++;
    }
  }

 private:
  bool record() {
    // A record too many means that quotes were not where the survey took them to be.
    if (row_ >= last_row_) return fail(EQP_TEXT_STRAY_QUOTE, 0, {p_, 0});
    for (int64_t c = 0; c < count_; c++) {
      const eqp_text_column &column = columns_[c];
      const bool numeric = column.number || column.plain;
      const bool text = column.codes || column.keys || column.absent;
      const char *stop = delimiters_.at_or_after(p_);
      const bool done = numeric ? !text && quick(c, column, stop)
                                : !(column.codes || column.keys) && passed(column, stop);
      if (!done) {
        if (!slow(c, column, numeric)) return false;
        if (stop != p_) delimiters_.restart();
      }
      if (c + 1 < count_) {
        if (p_ == end_ || *p_ != ',') return ragged();
        p_++;
      }
    }
    if (p_ < end_ && *p_ == ',') return ragged();
    if (p_ < end_) p_++;
    return true;
  }

  // The common case: a plain number right up to the delimiter at `stop`, which is null near the
  // end of the text.
  bool quick(int64_t c, const eqp_text_column &column, const char *stop) {
    if (end_ - p_ < quick_number_reach) return false;
    double value;
    if (!stop || *stop == '"' || p_ - text_ < 8 || !short_number(p_, stop, value)) {
      const char *after = quick_number(p_, value);
      if (!after) return false;
      if (*after == '\r' && after[1] == '\n') after++;
      if (stop ? after != stop || *stop == '"' : *after != ',' && *after != '\n') return false;
      stop = after;
    }
    if (!missing_.numbers.empty() && missing_.contains(value)) return false;
    if (!store(c, column, value, {p_, 0})) return false;
    p_ = stop;
    return true;
  }

  // A column of which nothing is wanted but whether a value is there, or nothing at all: the field
  // ends at the delimiter at `stop` unless it is quoted.
  bool passed(const eqp_text_column &column, const char *stop) {
    if (!stop || *stop == '"') return false;
    const char *first = p_, *last = stop;
    p_ = stop;
    if (!column.absent) return true;
    while (first < last && is_blank(*first)) first++;
    if (last > first && last[-1] == '\r' && *stop == '\n') last--;
    while (last > first && is_blank(last[-1])) last--;
    column.absent[row_] = absent({first, static_cast<size_t>(last - first)}) ? 1 : 0;
    return true;
  }

  bool slow(int64_t c, const eqp_text_column &column, bool numeric) {
    std::string_view field;
    const char *start = p_;
    const FieldEnd result = read_field(p_, end_, field, scratch_);
    if (result != FieldEnd::good) {
      const bool open = result == FieldEnd::open_quote;
      return fail(open ? EQP_TEXT_OPEN_QUOTE : EQP_TEXT_STRAY_QUOTE, c, {start, size_t(p_ - start)});
    }
    if (column.codes && !code(c, column, field)) return false;
    if (column.keys) key(c, column, field);
    if (column.absent) column.absent[row_] = absent(field) ? 1 : 0;
    // A message shows the value without its quotes, where it stands in the text so.
    const bool stands = field.data() >= text_ && field.data() <= end_;
    return !numeric ||
           number(c, column, field, stands ? field : std::string_view(start, p_ - start));
  }

  bool number(int64_t c, const eqp_text_column &column, std::string_view field,
              std::string_view raw) {
    double value = std::numeric_limits<double>::quiet_NaN();
    const bool parsed = !field.empty() && full_number(field.data(), field.size(), value);
    if (missing_.contains(field) || (parsed && missing_.contains(value))) {
      eqp_text_missing_count &count = chunk_.missing[c];
      if (count.count++ == 0) count.first_record = record_ - text_;
      return store(c, column, std::numeric_limits<double>::quiet_NaN(), raw);
    }
    if (!parsed) return fail(EQP_TEXT_NOT_A_NUMBER, c, raw);
    if (!std::isfinite(value)) return fail(EQP_TEXT_NOT_FINITE, c, raw);
    return store(c, column, value, raw) || fail(EQP_TEXT_TOO_LARGE, c, raw);
  }

  bool store(int64_t, const eqp_text_column &column, double value, std::string_view) {
    if (column.number) {
      const double moved = value - column.origin;
      if (column.size == 4) {
        if (std::fabs(moved) > FLT_MAX) return false;
        static_cast<float *>(column.number)[row_ * column.stride] = static_cast<float>(moved);
      } else {
        static_cast<double *>(column.number)[row_ * column.stride] = moved;
      }
    }
    if (column.plain) column.plain[row_] = value;
    return true;
  }

  bool code(int64_t c, const eqp_text_column &column, std::string_view field) {
    LevelTable &table = chunk_.levels[c];
    const uint64_t hash = LevelTable::hash(field);
    uint32_t found = table.find(field, hash);
    if (found == LevelTable::none) {
      if (missing_.contains(field)) {
        found = EQP_TEXT_MISSING;
      } else {
        found = chunk_.level_count[c];
        if (found >= EQP_TEXT_MISSING) return fail(EQP_TEXT_TOO_MANY_LEVELS, c, field);
        chunk_.level_count[c]++;
      }
      table.insert(field, hash, found, true);
    }
    if (found == EQP_TEXT_MISSING && !(column.number || column.plain)) {
      eqp_text_missing_count &count = chunk_.missing[c];
      if (count.count++ == 0) count.first_record = record_ - text_;
    }
    column.codes[row_] = static_cast<uint16_t>(found);
    return true;
  }

  void key(int64_t c, const eqp_text_column &column, std::string_view field) {
    const bool missing = missing_.contains(field);
    if (missing && !(column.number || column.plain || column.codes)) {
      eqp_text_missing_count &count = chunk_.missing[c];
      if (count.count++ == 0) count.first_record = record_ - text_;
    }
    column.keys[row_] = missing ? 0 : eqp_text_key(field.data(), field.size());
  }

  // Whether a field has no value, whatever its column holds.
  bool absent(std::string_view field) const {
    double value = 0;
    return missing_.contains(field) ||
           (!missing_.numbers.empty() && full_number(field.data(), field.size(), value) &&
            missing_.contains(value));
  }

  // Counts all fields of the record, to say how many there are.
  bool ragged() {
    const char *p = record_;
    int64_t found = 0;
    while (true) {
      std::string_view field;
      if (read_field(p, end_, field, scratch_) != FieldEnd::good) {
        return fail(EQP_TEXT_STRAY_QUOTE, found, {p, 0});
      }
      found++;
      if (p == end_ || *p != ',') break;
      p++;
    }
    fail(EQP_TEXT_RAGGED, found < count_ ? found : count_, {record_, 0});
    chunk_.error.count = found;
    return false;
  }

  bool fail(int32_t kind, int64_t column, std::string_view field) {
    chunk_.error.kind = kind;
    chunk_.error.record = record_ - text_;
    chunk_.error.column = column;
    const bool inside = field.data() >= text_ && field.data() <= end_;
    chunk_.error.offset = inside ? field.data() - text_ : record_ - text_;
    chunk_.error.count = inside ? field.size() : 0;
    return false;
  }

  eqp_text_chunk &chunk_;
  const char *text_, *p_, *stop_, *end_, *record_ = nullptr;
  int64_t row_, last_row_;
  const eqp_text_column *columns_;
  int64_t count_;
  const MissingTexts &missing_;
  Delimiters delimiters_;
  std::string scratch_;
};

}  // namespace

extern "C" {

uint64_t eqp_text_key(const char *text, int64_t count) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (int64_t i = 0; i < count; i++) {
    hash = (hash ^ static_cast<unsigned char>(text[i])) * 0x100000001B3u;
  }
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9u;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBu;
  hash ^= hash >> 31;
  return hash ? hash : 1;
}

eqp_text_chunk *eqp_text_parse(const char *text, int64_t begin, int64_t end, int64_t size,
                               int64_t first_row, int64_t rows, int check_utf8,
                               const eqp_text_column *columns, int64_t column_count,
                               const eqp_text_missing *missing) {
  auto *chunk = new eqp_text_chunk;
  chunk->levels.resize(column_count);
  chunk->level_count.assign(column_count, 0);
  chunk->missing.assign(column_count, {0, -1});
  chunk->translation.resize(column_count);
  if (check_utf8) {
    const int64_t bad = eqp_utf8_check(text, begin, end);
    if (bad >= 0) {
      chunk->error = {EQP_TEXT_NOT_UTF8, bad, 0, bad, 1};
      return chunk;
    }
  }
  const MissingTexts texts(missing);
  Parser(*chunk, text, end, size, first_row, rows, columns, column_count, texts).run(begin);
  return chunk;
}

void eqp_text_chunk_free(eqp_text_chunk *chunk) { delete chunk; }
const eqp_text_error *eqp_text_chunk_error(const eqp_text_chunk *chunk) { return &chunk->error; }
const eqp_text_missing_count *eqp_text_chunk_missing(const eqp_text_chunk *chunk, int64_t column) {
  return &chunk->missing[column];
}

}  // extern "C"
