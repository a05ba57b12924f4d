#ifndef EQUIPOISE_CPACKED_H
#define EQUIPOISE_CPACKED_H

// Records of comma-separated text as columns of numbers and of numbered texts that lose nothing: each
// field can be written again byte for byte. And the digests of what is stored of them.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- How a column writes its numbers, where one rule writes all of them.

enum {
  EQP_STYLE_WHOLE = 0,   // 12, 12.5: no point without a fraction
  EQP_STYLE_POINT = 1,   // 12.0, 12.5
  EQP_STYLE_SINGLE = 2,  // as EQP_STYLE_WHOLE, of the nearest 32-bit float
  EQP_STYLE_FIXED = 3,   // 3 + k: k decimals, 1 ... EQP_STYLE_DECIMALS
  EQP_STYLE_DECIMALS = 15,
  EQP_STYLE_NONE = 255,
};

// The number in a style, at most EQP_NUMBER_ROOM bytes; returns how many, 0 where there are none.
enum { EQP_NUMBER_ROOM = 64 };
int64_t eqp_number_text(int32_t style, double value, char *out);

// ---- Records into columns.

typedef struct {
  int32_t numbers;  // 0: its fields are not looked at as numbers
  int32_t kind;     // EQP_FIELD_...
  int32_t levels;   // 0: different texts are not numbered
} eqp_packed_field;

enum {
  EQP_FIELD_NUMBER = 0,
  EQP_FIELD_SINGLE = 1,  // numbers are those of 32-bit floats
  EQP_FIELD_TRUTH = 2,   // true is 1, false is 0
};

typedef struct eqp_packed_rows eqp_packed_rows;
eqp_packed_rows *eqp_packed_rows_make(int64_t columns, int64_t rows);
void eqp_packed_rows_free(eqp_packed_rows *rows);
// Reads `count` records of well-formed text from `begin`; columns with more than `most` different
// texts stop numbering them. Returns the offset after the last record, or -1 where a record has
// other fields.
int64_t eqp_packed_rows_read(eqp_packed_rows *rows, const char *text, int64_t begin, int64_t size,
                             int64_t count, const eqp_packed_field *fields, int64_t most);

// Of a column: numbers, where a field that is none is a NaN with the number of its text plus 1.
double *eqp_packed_values(eqp_packed_rows *rows, int64_t column);
// The texts of those fields, and all different texts; as they stand in the file.
int64_t eqp_packed_word_count(const eqp_packed_rows *rows, int64_t column);
const char *eqp_packed_word(const eqp_packed_rows *rows, int64_t column, int64_t word,
                            int64_t *count);
// -1 where there are too many.
int64_t eqp_packed_level_count(const eqp_packed_rows *rows, int64_t column);
const char *eqp_packed_level(const eqp_packed_rows *rows, int64_t column, int64_t level,
                             int64_t *count);
uint32_t *eqp_packed_codes(eqp_packed_rows *rows, int64_t column);
// A field as it stands in the text.
const char *eqp_packed_field_text(const eqp_packed_rows *rows, int64_t column, int64_t row,
                                  int64_t *count);
// The bytes of all fields of a column, and whether its numbers are 32-bit floats.
int64_t eqp_packed_bytes(const eqp_packed_rows *rows, int64_t column);
int32_t eqp_packed_is_single(const eqp_packed_rows *rows, int64_t column);
// The first style that writes all numbers of a column, or EQP_STYLE_NONE.
int32_t eqp_packed_style(const eqp_packed_rows *rows, int64_t column);

// The offset after `count` records from `begin`.
int64_t eqp_packed_skip(const char *text, int64_t begin, int64_t size, int64_t count);

// The text of a field without quotes and the blanks around it; `out` has room for `count` bytes.
int64_t eqp_packed_plain(const char *field, int64_t count, char *out);

// ---- Texts that are numbered throughout a file.

typedef struct eqp_packed_texts eqp_packed_texts;
eqp_packed_texts *eqp_packed_texts_make(void);
void eqp_packed_texts_free(eqp_packed_texts *texts);
// The number of a text, which is added where it is new.
uint32_t eqp_packed_texts_add(eqp_packed_texts *texts, const char *text, int64_t count);
int64_t eqp_packed_texts_count(const eqp_packed_texts *texts);
int64_t eqp_packed_texts_bytes(const eqp_packed_texts *texts);
const char *eqp_packed_texts_text(const eqp_packed_texts *texts, int64_t index, int64_t *count);

// ---- Stored columns into columns in use.

// target[i * stride] = source[i * width] - origin for numbers of 4 or 8 bytes; returns whether one of
// them is no number or beyond `limit`.
int32_t eqp_packed_copy(const void *source, int32_t size, int64_t width, int64_t rows,
                        double origin, double limit, void *target, int32_t target_size,
                        int64_t stride);
// target[i] = levels[codes[i]] for codes of 1, 2 or 4 bytes; returns how many of them are
// UINT16_MAX. Stops at a code that is not below `count`: its row is *bad, else -1.
int64_t eqp_packed_map(const void *codes, int32_t size, int64_t rows, const uint16_t *levels,
                       int64_t count, uint16_t *target, int64_t *bad);

// ---- Digests of 64 bits: any single change of a word changes them.

uint64_t eqp_digest_bytes(const void *bytes, int64_t count);
// digests[j]: of the column j of rows of 4 or 8 bytes a value.
void eqp_digest_columns(const void *values, int32_t size, int64_t rows, int64_t columns,
                        uint64_t *digests);

#ifdef __cplusplus
}
#endif
#endif
