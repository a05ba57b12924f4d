/*
 * Fits a model with a bound on the gap between two groups to a table that is made batch by batch: an
 * Arrow stream, written by hand, as a producer with more rows than memory would write one. The model
 * is then asked for its probabilities and saved to a file that every other door reads.
 *
 *   cc -std=c99 arrow_fit.c $(pkg-config --cflags --libs equipoise) -lm -o arrow_fit && ./arrow_fit
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "equipoise.h"

enum { BATCHES = 20, BATCH = 500, COLUMNS = 4 };
static const char *const names[COLUMNS] = {"income", "debt", "group", "repaid"};
static const char *const formats[COLUMNS] = {"g", "g", "u", "C"}; /* doubles, texts, bytes */

static void check(eqp_status status, const eqp_error *error) {
  if (status == EQP_OK || status == EQP_NOT_CONVERGED) return;
  fprintf(stderr, "%s: %s\n", eqp_status_name(status), error->message);
  exit(1);
}

/* ---- One batch: its memory lives until the consumer releases it -------------------------------- */

typedef struct batch {
  double income[BATCH], debt[BATCH];
  char groups[BATCH];
  int32_t ends[BATCH + 1]; /* where each text of `groups` ends */
  uint8_t repaid[BATCH];
  const void *buffers[COLUMNS][3], *none[1];
  struct ArrowArray arrays[COLUMNS], *children[COLUMNS];
} batch;

static void release_column(struct ArrowArray *array) { array->release = NULL; }

static void release_batch(struct ArrowArray *array) {
  for (int64_t k = 0; k < array->n_children; k++)
    if (array->children[k]->release) array->children[k]->release(array->children[k]);
  free(array->private_data);
  array->release = NULL;
}

static uint32_t state = 1;

static double draw(void) {
  state = state * 1664525u + 1013904223u;
  return (state >> 8) / (double)(1 << 24);
}

/* Group b earns less, so that a model of income alone selects it less often. */
static void make_rows(batch *b) {
  for (int i = 0; i < BATCH; i++) {
    const int second = draw() < 0.4;
    b->groups[i] = second ? 'b' : 'a';
    b->ends[i + 1] = i + 1;
    b->income[i] = draw() + draw() + draw() - 1.5 - 0.2 * second;
    b->debt[i] = draw();
    b->repaid[i] = draw() < 1 / (1 + exp(-3 * b->income[i] + b->debt[i]));
  }
}

static int make_batch(struct ArrowArray *array) {
  batch *b = calloc(1, sizeof *b);
  if (b == NULL) return 12; /* ENOMEM */
  make_rows(b);
  const void *values[COLUMNS] = {b->income, b->debt, b->ends, b->repaid};
  for (int k = 0; k < COLUMNS; k++) {
    b->buffers[k][1] = values[k];
    b->buffers[k][2] = b->groups; /* read by the column of texts alone */
    b->arrays[k] = (struct ArrowArray){.length = BATCH, .n_buffers = formats[k][0] == 'u' ? 3 : 2,
                                       .buffers = b->buffers[k], .release = release_column};
    b->children[k] = &b->arrays[k];
  }
  *array = (struct ArrowArray){.length = BATCH, .n_buffers = 1, .buffers = b->none,
                               .n_children = COLUMNS, .children = b->children,
                               .release = release_batch, .private_data = b};
  return 0;
}

/* ---- The stream: a schema, and batches until there is none ------------------------------------- */

static struct ArrowSchema columns[COLUMNS], *column_pointers[COLUMNS];

static void release_schema(struct ArrowSchema *schema) { schema->release = NULL; }

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema) {
  (void)stream;
  for (int k = 0; k < COLUMNS; k++) {
    columns[k] = (struct ArrowSchema){
        .format = formats[k], .name = names[k], .release = release_schema};
    column_pointers[k] = &columns[k];
  }
  *schema = (struct ArrowSchema){.format = "+s", .n_children = COLUMNS,
                                 .children = column_pointers, .release = release_schema};
  return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *array) {
  int *left = stream->private_data;
  if ((*left)-- > 0) return make_batch(array);
  memset(array, 0, sizeof *array); /* a released array ends the stream */
  return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream) {
  (void)stream;
  return "no memory for a batch";
}

static void release_stream(struct ArrowArrayStream *stream) { stream->release = NULL; }

static struct ArrowArrayStream stream_of(int *batches) {
  return (struct ArrowArrayStream){.get_schema = get_schema, .get_next = get_next,
                                   .get_last_error = get_last_error, .release = release_stream,
                                   .private_data = batches};
}

/* How many of each group the model selects, on average over its draws. */
static void tell(const double *probabilities) {
  static batch b;
  double selected[2] = {0, 0}, rows[2] = {0, 0};
  state = 1;
  for (int at = 0; at < BATCHES; at++) {
    make_rows(&b);
    for (int i = 0; i < BATCH; i++) {
      const int group = b.groups[i] == 'b';
      rows[group] += 1;
      selected[group] += probabilities[at * BATCH + i];
    }
  }
  printf("%d rows in %d batches; selected: a %.3f, b %.3f\n", BATCHES * BATCH, BATCHES,
         selected[0] / rows[0], selected[1] / rows[1]);
}

int main(int count, char **arguments) {
  eqp_error error;
  eqp_options *columns_are = NULL, *bounded = NULL;
  eqp_dataset *rows = NULL, *again = NULL;
  eqp_model *model = NULL;
  static double probabilities[BATCHES * BATCH];
  int batches = BATCHES;
  struct ArrowArrayStream stream = stream_of(&batches);

  check(eqp_options_create(&columns_are, &error), &error);
  check(eqp_options_set(columns_are, "label", "repaid", &error), &error);
  check(eqp_options_set(columns_are, "sensitive", "group", &error), &error);
  /* The stream is taken over and released, whatever comes of the call. */
  check(eqp_dataset_from_arrow(&stream, columns_are, &rows, &error), &error);

  check(eqp_options_create(&bounded, &error), &error);
  check(eqp_options_set(bounded, "criterion", "demographic_parity", &error), &error);
  check(eqp_options_set(bounded, "bound", "0.05", &error), &error);
  check(eqp_model_fit("reductions", rows, bounded, &model, &error), &error);

  /* The same rows again, as a table to predict: its columns are found by their names. */
  state = 1;
  batches = BATCHES;
  stream = stream_of(&batches);
  check(eqp_dataset_from_arrow_for(model, &stream, NULL, &again, &error), &error);
  check(eqp_model_predict(model, again, EQP_PROBABILITY, NULL, probabilities, BATCHES * BATCH, &error),
        &error);
  tell(probabilities);
  if (count > 1) check(eqp_model_write(model, arguments[1], &error), &error);

  eqp_dataset_destroy(&again);
  eqp_model_destroy(&model);
  eqp_dataset_destroy(&rows);
  eqp_options_destroy(&bounded);
  eqp_options_destroy(&columns_are);
  return 0;
}
