#include "cfactorize.h"
#include "load.h"

#include <string.h>

// 2^64 / golden ratio: the high bits of a product with it are well mixed.
#define GOLDEN 0x9E3779B97F4A7C15ULL

static inline int shift_of(int64_t capacity) { return 64 - __builtin_ctzll((uint64_t)capacity); }

// ---- Tables ---------------------------------------------------------------------------------------

void eqp_numbering_clear(eqp_numbering *table, int32_t skips_nan) {
  for (int64_t i = 0; i < table->capacity; i++) table->numbers[i] = EQP_NO_NUMBER;
  table->used = 0;
  table->count = 0;
  if (!skips_nan) return;
  const uint64_t at = (EQP_NAN_WORD * GOLDEN) >> shift_of(table->capacity);
  table->keys[at] = EQP_NAN_WORD;
  table->numbers[at] = EQP_MISSING_NUMBER;
  table->used = 1;
}

void eqp_numbering_move(const eqp_numbering *from, eqp_numbering *to) {
  const uint64_t mask = (uint64_t)to->capacity - 1;
  const int shift = shift_of(to->capacity);
  for (int64_t i = 0; i < to->capacity; i++) to->numbers[i] = EQP_NO_NUMBER;
  for (int64_t i = 0; i < from->capacity; i++) {
    if (from->numbers[i] == EQP_NO_NUMBER) continue;
    uint64_t at = (from->keys[i] * GOLDEN) >> shift;
    while (to->numbers[at] != EQP_NO_NUMBER) at = (at + 1) & mask;
    to->keys[at] = from->keys[i];
    to->numbers[at] = from->numbers[i];
  }
  to->used = from->used;
  to->count = from->count;
}

static inline int is_full(const eqp_numbering *table) {
  return 2 * (table->used + 1) > table->capacity || table->count == table->room;
}

// ---- Words ----------------------------------------------------------------------------------------

static inline uint64_t word_of_half(const uint8_t *at) {
  const uint16_t bits = LOAD(uint16_t, at);
  if ((bits & 0x7FFF) > 0x7C00) return EQP_NAN_WORD;
  return bits == 0x8000 ? 0 : bits;
}

static inline uint64_t word_of_float(const uint8_t *at) {
  const float value = LOAD(float, at) + 0.0f;
  return value == value ? LOAD(uint32_t, &value) : EQP_NAN_WORD;
}

static inline uint64_t word_of_double(const uint8_t *at) {
  const double value = LOAD(double, at) + 0.0;
  return value == value ? LOAD(uint64_t, &value) : EQP_NAN_WORD;
}

#define FILL(expression) \
  for (int64_t i = 0; i < rows; i++, base += stride) words[i] = (expression)

void eqp_words_fill(const uint8_t *base, int32_t kind, ptrdiff_t stride, int64_t rows,
                    uint64_t *words) {
  switch (kind) {
    case EQP_WORD_8: FILL(*base); break;
    case EQP_WORD_16: FILL(LOAD(uint16_t, base)); break;
    case EQP_WORD_32: FILL(LOAD(uint32_t, base)); break;
    case EQP_WORD_64:
      if (stride == 8) memcpy(words, base, (size_t)rows * 8);
      else FILL(LOAD(uint64_t, base));
      break;
    case EQP_WORD_HALF: FILL(word_of_half(base)); break;
    case EQP_WORD_FLOAT: FILL(word_of_float(base)); break;
    default: FILL(word_of_double(base)); break;
  }
}

int64_t eqp_words_number(const uint64_t *words, int64_t rows, int64_t first_row,
                         eqp_numbering *table, int32_t *codes) {
  uint64_t *const keys = table->keys;
  int32_t *const numbers = table->numbers;
  const uint64_t mask = (uint64_t)table->capacity - 1;
  const int shift = shift_of(table->capacity);
  for (int64_t i = 0; i < rows; i++) {
    const uint64_t word = words[i];
    uint64_t at = (word * GOLDEN) >> shift;
    int32_t number = numbers[at];
    while (number != EQP_NO_NUMBER && keys[at] != word) {
      at = (at + 1) & mask;
      number = numbers[at];
    }
    if (number == EQP_NO_NUMBER) {
      if (is_full(table)) return i;
      number = (int32_t)table->count;
      keys[at] = word;
      numbers[at] = number;
      table->first[table->count++] = first_row + i;
      table->used++;
    }
    codes[i] = number;
  }
  return rows;
}

