/*
 * A fuzzer of the interface: bytes choose calls, arguments and numbers, and no call may do anything
 * but return a status. For libFuzzer (`clang -fsanitize=fuzzer,address`), or with -DSTANDALONE as a
 * program that makes its own bytes: fuzz SECONDS [SEED].
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "equipoise.h"

typedef struct input {
  const uint8_t *bytes;
  size_t count;
} input;

static uint8_t byte(input *in) {
  if (in->count == 0) return 0;
  in->count--;
  return *in->bytes++;
}

static uint32_t below(input *in, uint32_t limit) {
  uint32_t value = (uint32_t)byte(in) << 8;
  value |= byte(in);
  return limit ? value % limit : 0;
}

#define ROOM 512

/* Numbers that are mostly harmless, and now and then anything at all. */
static double number(input *in) {
  static const double odd[] = {0.0, -0.0, 1.0, 0.5, -1.0, 1e308, -1e308, 5e-324, 1e-300, 3.0};
  const uint8_t kind = byte(in);
  if (kind < 200) return (double)(kind % 7) - 2;
  if (kind < 240) return odd[kind % 10];
  if (kind < 248) return (double)kind / 0.0 * (kind % 2 ? 1 : -1);
  if (kind < 250) return 0.0 / 0.0;
  double value;
  uint8_t bits[8];
  for (int i = 0; i < 8; i++) bits[i] = byte(in);
  memcpy(&value, bits, 8);
  return value;
}

static const char *text(input *in) {
  static const char *const texts[] = {
      "logistic", "penalized", "prejudice-remover", "reductions", "grid-search", "adversarial",
      "group-thresholds", "threshold-optimizer", "relaxed-parity", "reject-option", "reranking",
      "multicalibration", "l2", "strength", "penalty", "constraint", "epsilon", "tolerance",
      "max_iterations", "threads", "seed", "threshold", "unseen_group", "pooled", "0", "1", "2",
      "-1", "0.5", "1e9", "nan", "inf", "true", "demographic_parity", "equalized_odds", "label",
      "sensitive", "group", "epochs", "hidden", "", "\xff\xfe", "a,b=0.1", "{}", "[", "reference",
      "largest", "intersections", "confidence", "score_bins", "missing", "drop", "own-level"};
  return byte(in) < 4 ? NULL : texts[below(in, sizeof texts / sizeof *texts)];
}

static int32_t progress(void *context, double share, const char *message) {
  int *left = context;
  (void)share;
  (void)message;
  return --*left <= 0;
}

static eqp_vector vector(input *in, double *numbers, int64_t rows) {
  for (int64_t i = 0; i < rows; i++) numbers[i] = i < 8 || byte(in) > 64 ? number(in) : 1.0 * (i % 2);
  eqp_vector result = {numbers, EQP_FLOAT64, rows, 1};
  if (byte(in) > 240) result.length = (int64_t)below(in, 70000) - 10;
  if (byte(in) > 240) result.dtype = (eqp_dtype)below(in, 14);
  if (result.length > rows || result.dtype > EQP_BOOL) result.data = byte(in) > 128 ? NULL : numbers;
  if (result.length > rows) result.length = rows + 1; /* refused for its length, never read */
  return result;
}

static eqp_vector codes(input *in, int32_t *numbers, int64_t rows) {
  for (int64_t i = 0; i < rows; i++) numbers[i] = byte(in) % 3;
  eqp_vector result = {numbers, EQP_INT32, rows, 1};
  return result;
}

typedef struct world {
  eqp_options *options;
  eqp_dataset *data, *other;
  eqp_model *model;
  eqp_rule *rule;
  eqp_transform *transform;
  eqp_audit *audit;
  eqp_counts *counts, *more;
  int64_t rows;
  int patience;
} world;

