#include "cpacked.h"
#include "delimiters.h"
#include "fields.h"
#include "number.h"
#include "styles.h"

#include <cmath>

using namespace equipoise;

namespace {

// The bits of a field that is no number, to which its text's number is added.
constexpr uint64_t word_bits = 0x7FF8000000000000u;

struct Column {
  std::vector<double> values;
  std::vector<uint32_t> codes;
  std::vector<const char *> starts;
  std::vector<uint32_t> lengths;
  LevelTable levels, words;
  int64_t bytes = 0;
  uint32_t styles = all_styles;
  bool single = true, many = false;

  void clear(int64_t rows, const eqp_packed_field &field) {
    starts.resize(rows);
    lengths.resize(rows);
    if (field.numbers) values.resize(rows);
    if (field.levels) codes.resize(rows);
    levels = LevelTable();
    words = LevelTable();
    bytes = 0;
    styles = field.kind == EQP_FIELD_SINGLE  ? style_bit(EQP_STYLE_SINGLE)
             : field.kind == EQP_FIELD_TRUTH ? 0
                                             : all_styles & ~style_bit(EQP_STYLE_SINGLE);
    single = true;
    many = !field.levels;
  }
};

uint32_t number_of(LevelTable &table, std::string_view text) {
  const uint64_t hash = LevelTable::hash(text);
  const uint32_t known = table.find(text, hash);
  if (known != LevelTable::none) return known;
  const uint32_t number = static_cast<uint32_t>(table.texts().size());
  table.insert(text, hash, number, false);
  return number;
}

// The end of a field as it stands, quotes and blanks included.
const char *field_end(const char *p, const char *end) {
  bool inside = false;
  while (p < end && (inside || (*p != ',' && *p != '\n'))) {
    if (*p == '"') inside = !inside;
    p++;
  }
  return p;
}

bool truth(std::string_view text, double &value) {
  if (text != "true" && text != "false") return false;
  value = text == "true" ? 1 : 0;
  return true;
}

}  // namespace

struct eqp_packed_rows {
  std::vector<Column> columns;
  std::string scratch;

  // A field's text without quotes and outer blanks.
  std::string_view plain(std::string_view raw) {
    if (raw.empty() || (!is_blank(raw.front()) && !is_blank(raw.back()) && raw.front() != '"')) {
      return raw;
    }
    const char *p = raw.data();
    std::string_view text;
    read_field(p, raw.data() + raw.size(), text, scratch);
    return text;
  }

  bool parsed(std::string_view raw, const eqp_packed_field &field, const char *stop,
              const char *begin, const char *end, double &value) {
    if (field.kind == EQP_FIELD_TRUTH) return truth(raw, value);
    // What the quick ways read is no longer than the field, which ends where they must stop.
    if (!raw.empty() && field.kind == EQP_FIELD_NUMBER && end - raw.data() >= quick_number_reach &&
        stop == raw.data() + raw.size()) {
      if (raw.data() - begin >= 8 && short_number(raw.data(), stop, value)) return true;
      if (quick_number(raw.data(), value) == stop) return true;
    }
    const std::string_view text = plain(raw);
    if (text.empty() || !full_number(text.data(), text.size(), value)) return false;
    if (field.kind == EQP_FIELD_SINGLE) value = static_cast<float>(value);
    return std::isfinite(value);
  }

  void number(Column &column, int64_t row, std::string_view raw, const eqp_packed_field &field,
              const char *stop, const char *begin, const char *end) {
    double value;
    if (parsed(raw, field, stop, begin, end, value)) {
      if (column.styles) {
        if (field.kind == EQP_FIELD_NUMBER) {
          column.styles &= styles_of(raw, value, column.styles);
        } else if (!writes(EQP_STYLE_SINGLE, value, raw)) {
          column.styles = 0;
        }
      }
      if (column.single && static_cast<double>(static_cast<float>(value)) != value) {
        column.single = false;
      }
      column.values[row] = value;
      return;
    }
    const uint64_t bits = word_bits | (number_of(column.words, raw) + 1);
    memcpy(&column.values[row], &bits, 8);
  }
};

