/*
 * Tables over the Arrow C data interface, made by hand: categories, nulls and offsets as a producer
 * writes them, and producers that break their promises.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "equipoise.h"

static int failures = 0, checks = 0, released = 0;

#define EXPECT(condition)                                              \
  do {                                                                 \
    checks++;                                                          \
    if (!(condition)) {                                                \
      failures++;                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);  \
    }                                                                  \
  } while (0)

#define ROWS 200

static void release_schema(struct ArrowSchema *schema) {
  released++;
  schema->release = NULL;
}
static void release_array(struct ArrowArray *array) {
  released++;
  array->release = NULL;
}

/* A table with the columns x (double, one null), job (a dictionary) and label (bytes), which begin
 * one row before the table does. */
typedef struct table {
  double x[ROWS + 1];
  uint8_t valid[(ROWS + 8) / 8];
  int32_t jobs[ROWS + 1];
  uint8_t labels[ROWS + 1];
  int32_t offsets[4];
  char texts[8];
  const void *buffers[4][3];
  struct ArrowSchema schemas[5], *schema_children[3];
  struct ArrowArray arrays[5], *array_children[3];
} table;

static void make(table *t, int null_row) {
  static const char *const formats[5] = {"+s", "g", "i", "C", "u"};
  static const char *const names[5] = {"", "x", "job", "label", NULL};
  memset(t, 0, sizeof *t);
  memset(t->valid, 0xff, sizeof t->valid);
  memcpy(t->texts, "cookasmith" + 0, 7);
  t->offsets[1] = 4;
  t->offsets[2] = 5;
  t->offsets[3] = 7;
  uint32_t state = 7;
  for (int i = 0; i <= ROWS; i++) {
    state = state * 1664525u + 1013904223u;
    t->x[i] = (double)(state >> 8) / (1 << 24);
    t->jobs[i] = i % 3;
    t->labels[i] = t->x[i] + 0.1 * (i % 3) > 0.6;
  }
  if (null_row >= 0) t->valid[(null_row + 1) / 8] &= (uint8_t) ~(1 << ((null_row + 1) % 8));
  t->buffers[0][0] = null_row >= 0 ? t->valid : NULL;
  t->buffers[0][1] = t->x;
  t->buffers[1][1] = t->jobs;
  t->buffers[2][1] = t->labels;
  t->buffers[3][1] = t->offsets;
  t->buffers[3][2] = t->texts;
  for (int k = 0; k < 5; k++) {
    t->schemas[k] = (struct ArrowSchema){.format = formats[k], .name = names[k], .flags = 2,
                                         .release = release_schema};
    t->arrays[k] = (struct ArrowArray){.length = ROWS, .offset = 1, .n_buffers = 2,
                                       .release = release_array};
  }
  for (int k = 0; k < 3; k++) {
    t->schema_children[k] = &t->schemas[k + 1];
    t->array_children[k] = &t->arrays[k + 1];
    t->arrays[k + 1].buffers = t->buffers[k];
  }
  t->schemas[0].n_children = 3;
  t->schemas[0].children = t->schema_children;
  t->schemas[2].dictionary = &t->schemas[4];
  t->arrays[0] = (struct ArrowArray){.length = ROWS, .n_buffers = 1, .n_children = 3,
                                     .buffers = t->buffers[3], .children = t->array_children,
                                     .release = release_array};
  t->arrays[1].null_count = null_row >= 0 ? 1 : 0;
  t->arrays[2].dictionary = &t->arrays[4];
  t->arrays[4].offset = 0;
  t->arrays[4].length = 3;
  t->arrays[4].n_buffers = 3;
  t->arrays[4].buffers = t->buffers[3];
}

static eqp_options *roles(const char *name, const char *value) {
  eqp_error error;
  eqp_options *options = NULL;
  EXPECT(eqp_options_create(&options, &error) == EQP_OK);
  EXPECT(eqp_options_set(options, "label", "label", &error) == EQP_OK);
  if (name) EXPECT(eqp_options_set(options, name, value, &error) == EQP_OK);
  return options;
}

static eqp_status read_table(table *t, const eqp_options *options, eqp_dataset **data, eqp_error *error) {
  struct ArrowArrayStream stream;
  released = 0;
  EXPECT(eqp_arrow_stream(&t->arrays[0], &t->schemas[0], &stream, error) == EQP_OK);
  EXPECT(t->arrays[0].release == NULL && t->schemas[0].release == NULL);
  const eqp_status status = eqp_dataset_from_arrow(&stream, options, data, error);
  EXPECT(stream.release == NULL);
  EXPECT(released == 2); /* the table and its schema, each once */
  return status;
}