// ---- Whole numbers of a narrow range --------------------------------------------------------------

#define RANGE(type)                                                       \
  do {                                                                    \
    type least = LOAD(type, base), most = least;                          \
    if (stride == (ptrdiff_t)sizeof(type)) {                              \
      for (int64_t i = 0; i < rows; i++) {                                \
        const type value = LOAD(type, base + i * (int64_t)sizeof(type));  \
        least = value < least ? value : least;                            \
        most = value > most ? value : most;                               \
      }                                                                   \
    } else {                                                              \
      for (int64_t i = 0; i < rows; i++) {                                \
        const type value = LOAD(type, base + i * stride);                 \
        least = value < least ? value : least;                            \
        most = value > most ? value : most;                               \
      }                                                                   \
    }                                                                     \
    *low = (uint64_t)least > INT64_MAX && (type)-1 > 0 ? INT64_MAX : (int64_t)least; \
    *high = (uint64_t)most > INT64_MAX && (type)-1 > 0 ? INT64_MAX : (int64_t)most;  \
  } while (0)

void eqp_wholes_range(const uint8_t *base, int32_t size, int32_t is_signed, ptrdiff_t stride,
                      int64_t rows, int64_t *low, int64_t *high) {
  switch (size) {
    case 1: if (is_signed) RANGE(int8_t); else RANGE(uint8_t); break;
    case 2: if (is_signed) RANGE(int16_t); else RANGE(uint16_t); break;
    case 4: if (is_signed) RANGE(int32_t); else RANGE(uint32_t); break;
    default: if (is_signed) RANGE(int64_t); else RANGE(uint64_t); break;
  }
}

#define NUMBER(type)                                                  \
  for (int64_t i = 0; i < rows; i++, base += stride) {                \
    const type place = (type)(LOAD(type, base) - (type)low);          \
    int32_t number = numbers[place];                                  \
    if (__builtin_expect(number < 0, 0)) {                            \
      if (*count == room) return i;                                   \
      number = (int32_t)*count;                                       \
      numbers[place] = number;                                        \
      first[(*count)++] = first_row + i;                              \
    }                                                                 \
    codes[i] = number;                                                \
  }

int64_t eqp_wholes_number(const uint8_t *base, int32_t size, ptrdiff_t stride, int64_t rows,
                          int64_t low, int64_t first_row, int32_t *numbers, int64_t *first,
                          int64_t room, int64_t *count, int32_t *codes) {
  switch (size) {
    case 1: NUMBER(uint8_t) break;
    case 2: NUMBER(uint16_t) break;
    case 4: NUMBER(uint32_t) break;
    default: NUMBER(uint64_t) break;
  }
  return rows;
}

static inline int is_valid(const uint8_t *valid, int64_t place) {
  return valid == 0 || (valid[place >> 3] >> (place & 7) & 1);
}

/* A number that was not looked up yet. */
#define NOT_YET (-2)
enum { SMALL_DICTIONARY = 256 };

/* Of a small dictionary whose codes are all there: one look-up a row. */
#define LOOK_UP_SMALL(type)                                         \
  {                                                                 \
    for (int64_t i = 0; i < rows; i++) {                            \
      const type code = LOAD(type, base + i * (int64_t)sizeof(type)); \
      if ((uint64_t)code >= (uint64_t)word_count) {                 \
        *is_bad = 1;                                                \
        return i;                                                   \
      }                                                             \
      int32_t number = direct[code];                                \
      if (__builtin_expect(number == NOT_YET, 0)) {                 \
        const int32_t word = words[code];                           \
        number = word < 0 ? -1 : numbers[word];                     \
        if (word >= 0 && number < 0) {                              \
          if (*count == room) return i;                             \
          number = (int32_t)*count;                                 \
          numbers[word] = number;                                   \
          first[(*count)++] = first_row + i;                        \
        }                                                           \
        direct[code] = number;                                      \
      }                                                             \
      codes[i] = number;                                            \
    }                                                               \
  }

