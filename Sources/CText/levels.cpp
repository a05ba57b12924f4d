#include "chunk.h"

#include <algorithm>
#include <numeric>

using namespace equipoise;

struct eqp_text_levels {
  LevelTable table;
  std::vector<uint32_t> order;  // sorted position -> merged code
  std::vector<uint16_t> rank;   // merged code -> sorted position
};

extern "C" {

eqp_text_levels *eqp_text_levels_make(void) { return new eqp_text_levels; }
void eqp_text_levels_free(eqp_text_levels *levels) { delete levels; }

int eqp_text_levels_add(eqp_text_levels *levels, eqp_text_chunk *chunk, int64_t column) {
  const LevelTable &found = chunk->levels[column];
  auto &translation = chunk->translation[column];
  translation.assign(chunk->level_count[column], 0);
  for (size_t i = 0; i < found.texts().size(); i++) {
    const uint32_t own = found.codes()[i];
    if (own == EQP_TEXT_MISSING) continue;
    const std::string_view text = found.texts()[i];
    const uint64_t hash = LevelTable::hash(text);
    uint32_t merged = levels->table.find(text, hash);
    if (merged == LevelTable::none) {
      merged = static_cast<uint32_t>(levels->table.texts().size());
      if (merged >= EQP_TEXT_MISSING) return 0;
      levels->table.insert(text, hash, merged, true);
    }
    translation[own] = merged;
  }
  chunk->levels[column] = LevelTable();
  return 1;
}

void eqp_text_levels_sort(eqp_text_levels *levels) {
  const auto &texts = levels->table.texts();
  levels->order.resize(texts.size());
  std::iota(levels->order.begin(), levels->order.end(), 0);
  std::sort(levels->order.begin(), levels->order.end(),
            [&](uint32_t a, uint32_t b) { return texts[a] < texts[b]; });
  levels->rank.resize(texts.size());
  for (size_t i = 0; i < texts.size(); i++) levels->rank[levels->order[i]] = static_cast<uint16_t>(i);
}

int64_t eqp_text_levels_count(const eqp_text_levels *levels) { return levels->table.texts().size(); }

const char *eqp_text_levels_name(const eqp_text_levels *levels, int64_t index, int64_t *count) {
  const std::string_view text = levels->table.texts()[levels->order[index]];
  *count = text.size();
  return text.data();
}

void eqp_text_levels_apply(const eqp_text_levels *levels, const eqp_text_chunk *chunk,
                           int64_t column, uint16_t *codes, int64_t rows) {
  const auto &translation = chunk->translation[column];
  for (int64_t i = 0; i < rows; i++) {
    if (codes[i] != EQP_TEXT_MISSING) codes[i] = levels->rank[translation[codes[i]]];
  }
}

}  // extern "C"