static void change_data(world *w, input *in, double *numbers, double *block, int32_t *places) {
  eqp_error error;
  eqp_vector values;
  eqp_matrix matrix = {block, EQP_FLOAT64, w->rows, 1 + below(in, 4), 0, 1};
  switch (byte(in) % 8) {
    case 0:
      matrix.row_stride = matrix.columns;
      for (int64_t i = 0; i < w->rows * matrix.columns; i++) block[i] = byte(in) / 64.0 - 2;
      if (byte(in) > 200) block[below(in, (uint32_t)(w->rows * matrix.columns))] = number(in);
      eqp_dataset_set_features(w->data, &matrix, NULL, NULL, NULL, &error);
      break;
    case 1:
      for (int64_t i = 0; i < w->rows; i++) numbers[i] = byte(in) % 2;
      values = (eqp_vector){numbers, EQP_FLOAT64, w->rows, 1};
      eqp_dataset_set_labels(w->data, &values, &error);
      break;
    case 2:
      values = vector(in, numbers, w->rows);
      eqp_dataset_set_labels(w->data, &values, &error);
      break;
    case 3:
      values = vector(in, numbers, w->rows);
      eqp_dataset_set_weights(w->data, &values, &error);
      break;
    case 4:
      values = codes(in, places, w->rows);
      eqp_dataset_add_attribute(w->data, text(in), &values, NULL, 1 + below(in, 4), &error);
      break;
    case 5:
      values = codes(in, places, w->rows);
      eqp_dataset_add_category(w->data, text(in), &values, NULL, 1 + below(in, 4), &error);
      break;
    case 6:
      values = vector(in, numbers, w->rows);
      eqp_dataset_set_scores(w->data, &values, &error);
      break;
    default:
      values = vector(in, numbers, w->rows);
      eqp_dataset_set_predictions(w->data, &values, &error);
  }
}