#define LOOK_UP(type)                                                 \
  for (int64_t i = 0; i < rows; i++) {                                \
    codes[i] = -1;                                                    \
    if (!is_valid(valid, bit + i)) continue;                          \
    const type code = LOAD(type, base + i * (int64_t)sizeof(type));   \
    if ((uint64_t)code >= (uint64_t)word_count) {                     \
      *is_bad = 1;                                                    \
      return i;                                                       \
    }                                                                 \
    const int32_t word = words[code];                                 \
    if (word < 0) continue;                                           \
    int32_t number = numbers[word];                                   \
    if (__builtin_expect(number < 0, 0)) {                            \
      if (*count == room) return i;                                   \
      number = (int32_t)*count;                                       \
      numbers[word] = number;                                         \
      first[(*count)++] = first_row + i;                              \
    }                                                                 \
    codes[i] = number;                                                \
  }

#define BY_TYPE(LOOK)                                                \
  switch (size) {                                                    \
    case 1: if (is_signed) LOOK(int8_t) else LOOK(uint8_t) break;    \
    case 2: if (is_signed) LOOK(int16_t) else LOOK(uint16_t) break;  \
    case 4: if (is_signed) LOOK(int32_t) else LOOK(uint32_t) break;  \
    default: if (is_signed) LOOK(int64_t) else LOOK(uint64_t) break; \
  }

int64_t eqp_dictionary_number(const uint8_t *base, int32_t size, int32_t is_signed, int64_t rows,
                              const uint8_t *valid, int64_t bit, const int32_t *words,
                              int64_t word_count, int64_t first_row, int32_t *numbers, int64_t *first,
                              int64_t room, int64_t *count, int32_t *is_bad, int32_t *codes) {
  if (valid == 0 && word_count <= SMALL_DICTIONARY ) {
    int32_t direct[SMALL_DICTIONARY];
    for (int64_t code = 0; code < word_count; code++) direct[code] = NOT_YET;
    BY_TYPE(LOOK_UP_SMALL)
    return rows;
  }
  BY_TYPE(LOOK_UP)
  return rows;
}

// ---- Spans ----------------------------------------------------------------------------------------

static const uint8_t zeros[16] = {0};
static const uint8_t bytes_of_bits[2] = {0, 1};

void eqp_spans_fixed(const uint8_t *base, ptrdiff_t stride, int64_t width, int32_t kind,
                     const uint8_t *valid, int64_t bit, int64_t rows, eqp_span *spans) {
  for (int64_t i = 0; i < rows; i++, base += stride) {
    spans[i].at = is_valid(valid, bit + i) ? base : 0;
    spans[i].size = width;
  }
  if (kind < EQP_WORD_HALF) return;
  for (int64_t i = 0; i < rows; i++) {
    const uint8_t *at = spans[i].at;
    if (at == 0) continue;
    const uint64_t word = kind == EQP_WORD_HALF    ? word_of_half(at)
                          : kind == EQP_WORD_FLOAT ? word_of_float(at)
                                                   : word_of_double(at);
    if (word == EQP_NAN_WORD) spans[i].at = 0;
    if (word == 0) spans[i].at = zeros;
  }
}

void eqp_spans_bits(const uint8_t *bits, const uint8_t *valid, int64_t bit, int64_t rows,
                    eqp_span *spans) {
  for (int64_t i = 0; i < rows; i++) {
    const int64_t place = bit + i;
    spans[i].at = is_valid(valid, place) ? bytes_of_bits + (bits[place >> 3] >> (place & 7) & 1) : 0;
    spans[i].size = 1;
  }
}

static inline eqp_span span(const uint8_t *at, int64_t size) {
  return (eqp_span){size == 0 ? zeros : at, size};
}

