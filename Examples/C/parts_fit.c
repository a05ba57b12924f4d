/*
 * Fits one model to two files that nobody has in one place: each part answers requests, answers are
 * added, and the fit gets the sums. Here both parts are in this process; elsewhere the bytes of a
 * request and of an answer go through whatever connects the machines.
 *
 *   cc -std=c99 parts_fit.c $(pkg-config --cflags --libs equipoise) -o parts_fit && ./parts_fit .
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "equipoise.h"

enum { PARTS = 2, ROWS = 400 };
static char paths[PARTS][512], saved[512];
static const char *const roles = "\"label\": \"repaid\", \"sensitive\": [\"sex\"]";

static void check(eqp_status status, const eqp_error *error) {
  if (status == EQP_OK || status == EQP_NOT_CONVERGED) return;
  fprintf(stderr, "%s: %s\n", eqp_status_name(status), error->message);
  exit(1);
}

static void write_part(int part) {
  unsigned state = 1u + (unsigned)part;
  FILE *file = fopen(paths[part], "w");
  if (file == NULL) exit(1);
  fputs("income,sex,repaid\n", file);
  for (int i = 0; i < ROWS; i++) {
    state = state * 1664525u + 1013904223u;
    const int income = (int)(state >> 16) % 90, woman = (int)(state >> 8) % 2;
    fprintf(file, "%d,%s,%s\n", income, woman ? "f" : "m",
            income + 20 * !woman + (int)(state >> 24) % 40 > 70 ? "yes" : "no");
  }
  fclose(file);
}

/* ---- Who holds the parts ------------------------------------------------------------------------ */

typedef struct bytes {
  uint8_t *at;
  int64_t count, room;
} bytes;

typedef struct holders {
  eqp_part *parts[PARTS];
  bytes sum;
  int rounds;
} holders;

static void make_room(bytes *b, int64_t room) {
  if (room <= b->room) return;
  b->at = realloc(b->at, (size_t)room);
  if (b->at == NULL) exit(1);
  b->room = room;
}

static void answer(const eqp_part *part, const uint8_t *request, int64_t count, bytes *into) {
  eqp_error error;
  eqp_status status;
  make_room(into, 1 << 12);
  while ((status = eqp_part_answer(part, request, count, into->at, into->room, &into->count,
                                   &error)) == EQP_ERROR_CAPACITY)
    make_room(into, into->count);
  check(status, &error);
}

static void add(bytes *sum, const bytes *other) {
  eqp_error error;
  bytes total = {0};
  eqp_status status;
  make_room(&total, sum->count + other->count + 64);
  status = eqp_answers_add(sum->at, sum->count, other->at, other->count, total.at, total.room,
                           &total.count, &error);
  check(status, &error);
  free(sum->at);
  *sum = total;
}

/* The sum of all answers; without a request the last one again, for a caller who had too little room. */
static int32_t ask(void *context, const uint8_t *request, int64_t count, uint8_t *room,
                   int64_t capacity, int64_t *needed) {
  holders *h = context;
  if (count > 0) {
    bytes other = {0};
    answer(h->parts[0], request, count, &h->sum);
    for (int k = 1; k < PARTS; k++) {
      answer(h->parts[k], request, count, &other);
      add(&h->sum, &other);
    }
    free(other.at);
    h->rounds++;
  }
  *needed = h->sum.count;
  if (h->sum.count <= capacity) memcpy(room, h->sum.at, (size_t)h->sum.count);
  return 0;
}

int main(int count, char **arguments) {
  const char *folder = count > 1 ? arguments[1] : ".";
  eqp_error error;
  holders h = {0};
  char options[1024];
  for (int k = 0; k < PARTS; k++) {
    snprintf(paths[k], sizeof paths[k], "%s/part%d.csv", folder, k);
    write_part(k);
    snprintf(options, sizeof options, "{\"data\": \"%s\", %s}", paths[k], roles);
    check(eqp_part_open(k, options, NULL, NULL, &h.parts[k], &error), &error);
  }
  snprintf(options, sizeof options, "{%s, \"strength\": 5}", roles);
  eqp_model *model = NULL;
  check(eqp_model_fit_parts("penalized", options, NULL, ask, &h, &model, &error), &error);
  snprintf(saved, sizeof saved, "%s/parts_fit.eqp", folder);
  check(eqp_model_write(model, saved, &error), &error);
  printf("fitted in %d rounds and saved to %s\n", h.rounds, saved);
  eqp_model_destroy(&model);
  for (int k = 0; k < PARTS; k++) {
    eqp_part_destroy(&h.parts[k]);
    remove(paths[k]);
  }
  free(h.sum.at);
  return h.rounds > 6 ? 0 : 1;
}
