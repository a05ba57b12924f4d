#ifndef EQUIPOISE_CTEXT_H
#define EQUIPOISE_CTEXT_H

// Comma-separated text straight into numbers and codes; no table of strings is ever made.
//
// A *record* is a row of the table and may span lines inside quotes. A text is cut into chunks by
// bytes; a chunk owns the records that start in it.

#include "cfactorize.h"
#include "cpacked.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Survey: what lies where, at the speed of memory.

typedef struct {
  int64_t newlines;  // all of them, inside quotes or not
  int64_t blank;     // newlines that end an empty line
  int64_t quotes;
  int64_t high;      // not 0 when any byte is above 127
} eqp_text_counts;

// Counts over text[begin, end). Looks back at up to two bytes before `begin`, never before text.
void eqp_text_survey(const char *text, int64_t begin, int64_t end, eqp_text_counts *counts);
void eqp_text_survey_reference(const char *text, int64_t begin, int64_t end,
                               eqp_text_counts *counts);
// Records that end in text[begin, end), blank lines not counted, when `begin` is inside quotes or
// not. Only for text with quotes: elsewhere it is newlines - blank.
int64_t eqp_text_records(const char *text, int64_t begin, int64_t end, int inside);
// The first record start at or after `at`, where `inside` says whether `at` is inside quotes.
int64_t eqp_text_record_start(const char *text, int64_t at, int64_t size, int inside);

// ---- Fields one by one, for headers, samples and messages.

// Calls with each field of the record at `begin`, quotes and outer blanks removed; returns the
// offset after the record's end. Never fails: a broken quote is taken as it stands.
int64_t eqp_text_split(const char *text, int64_t begin, int64_t size, void *context,
                       void (*field)(void *context, const char *bytes, int64_t count));

// What a sample of a column holds.
typedef struct {
  int64_t values;    // not missing
  int64_t numbers;   // of those, numbers: infinite ones too, which parsing refuses by their place
  int64_t missing;
  int32_t distinct;  // different texts, counted up to EQP_TEXT_FEW_LEVELS + 1
  double mean, squares;  // of the finite numbers: mean, and sum of squared distances from it
  int64_t wholes;    // of the finite numbers, those without a fraction
  int64_t codes;     // of the numbers, those that eqp_text_is_code tells
} eqp_text_statistics;

enum { EQP_TEXT_FEW_LEVELS = 64 };

typedef struct {
  const char *const *texts;  // zero-terminated
  int64_t count;
} eqp_text_missing;

// Looks at up to `limit` records from each of the starts; fields past `columns` are ignored.
void eqp_text_sample(const char *text, int64_t size, const int64_t *starts, int64_t start_count,
                     int64_t limit, const eqp_text_missing *missing,
                     eqp_text_statistics *statistics, int64_t columns);

// ---- Parsing a chunk.

// The code of a missing value; levels are 0 ..< EQP_TEXT_MISSING.
enum { EQP_TEXT_MISSING = 65535 };

// Where a column's fields go. All null: the column is passed over.
typedef struct {
  void *number;           // number[row * stride] = value - origin; missing is NaN
  int64_t stride;
  int32_t size;           // 4: float, 8: double
  double origin;
  double *plain;          // plain[row] = value; missing is NaN
  uint16_t *codes;        // codes[row] = level of this chunk
  uint64_t *keys;         // keys[row] = eqp_text_key of the field; missing is 0
  uint8_t *absent;        // absent[row] = 1 where the value is missing, else 0
} eqp_text_column;

enum {
  EQP_TEXT_OK = 0,
  EQP_TEXT_RAGGED = 1,
  EQP_TEXT_NOT_A_NUMBER = 2,
  EQP_TEXT_NOT_FINITE = 3,
  EQP_TEXT_TOO_LARGE = 4,  // finite, but not in a float
  EQP_TEXT_NOT_UTF8 = 5,
  EQP_TEXT_TOO_MANY_LEVELS = 6,
  EQP_TEXT_STRAY_QUOTE = 7,
  EQP_TEXT_OPEN_QUOTE = 8,
};

typedef struct {
  int32_t kind;
  int64_t record;  // offset of the record
  int64_t column;
  int64_t offset, count;  // the field's text; for a ragged row, count is the fields found
} eqp_text_error;

typedef struct {
  int64_t count;
  int64_t first_record;  // offset of the record of the first, -1 when there is none
} eqp_text_missing_count;

typedef struct eqp_text_chunk eqp_text_chunk;

// Parses the records in text[begin, end), which are rows first_row ..< first_row + rows.
// Reads nothing at or after text[size].
eqp_text_chunk *eqp_text_parse(const char *text, int64_t begin, int64_t end, int64_t size,
                               int64_t first_row, int64_t rows, int check_utf8,
                               const eqp_text_column *columns, int64_t column_count,
                               const eqp_text_missing *missing);
void eqp_text_chunk_free(eqp_text_chunk *chunk);
const eqp_text_error *eqp_text_chunk_error(const eqp_text_chunk *chunk);
const eqp_text_missing_count *eqp_text_chunk_missing(const eqp_text_chunk *chunk, int64_t column);

// A hash of a text that never changes and is never 0: FNV-1a, then SplitMix64's finalizer.
uint64_t eqp_text_key(const char *text, int64_t count);

// ---- Merging the levels that the chunks found into one sorted list a column.

typedef struct eqp_text_levels eqp_text_levels;
eqp_text_levels *eqp_text_levels_make(void);
void eqp_text_levels_free(eqp_text_levels *levels);
// Takes over the levels of a chunk's column. Chunks must be added in order. 0 when too many.
int eqp_text_levels_add(eqp_text_levels *levels, eqp_text_chunk *chunk, int64_t column);
// Sorts by bytes, which is the order of code points.
void eqp_text_levels_sort(eqp_text_levels *levels);
int64_t eqp_text_levels_count(const eqp_text_levels *levels);
const char *eqp_text_levels_name(const eqp_text_levels *levels, int64_t index, int64_t *count);
// Replaces a chunk's own codes by positions in the sorted list.
void eqp_text_levels_apply(const eqp_text_levels *levels, const eqp_text_chunk *chunk,
                           int64_t column, uint16_t *codes, int64_t rows);

// ---- Numbers and text.

// 1 when the whole text is a number; it may be infinite or NaN.
int eqp_text_number(const char *text, int64_t count, double *value);
// 1 when the text begins with a zero and another digit, as 00501 does: a code, and no number.
int eqp_text_is_code(const char *text, int64_t count);
// The shortest text that reads back as the same number, at most 32 bytes; returns its length.
int64_t eqp_format_f32(float value, char *out);
int64_t eqp_format_f64(double value, char *out);
int64_t eqp_format_int(int64_t value, char *out);
// The offset of the first byte of text[begin, end) that is not UTF-8, or -1.
int64_t eqp_utf8_check(const char *text, int64_t begin, int64_t end);

#ifdef __cplusplus
}
#endif
#endif