static void good_tables(void) {
  static table t;
  eqp_error error;
  eqp_dataset *data = NULL;
  eqp_model *model = NULL;
  int64_t columns = 0;
  eqp_options *options = roles("missing", "own-level");
  make(&t, 5);
  EXPECT(read_table(&t, options, &data, &error) == EQP_OK);
  EXPECT(eqp_dataset_columns(data, &columns, &error) == EQP_OK);
  /* x, its flag of missing values (2), and three jobs with the level of unseen ones. */
  EXPECT(columns == 1 + 2 + 4);
  EXPECT(eqp_model_fit("logistic", data, NULL, &model, &error) == EQP_OK);

  /* Predictions come out as a table, and are read again. */
  struct ArrowSchema schema;
  struct ArrowArray array;
  static double probabilities[ROWS];
  EXPECT(eqp_model_predict_arrow(model, data, NULL, &schema, &array, &error) == EQP_OK);
  EXPECT(strcmp(schema.format, "+s") == 0 && schema.n_children == 3 && array.length == ROWS);
  EXPECT(eqp_model_predict(model, data, EQP_PROBABILITY, NULL, probabilities, ROWS, &error) == EQP_OK);
  EXPECT(memcmp(array.children[1]->buffers[1], probabilities, sizeof probabilities) == 0);
  /* A consumer may take a child and leave the rest. */
  struct ArrowArray child = *array.children[0];
  array.children[0]->release = NULL;
  array.release(&array);
  EXPECT(array.release == NULL);
  child.release(&child);
  schema.release(&schema);

  /* Rows for the model, with nothing but its features. */
  eqp_dataset *fresh = NULL;
  struct ArrowArrayStream stream;
  make(&t, -1);
  EXPECT(eqp_arrow_stream(&t.arrays[0], &t.schemas[0], &stream, &error) == EQP_OK);
  EXPECT(eqp_dataset_from_arrow_for(model, &stream, NULL, &fresh, &error) == EQP_OK);
  EXPECT(eqp_model_predict(model, fresh, EQP_SCORE, NULL, probabilities, ROWS, &error) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&fresh) == EQP_OK);
  EXPECT(eqp_model_destroy(&model) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&data) == EQP_OK);
  EXPECT(eqp_options_destroy(&options) == EQP_OK);
}

static int broken_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  (void)stream;
  (void)out;
  return 5;
}
static const char *broken_reason(struct ArrowArrayStream *stream) {
  (void)stream;
  return "the disk is gone";
}
static void release_stream(struct ArrowArrayStream *stream) {
  released++;
  stream->release = NULL;
}

static void broken_producers(void) {
  static table t;
  eqp_error error;
  eqp_dataset *data = NULL;
  eqp_options *options = roles(NULL, NULL);
  struct ArrowArrayStream stream = {0};
  EXPECT(eqp_dataset_from_arrow(NULL, options, &data, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_from_arrow(&stream, options, &data, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_from_arrow_for(NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_arrow_stream(NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_predict_arrow(NULL, NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  released = 0;
  stream.get_schema = broken_schema;
  stream.get_last_error = broken_reason;
  stream.release = release_stream;
  EXPECT(eqp_dataset_from_arrow(&stream, options, &data, &error) == EQP_ERROR_IO);
  EXPECT(strstr(error.message, "the disk is gone") != NULL && released == 1);
  stream.release = release_stream;
  EXPECT(eqp_dataset_from_arrow(&stream, options, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(released == 2 && stream.release == NULL);

  for (int broken = 0; broken < 14; broken++) {
    make(&t, broken == 3 ? 5 : -1);
    switch (broken) {
      case 0: t.schemas[1].format = "tdD"; break;
      case 1: t.schemas[0].format = "g"; break;
      case 2: t.arrays[2].length = 3; break;
      case 3: break; /* a null where none is accepted */
      case 4: t.jobs[50] = 3; break;
      case 5: t.jobs[50] = -1; break;
      case 6: t.arrays[1].buffers = NULL; break;
      case 7: t.buffers[0][1] = NULL; break;
      case 8: t.arrays[0].n_children = 2; break;
      case 9: t.offsets[2] = -5; break;
      case 10: t.arrays[2].dictionary = NULL; break;
      case 11: t.array_children[1] = NULL; break;
      case 12: t.arrays[0].length = -1; break;
      default: t.x[77] = INFINITY; break;
    }
    const eqp_status status = read_table(&t, options, &data, &error);
    EXPECT(status == EQP_ERROR_IO || status == EQP_ERROR_DATA);
    EXPECT(strlen(error.message) > 0 && data == NULL);
    if (broken == 3) EXPECT(error.row == 5 && strcmp(error.column, "x") == 0);
    if (broken == 13) EXPECT(error.row == 76 && strcmp(error.column, "x") == 0);
  }
  EXPECT(eqp_options_destroy(&options) == EQP_OK);
}

int main(void) {
  good_tables();
  broken_producers();
  printf("%d checks, %d failures\n", checks, failures);
  return failures ? 1 : 0;
}