static void use(world *w, input *in) {
  eqp_error error;
  double values[ROOM];
  char words[ROOM];
  uint8_t bytes[ROOM];
  int64_t needed = 0, shape[5];
  switch (byte(in) % 20) {
    case 0:
      eqp_model_destroy(&w->model);
      eqp_model_fit(text(in), w->data, w->options, &w->model, &error);
      break;
    case 1:
      eqp_model_predict(w->model, w->data, (eqp_prediction)below(in, 4), w->options, values,
                        byte(in) > 32 ? ROOM : 3, &error);
      break;
    case 2: {
      struct ArrowSchema schema;
      struct ArrowArray array;
      if (eqp_model_predict_arrow(w->model, w->data, w->options, &schema, &array, &error) != EQP_OK)
        break;
      struct ArrowArrayStream stream;
      eqp_dataset_destroy(&w->other);
      if (eqp_arrow_stream(&array, &schema, &stream, &error) == EQP_OK)
        eqp_dataset_from_arrow(&stream, w->options, &w->other, &error);
      break;
    }
    case 3:
      eqp_rule_destroy(&w->rule);
      eqp_rule_fit(text(in), w->data, w->options, &w->rule, &error);
      break;
    case 4: eqp_rule_values(w->rule, w->data, values, ROOM, &error); break;
    case 5:
      eqp_audit_destroy(&w->audit);
      eqp_audit_run(w->data, w->options, &w->audit, &error);
      break;
    case 6: eqp_audit_metric(w->audit, text(in), text(in), text(in), values, &error); break;
    case 7: eqp_audit_json(w->audit, words, ROOM, &needed, &error); break;
    case 8:
      eqp_counts_destroy(&w->more);
      eqp_counts_create(w->data, w->options, byte(in) > 128 ? &w->counts : &w->more, &error);
      break;
    case 9: eqp_counts_add(w->counts, w->more, &error); break;
    case 10:
      eqp_audit_destroy(&w->audit);
      eqp_counts_audit(w->counts, w->options, &w->audit, &error);
      break;
    case 11: {
      const int64_t count = below(in, ROOM);
      for (int64_t i = 0; i < count; i++) bytes[i] = byte(in);
      memcpy(bytes, "EQPCOUNT", 8);
      eqp_counts_from_bytes(bytes, count, &w->more, &error);
      eqp_model *read = NULL;
      eqp_model_from_bytes(bytes, count, &read, &error);
      eqp_model_destroy(&read);
      break;
    }
    case 12: eqp_transform_fit(text(in), w->data, w->options, &w->transform, &error); break;
    case 13: eqp_transform_apply(w->transform, w->data, &w->other, &error); break;
    case 14: eqp_model_tensor(w->model, text(in), values, ROOM, &needed, shape, &error); break;
    case 15: eqp_rule_from_json(text(in), &w->rule, &error); break;
    case 16: {
      double theta[8];
      for (int i = 0; i < 8; i++) theta[i] = number(in);
      eqp_penalized_objective(w->data, w->options, theta, below(in, 8), values, values + 1, &error);
      break;
    }
    case 17: eqp_dataset_features(w->data, values, ROOM, &needed, &error); break;
    case 18: {
      eqp_vector numbers = vector(in, values, ROOM / 2);
      double classes[2];
      eqp_dataset_set_classes(w->data, &numbers, classes, &error);
      break;
    }
    default: eqp_model_report(w->model, words, ROOM, &needed, &error);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  input in = {bytes, count};
  eqp_error error;
  world w = {0};
  w.rows = 1 + below(&in, 200);
  w.patience = 2 + byte(&in);
  double *numbers = calloc(ROOM, sizeof *numbers), *block = calloc(ROOM * 4, sizeof *block);
  int32_t *places = calloc(ROOM, sizeof *places);
  eqp_options_create(&w.options, &error);
  eqp_options_set(w.options, "threads", "1", &error);
  eqp_options_set_progress(w.options, progress, &w.patience, &error);
  eqp_dataset_create(w.rows, &w.data, &error);
  while (in.count > 0) {
    const uint8_t kind = byte(&in);
    if (kind < 90) change_data(&w, &in, numbers, block, places);
    else if (kind < 110) eqp_options_set(w.options, text(&in), text(&in), &error);
    else if (kind < 114) {
      eqp_options_destroy(&w.options);
      eqp_options_create(&w.options, &error);
      eqp_options_set_progress(w.options, progress, &w.patience, &error);
    } else use(&w, &in);
  }
  eqp_options_destroy(&w.options);
  eqp_model_destroy(&w.model);
  eqp_rule_destroy(&w.rule);
  eqp_transform_destroy(&w.transform);
  eqp_audit_destroy(&w.audit);
  eqp_counts_destroy(&w.counts);
  eqp_counts_destroy(&w.more);
  eqp_dataset_destroy(&w.other);
  eqp_dataset_destroy(&w.data);
  free(numbers);
  free(block);
  free(places);
  return 0;
}

#ifdef STANDALONE
int main(int argc, char **argv) {
  static uint8_t bytes[4096];
  const double seconds = argc > 1 ? atof(argv[1]) : 2;
  uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  struct timespec began, now;
  long runs = 0;
  clock_gettime(CLOCK_MONOTONIC, &began);
  do {
    const uint64_t start = state;
    const size_t count = 256 + (size_t)(state >> 33) % 3840;
    for (size_t i = 0; i < count; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bytes[i] = (uint8_t)(state >> 56);
    }
    /* What to run again, should this one end the process. */
    if (getenv("FUZZ_TRACE")) fprintf(stderr, "seed %llu\n", (unsigned long long)start);
    LLVMFuzzerTestOneInput(bytes, count);
    runs++;
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((double)(now.tv_sec - began.tv_sec) + 1e-9 * (double)(now.tv_nsec - began.tv_nsec) < seconds);
  printf("%ld sequences of calls, each call a status\n", runs);
  return 0;
}
#endif