int64_t eqp_spans_texts(const uint8_t *offsets, int32_t is_large, const uint8_t *content,
                        const uint8_t *valid, int64_t bit, int64_t rows, eqp_span *spans) {
  for (int64_t i = 0; i < rows; i++) {
    const int64_t place = bit + i;
    if (!is_valid(valid, place)) {
      spans[i] = (eqp_span){0, 0};
      continue;
    }
    const int64_t start = is_large ? LOAD(int64_t, offsets + 8 * place)
                                   : LOAD(int32_t, offsets + 4 * place);
    const int64_t end = is_large ? LOAD(int64_t, offsets + 8 * place + 8)
                                 : LOAD(int32_t, offsets + 4 * place + 4);
    if (start < 0 || end < start || (end > start && content == 0)) return i;
    spans[i] = span(content + start, end - start);
  }
  return rows;
}

int64_t eqp_spans_views(const uint8_t *views, const uint8_t *const *buffers, int64_t buffer_count,
                        const uint8_t *valid, int64_t bit, int64_t rows, eqp_span *spans) {
  for (int64_t i = 0; i < rows; i++) {
    const int64_t place = bit + i;
    if (!is_valid(valid, place)) {
      spans[i] = (eqp_span){0, 0};
      continue;
    }
    const uint8_t *view = views + 16 * place;
    const int32_t size = LOAD(int32_t, view);
    if (size >= 0 && size <= 12) {
      spans[i] = span(view + 4, size);
      continue;
    }
    const int32_t buffer = LOAD(int32_t, view + 8), start = LOAD(int32_t, view + 12);
    if (size < 0 || start < 0 || buffer < 0 || buffer >= buffer_count || buffers[buffer] == 0)
      return i;
    spans[i] = span(buffers[buffer] + start, size);
  }
  return rows;
}

// The last 1 to 7 bytes of a span as a word; different ones of one size have different words.
static inline uint64_t last_word(const uint8_t *at, int64_t size) {
  if (size >= 4) {
    return (uint64_t)LOAD(uint32_t, at) | (uint64_t)LOAD(uint32_t, at + size - 4) << 32;
  }
  return (uint64_t)at[0] | (uint64_t)at[size >> 1] << 8 | (uint64_t)at[size - 1] << 16;
}

static inline uint64_t hash_of(const uint8_t *at, int64_t size) {
  uint64_t hash = (uint64_t)size * GOLDEN;
  for (; size >= 8; at += 8, size -= 8) {
    hash = (hash ^ LOAD(uint64_t, at)) * GOLDEN;
    hash ^= hash >> 32;
  }
  if (size > 0) {
    hash = (hash ^ last_word(at, size)) * GOLDEN;
    hash ^= hash >> 32;
  }
  return hash;
}

static inline int are_same(eqp_span a, eqp_span b) {
  if (a.size != b.size) return 0;
  int64_t size = a.size;
  const uint8_t *x = a.at, *y = b.at;
  for (; size >= 8; x += 8, y += 8, size -= 8) {
    if (LOAD(uint64_t, x) != LOAD(uint64_t, y)) return 0;
  }
  return size == 0 || last_word(x, size) == last_word(y, size);
}

int64_t eqp_spans_number(const eqp_span *spans, int64_t rows, int64_t first_row,
                         eqp_numbering *table, eqp_span *known, int32_t *codes) {
  uint64_t *const keys = table->keys;
  int32_t *const numbers = table->numbers;
  const uint64_t mask = (uint64_t)table->capacity - 1;
  const int shift = shift_of(table->capacity);
  for (int64_t i = 0; i < rows; i++) {
    const eqp_span value = spans[i];
    if (value.at == 0) {
      codes[i] = EQP_MISSING_NUMBER;
      continue;
    }
    const uint64_t hash = hash_of(value.at, value.size);
    uint64_t at = (hash * GOLDEN) >> shift;
    int32_t number = numbers[at];
    while (number != EQP_NO_NUMBER && !(keys[at] == hash && are_same(known[number], value))) {
      at = (at + 1) & mask;
      number = numbers[at];
    }
    if (number == EQP_NO_NUMBER) {
      if (is_full(table)) return i;
      number = (int32_t)table->count;
      keys[at] = hash;
      numbers[at] = number;
      known[number] = value;
      table->first[table->count++] = first_row + i;
      table->used++;
    }
    codes[i] = number;
  }
  return rows;
}
