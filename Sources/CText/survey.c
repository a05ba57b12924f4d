#include "ctext.h"

#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#define KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define KERNEL
#endif

enum { LANES = 64 };
// Counters are bytes: they are emptied before they can overflow.
enum { STEPS = 255 };

typedef unsigned char bytes __attribute__((vector_size(LANES)));

#define LOAD(v, p) memcpy(&(v), (p), sizeof(bytes))

static inline __attribute__((always_inline)) int64_t total(const bytes *v) {
  unsigned char lanes[LANES];
  memcpy(lanes, v, sizeof lanes);
  int64_t sum = 0;
  for (int i = 0; i < LANES; i++) sum += lanes[i];
  return sum;
}

static inline int is_newline(const char *text, int64_t i) { return i < 0 || text[i] == '\n'; }

// A newline right after a newline, or after a newline and a carriage return, ends an empty line.
static inline int ends_blank(const char *text, int64_t i) {
  if (is_newline(text, i - 1)) return 1;
  return text[i - 1] == '\r' && is_newline(text, i - 2);
}

void eqp_text_survey_reference(const char *text, int64_t begin, int64_t end,
                               eqp_text_counts *counts) {
  eqp_text_counts c = {0, 0, 0, 0};
  for (int64_t i = begin; i < end; i++) {
    if (text[i] == '\n') {
      c.newlines++;
      c.blank += ends_blank(text, i);
    }
    c.quotes += text[i] == '"';
    c.high |= text[i] & 0x80;
  }
  *counts = c;
}

KERNEL void eqp_text_survey(const char *text, int64_t begin, int64_t end,
                            eqp_text_counts *counts) {
  eqp_text_counts head, tail;
  const int64_t first = begin + 2 < end ? begin + 2 : end;
  eqp_text_survey_reference(text, begin, first, &head);
  int64_t i = first;
  bytes any = {0};
  while (i + LANES <= end) {
    bytes newlines = {0}, blank = {0}, quotes = {0};
    for (int step = 0; step < STEPS && i + LANES <= end; step++, i += LANES) {
      bytes here, before, earlier;
      LOAD(here, text + i);
      LOAD(before, text + i - 1);
      LOAD(earlier, text + i - 2);
      const bytes newline = (bytes)(here == '\n');
      const bytes follows =
          (bytes)(before == '\n') | ((bytes)(before == '\r') & (bytes)(earlier == '\n'));
      newlines -= newline;
      blank -= newline & follows;
      quotes -= (bytes)(here == '"');
      any |= here;
    }
    head.newlines += total(&newlines);
    head.blank += total(&blank);
    head.quotes += total(&quotes);
  }
  eqp_text_survey_reference(text, i, end, &tail);
  unsigned char lanes[LANES], high = 0;
  memcpy(lanes, &any, sizeof lanes);
  for (int k = 0; k < LANES; k++) high |= lanes[k];
  counts->newlines = head.newlines + tail.newlines;
  counts->blank = head.blank + tail.blank;
  counts->quotes = head.quotes + tail.quotes;
  counts->high = head.high | tail.high | (high & 0x80);
}

int64_t eqp_text_records(const char *text, int64_t begin, int64_t end, int inside) {
  int64_t records = 0;
  for (int64_t i = begin; i < end; i++) {
    if (text[i] == '"') inside = !inside;
    else if (text[i] == '\n' && !inside) records += !ends_blank(text, i);
  }
  return records;
}

int64_t eqp_text_record_start(const char *text, int64_t at, int64_t size, int inside) {
  if (at <= 0 || at >= size) return at < 0 ? 0 : at > size ? size : at;
  if (!inside && text[at - 1] == '\n') return at;
  for (int64_t i = at; i < size; i++) {
    if (text[i] == '"') inside = !inside;
    else if (text[i] == '\n' && !inside) return i + 1;
  }
  return size;
}
