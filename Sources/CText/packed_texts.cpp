#include "cpacked.h"
#include "fields.h"

using namespace equipoise;

struct eqp_packed_texts {
  LevelTable table;
  int64_t bytes = 0;
};

extern "C" {

eqp_packed_texts *eqp_packed_texts_make(void) { return new eqp_packed_texts; }
void eqp_packed_texts_free(eqp_packed_texts *texts) { delete texts; }

uint32_t eqp_packed_texts_add(eqp_packed_texts *texts, const char *text, int64_t count) {
  const std::string_view view(text, count);
  const uint64_t hash = LevelTable::hash(view);
  const uint32_t known = texts->table.find(view, hash);
  if (known != LevelTable::none) return known;
  const uint32_t number = static_cast<uint32_t>(texts->table.texts().size());
  texts->table.insert(view, hash, number, true);
  texts->bytes += count;
  return number;
}

int64_t eqp_packed_texts_count(const eqp_packed_texts *texts) { return texts->table.texts().size(); }
int64_t eqp_packed_texts_bytes(const eqp_packed_texts *texts) { return texts->bytes; }

const char *eqp_packed_texts_text(const eqp_packed_texts *texts, int64_t index, int64_t *count) {
  const std::string_view text = texts->table.texts()[index];
  *count = text.size();
  return text.data();
}

}  // extern "C"
