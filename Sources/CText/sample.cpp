#include "fields.h"

#include <cmath>
#include <unordered_set>

using namespace equipoise;

namespace {

struct ColumnSample {
  int64_t finite = 0;
  eqp_text_statistics statistics = {0, 0, 0, 0, 0, 0, 0, 0};
  std::unordered_set<std::string> texts;

  void add(std::string_view field, const MissingTexts &missing) {
    double value = 0;
    const bool number = !field.empty() && eqp_text_number(field.data(), field.size(), &value);
    if (missing.contains(field) || (number && missing.contains(value))) {
      statistics.missing++;
      return;
    }
    statistics.values++;
    if (number) statistics.numbers++;
    if (number && eqp_text_is_code(field.data(), field.size())) statistics.codes++;
    if (number && std::isfinite(value) && value == std::floor(value)) statistics.wholes++;
    if (number && std::isfinite(value)) {
      const double away = value - statistics.mean;
      statistics.mean += away / static_cast<double>(++finite);
      statistics.squares += away * (value - statistics.mean);
    }
    if (texts.size() <= EQP_TEXT_FEW_LEVELS) texts.emplace(field);
    statistics.distinct = static_cast<int32_t>(texts.size());
  }
};

}  // namespace

extern "C" {

int64_t eqp_text_split(const char *text, int64_t begin, int64_t size, void *context,
                       void (*field)(void *context, const char *bytes, int64_t count)) {
  const char *p = text + begin, *end = text + size;
  std::string owned;
  while (true) {
    std::string_view view;
    const FieldEnd result = read_field(p, end, view, owned);
    field(context, view.data(), static_cast<int64_t>(view.size()));
    if (result != FieldEnd::good) {
      while (p < end && *p != ',' && *p != '\n') p++;
    }
    if (p == end) return size;
    if (*p++ == '\n') return p - text;
  }
}

void eqp_text_sample(const char *text, int64_t size, const int64_t *starts, int64_t start_count,
                     int64_t limit, const eqp_text_missing *missing,
                     eqp_text_statistics *statistics, int64_t columns) {
  const MissingTexts texts(missing);
  std::vector<ColumnSample> samples(columns);
  const char *end = text + size;
  std::string owned;
  for (int64_t s = 0; s < start_count; s++) {
    const char *p = text + starts[s];
    for (int64_t k = 0; k < limit && p < end; k++) {
      while (p < end) {
        const int64_t skip = empty_line(p, end);
        if (!skip) break;
        p += skip;
      }
      for (int64_t c = 0; p < end; c++) {
        std::string_view view;
        if (read_field(p, end, view, owned) != FieldEnd::good) {
          p = end;
          break;
        }
        if (c < columns) samples[c].add(view, texts);
        if (p == end || *p++ == '\n') break;
      }
    }
  }
  for (int64_t c = 0; c < columns; c++) statistics[c] = samples[c].statistics;
}

}  // extern "C"