extern "C" {

eqp_packed_rows *eqp_packed_rows_make(int64_t columns, int64_t) {
  auto *rows = new eqp_packed_rows;
  rows->columns.resize(columns);
  return rows;
}

void eqp_packed_rows_free(eqp_packed_rows *rows) { delete rows; }

int64_t eqp_packed_rows_read(eqp_packed_rows *rows, const char *text, int64_t begin, int64_t size,
                             int64_t count, const eqp_packed_field *fields, int64_t most) {
  const char *p = text + begin, *end = text + size;
  const size_t columns = rows->columns.size();
  for (size_t c = 0; c < columns; c++) rows->columns[c].clear(count, fields[c]);
  Delimiters delimiters(end);
  for (int64_t row = 0; row < count; row++) {
    while (p < end) {
      const int64_t skip = empty_line(p, end);
      if (!skip) break;
      p += skip;
    }
    for (size_t c = 0; c < columns; c++) {
      if (p > end) return -1;
      Column &column = rows->columns[c];
      const char *stop = delimiters.at_or_after(p);
      if (!stop || *stop == '"') {
        stop = field_end(p, end);
        delimiters.restart();
      }
      const char *last = stop;
      if (last > p && last[-1] == '\r' && (stop == end || *stop == '\n')) last--;
      const std::string_view raw(p, last - p);
      if (raw.size() >= (uint64_t(1) << 31)) return -1;
      column.starts[row] = p;
      column.lengths[row] = static_cast<uint32_t>(raw.size());
      column.bytes += raw.size();
      if (fields[c].numbers) rows->number(column, row, raw, fields[c], stop, text, end);
      if (!column.many) {
        column.codes[row] = number_of(column.levels, raw);
        column.many = static_cast<int64_t>(column.levels.texts().size()) > most;
      }
      if (stop < end && (*stop == ',') != (c + 1 < columns)) return -1;
      if (stop == end && c + 1 < columns) return -1;
      p = stop < end ? stop + 1 : end;
    }
  }
  return p - text;
}

double *eqp_packed_values(eqp_packed_rows *rows, int64_t c) { return rows->columns[c].values.data(); }
uint32_t *eqp_packed_codes(eqp_packed_rows *rows, int64_t c) { return rows->columns[c].codes.data(); }
int64_t eqp_packed_bytes(const eqp_packed_rows *rows, int64_t c) { return rows->columns[c].bytes; }

int64_t eqp_packed_word_count(const eqp_packed_rows *rows, int64_t c) {
  return rows->columns[c].words.texts().size();
}

const char *eqp_packed_word(const eqp_packed_rows *rows, int64_t c, int64_t word, int64_t *count) {
  const std::string_view text = rows->columns[c].words.texts()[word];
  *count = text.size();
  return text.data();
}

int64_t eqp_packed_level_count(const eqp_packed_rows *rows, int64_t c) {
  return rows->columns[c].many ? -1 : rows->columns[c].levels.texts().size();
}

const char *eqp_packed_level(const eqp_packed_rows *rows, int64_t c, int64_t level,
                             int64_t *count) {
  const std::string_view text = rows->columns[c].levels.texts()[level];
  *count = text.size();
  return text.data();
}

const char *eqp_packed_field_text(const eqp_packed_rows *rows, int64_t c, int64_t row,
                                  int64_t *count) {
  *count = rows->columns[c].lengths[row];
  return rows->columns[c].starts[row];
}

int32_t eqp_packed_is_single(const eqp_packed_rows *rows, int64_t c) {
  return rows->columns[c].single ? 1 : 0;
}

int32_t eqp_packed_style(const eqp_packed_rows *rows, int64_t c) {
  const uint32_t styles = rows->columns[c].styles;
  return styles ? __builtin_ctz(styles) : EQP_STYLE_NONE;
}

int64_t eqp_packed_skip(const char *text, int64_t begin, int64_t size, int64_t count) {
  const char *p = text + begin, *end = text + size;
  for (int64_t k = 0; k < count && p < end; k++) {
    while (p < end) {
      const int64_t skip = empty_line(p, end);
      if (!skip) break;
      p += skip;
    }
    bool inside = false;
    while (p < end && (inside || *p != '\n')) {
      if (*p == '"') inside = !inside;
      p++;
    }
    if (p < end) p++;
  }
  return p - text;
}

int64_t eqp_packed_plain(const char *field, int64_t count, char *out) {
  const char *p = field;
  std::string_view text;
  std::string owned;
  read_field(p, field + count, text, owned);
  memcpy(out, text.data(), text.size());
  return text.size();
}

}  // extern "C"
