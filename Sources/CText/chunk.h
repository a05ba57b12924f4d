#ifndef EQUIPOISE_CTEXT_CHUNK_H
#define EQUIPOISE_CTEXT_CHUNK_H

#include "fields.h"

// What parsing a chunk found besides what it wrote.
struct eqp_text_chunk {
  eqp_text_error error = {EQP_TEXT_OK, 0, 0, 0, 0};
  std::vector<equipoise::LevelTable> levels;
  std::vector<uint32_t> level_count;
  std::vector<eqp_text_missing_count> missing;
  // The chunk's codes in the merged list, before that is sorted.
  std::vector<std::vector<uint32_t>> translation;
};

#endif
