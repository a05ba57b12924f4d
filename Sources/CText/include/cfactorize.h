#ifndef EQUIPOISE_CFACTORIZE_H
#define EQUIPOISE_CFACTORIZE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Numbering the different values of a column 0, 1, ... in the order in which they first come.
//
// Values are whole numbers of a narrow range, words of 64 bits, or spans of bytes. A kernel numbers
// one range of rows, allocates nothing and stops where its table has to grow: it returns how many
// rows it has taken.

/* Where no number was given yet, and the number of a missing value. */
#define EQP_NO_NUMBER INT32_MIN
#define EQP_MISSING_NUMBER (-1)
/* The word of every NaN. Whole numbers may have it as well, so a table says whether it is missing. */
#define EQP_NAN_WORD 0x7FF8000000000000ULL

/* What a 64-bit word is made of. Integers of both signs have the same words. */
#define EQP_WORD_8 0
#define EQP_WORD_16 1
#define EQP_WORD_32 2
#define EQP_WORD_64 3
#define EQP_WORD_HALF 4
#define EQP_WORD_FLOAT 5
#define EQP_WORD_DOUBLE 6

/* Numbers that were given: an open hash table of a power of two of places, at most half full. */
typedef struct {
  uint64_t *keys;   /* a word, or the hash of a span */
  int32_t *numbers; /* EQP_NO_NUMBER at a free place */
  int64_t capacity;
  int64_t used;     /* places that are taken, a missing word's among them */
  int64_t count;    /* numbers that were given */
  int64_t *first;   /* the row of each number's first value */
  int64_t room;     /* of `first` and of what else has an entry a number */
} eqp_numbering;

/* Bytes of a value; `at` is NULL where it is missing. */
typedef struct {
  const uint8_t *at;
  int64_t size;
} eqp_span;

/* Frees all places; `skips_nan` makes EQP_NAN_WORD the word of missing values. */
void eqp_numbering_clear(eqp_numbering *table, int32_t skips_nan);
/* Puts what another table holds into this one, which is free and larger. */
void eqp_numbering_move(const eqp_numbering *from, eqp_numbering *to);

/* words[i] = the word of the value at base + i*stride bytes; -0 has that of 0. */
void eqp_words_fill(const uint8_t *base, int32_t kind, ptrdiff_t stride, int64_t rows,
                    uint64_t *words);
int64_t eqp_words_number(const uint64_t *words, int64_t rows, int64_t first_row,
                         eqp_numbering *table, int32_t *codes);

/* The least and the greatest whole number of `size` bytes at base + i*stride; rows is at least 1.
   Unsigned ones beyond INT64_MAX count as that. */
void eqp_wholes_range(const uint8_t *base, int32_t size, int32_t is_signed, ptrdiff_t stride,
                      int64_t rows, int64_t *low, int64_t *high);
/* codes[i] = numbers[value - low], a table of all values of a range; new values get the next number.
   Stops where `first` is full. */
int64_t eqp_wholes_number(const uint8_t *base, int32_t size, ptrdiff_t stride, int64_t rows,
                          int64_t low, int64_t first_row, int32_t *numbers, int64_t *first,
                          int64_t room, int64_t *count, int32_t *codes);
/* codes[i] = numbers[words[code]] for the codes of a dictionary, where `words` numbers the dictionary's
   different values; -1 where the row is not valid or its word is negative. New values get the next
   number. Stops where `first` is full, and at a code that is not in 0..<word_count: *is_bad is then 1. */
int64_t eqp_dictionary_number(const uint8_t *base, int32_t size, int32_t is_signed, int64_t rows,
                              const uint8_t *valid, int64_t bit, const int32_t *words,
                              int64_t word_count, int64_t first_row, int32_t *numbers, int64_t *first,
                              int64_t room, int64_t *count, int32_t *is_bad, int32_t *codes);

/* Spans of values of one width; NaN of a float kind (-1 for none) is missing, -0 is 0. `valid`, when
   there is one, has a bit for each value, the first at `bit`. */
void eqp_spans_fixed(const uint8_t *base, ptrdiff_t stride, int64_t width, int32_t kind,
                     const uint8_t *valid, int64_t bit, int64_t rows, eqp_span *spans);
/* Spans of single bits as the bytes 0 and 1. */
void eqp_spans_bits(const uint8_t *bits, const uint8_t *valid, int64_t bit, int64_t rows,
                    eqp_span *spans);
/* Spans of texts between offsets of 32 or 64 bits, or of views into other buffers. Returns how many
   rows have possible offsets before the first that has not. */
int64_t eqp_spans_texts(const uint8_t *offsets, int32_t is_large, const uint8_t *content,
                        const uint8_t *valid, int64_t bit, int64_t rows, eqp_span *spans);
int64_t eqp_spans_views(const uint8_t *views, const uint8_t *const *buffers, int64_t buffer_count,
                        const uint8_t *valid, int64_t bit, int64_t rows, eqp_span *spans);
/* `known` has an entry for each number. */
int64_t eqp_spans_number(const eqp_span *spans, int64_t rows, int64_t first_row,
                         eqp_numbering *table, eqp_span *known, int32_t *codes);

/* codes[i] = numbers[codes[i]]; codes that are not below `count` are missing. */
void eqp_codes_replace(int32_t *codes, int64_t rows, const int32_t *numbers, int64_t count);
/* The first missing code, or `rows`. */
int64_t eqp_codes_missing(const int32_t *codes, int64_t rows);
/* target[i] = numbers[codes[i]] with numbers of shape (levels), and `missing` for a missing one;
   returns how many those are. */
int64_t eqp_codes_narrow(const int32_t *codes, int64_t rows, const uint16_t *numbers,
                         int64_t levels, uint16_t missing, uint16_t *target);
/* target[i] = values[min(codes[i], last)], values of shape (last + 1); returns the bits of all. */
uint8_t eqp_codes_bytes(const uint16_t *codes, int64_t rows, const uint8_t *values, uint16_t last,
                        uint8_t *target);
/* target[i] = numbers[codes[i]], numbers of shape (levels); every code is below `levels`. */
void eqp_codes_renumber(const uint16_t *codes, int64_t rows, const uint16_t *numbers,
                        int64_t levels, uint16_t *target);
/* counts[k] = how many codes are k, shape (levels); other codes are passed over. */
void eqp_codes_count(const uint16_t *codes, int64_t rows, int64_t levels, int64_t *counts);
/* Whole numbers side by side as bytes; 0 where one is neither 0 nor 1. */
int32_t eqp_wholes_bits(const uint8_t *base, int32_t size, int64_t rows, uint8_t *target);

#ifdef __cplusplus
}
#endif

#endif
