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
#define KEPT 65536

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

/* Names of methods, whether or not the call takes that kind of method. */
static const char *method(input *in) {
  static const char *const names[] = {
      "logistic", "penalized", "prejudice-remover", "reductions", "grid-search", "adversarial",
      "group-minimax", "distributionally-robust", "meta-fair", "subgroup-parity", "reweighing",
      "sampling", "massaging", "label-flipping", "disparate-impact-remover", "optimal-transport",
      "correlation-remover", "feature-suppression", "learned-fair-representations",
      "optimized-preprocessing", "unprocessing", "group-thresholds", "relaxed-parity",
      "threshold-optimizer", "equalized-odds-labels", "calibrated-equalized-odds", "reject-option",
      "group-calibration", "multicalibration", "multiaccuracy", "score-transform",
      "score-transport", "reranking", "stated-thresholds"};
  return names[below(in, sizeof names / sizeof *names)];
}

static const char *text(input *in) {
  static const char *const texts[] = {
      "l2", "strength", "penalty", "constraint", "criterion", "form", "epsilon", "tolerance",
      "max_iterations", "threads", "seed", "threshold", "unseen_group", "pooled", "0", "1", "2", "-1", "0.5", "1e9", "nan", "inf",
      "true", "demographic_parity", "equalized_odds", "label", "sensitive", "group", "epochs", "hidden",
      "", "\xff\xfe", "a,b=0.1", "{}", "[", "reference", "largest", "intersections", "confidence",
      "score_bins", "missing", "drop", "own-level", "continuous", "coefficients", "prototypes", "steps",
      "distortion", "bins", "objective", "batch", "precision", "double", "bounded_group_loss"};
  const uint8_t kind = byte(in);
  return kind < 4 ? NULL : kind < 24 ? method(in) : texts[below(in, sizeof texts / sizeof *texts)];
}

#define NAMES 256

/* Names of jobs and of their options, as the library tells them. Options that name a file to write are
 * left out, and the jobs that append to a log or measure the machine. */
typedef struct catalogue {
  char *text;
  const char *jobs[NAMES], *options[NAMES];
  uint32_t job_count, option_count;
} catalogue;

static catalogue known;

/* The text of a member right after `at`, ended in place; NULL where there is none. */
static char *member(char **at, const char *name) {
  char *begin = strstr(*at, name), *end;
  if (begin == NULL || (end = strchr(begin + strlen(name), '"')) == NULL) return NULL;
  *end = 0;
  *at = end + 1;
  return begin + strlen(name);
}

static int is_one_of(const char *name, const char *const *others) {
  for (; *others; others++)
    if (strcmp(name, *others) == 0) return 1;
  return 0;
}

static void learn_jobs(void) {
  static const char *const writes[] = {"output", "outputs", NULL};
  static const char *const avoided[] = {"path", "file", "log-append", "info", NULL};
  int64_t needed = 0;
  eqp_error error;
  if (eqp_jobs_json(NULL, 0, &needed, &error) != EQP_OK) abort();
  known.text = malloc((size_t)needed);
  if (eqp_jobs_json(known.text, needed, &needed, &error) != EQP_OK) abort();
  for (char *at = known.text, *name; at != NULL;) {
    /* A job's own name comes after none of a kind. */
    char *kind = strstr(at, "\"kind\" : \""), *next = strstr(at, "\"name\" : \"");
    if (next == NULL) break;
    const int is_option = kind != NULL && kind < next;
    kind = is_option ? member(&at, "\"kind\" : \"") : NULL;
    if ((name = member(&at, "\"name\" : \"")) == NULL) break;
    if (is_one_of(name, avoided) || (is_option && is_one_of(kind, writes))) continue;
    if (is_option && known.option_count < NAMES && !is_one_of(name, known.options))
      known.options[known.option_count++] = name;
    if (!is_option && known.job_count < NAMES - 2) known.jobs[known.job_count++] = name;
  }
  if (known.job_count < 10 || known.option_count < 50) abort();
  known.jobs[known.job_count++] = "nothing";
  known.jobs[known.job_count++] = "";
}

static const char *job_name(input *in) { return known.jobs[below(in, known.job_count)]; }

/* Options of any job, and values of any kind, in JSON that may break off. */
static void job_options(input *in, char *json, size_t room) {
  static const char *const values[] = {"\"prediction\"", "\"score\"", "\"probability\"", "\"penalized\"",
                                       "[\"score\"]", "0.5", "1", "-1", "1e400", "true", "null", "{}", "[]",
                                       "{\"score\": [0]}", "\"base_rate.difference>0\"", "\"a=b:score\"",
                                       "\"german\"", "\"sex\"", "[\"sex\", \"age\"]", "\"largest\"", "7",
                                       "[0.1, 1, 10]", "[[]]", "\"\\u0000\"", "\"\\ud800\"", "9223372036854775808",
                                       "\"{\\\"data\\\": {\\\"dataset\\\": \\\"german\\\"}}\"", "\"\"", "nan"};
  size_t at = (size_t)snprintf(json, room, "{");
  for (int count = byte(in) % 6; count > 0 && at < room; count--)
    at += (size_t)snprintf(json + at, room - at, "%s\"%s\": %s", at > 1 ? ", " : "",
                           known.options[below(in, known.option_count)],
                           values[below(in, sizeof values / sizeof *values)]);
  if (at < room) snprintf(json + at, room - at, byte(in) > 8 ? "}" : "");
  for (int changes = byte(in) > 200 ? byte(in) % 4 : 0; changes > 0; changes--) {
    const char changed = (char)byte(in);
    if (strlen(json) > 0) json[below(in, (uint32_t)strlen(json))] = changed;
  }
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

/* A learner that decides by chance, or fails, or gives decisions that are none. */
static int32_t learner(void *context, int64_t fit, const double *labels, const double *weights,
                       int64_t rows, double *decisions) {
  input *in = context;
  (void)fit;
  for (int64_t i = 0; i < rows; i++)
    decisions[i] = byte(in) > 40 ? labels[i] : weights[i] > 1 ? 1 : 0;
  if (rows > 0 && byte(in) > 250) decisions[0] = number(in);
  return byte(in) > 250;
}

/* Bytes as they were written, with a few of them changed and perhaps the end cut off. */
static int64_t spoil(input *in, uint8_t *bytes, int64_t count) {
  for (int changes = byte(in) % 4; count > 0 && changes > 0; changes--)
    bytes[below(in, (uint32_t)count)] = byte(in);
  return count > 0 && byte(in) > 240 ? below(in, (uint32_t)count) : count;
}

/* A part of the rows that answers a fit, whose answers are spoilt now and then. */
typedef struct asked {
  input *in;
  eqp_part *part;
  uint8_t *answer;
  int64_t count;
} asked;

static int32_t answer_round(void *context, const uint8_t *request, int64_t count, uint8_t *room,
                            int64_t capacity, int64_t *needed) {
  asked *a = context;
  eqp_error error;
  if (count > 0) {
    if (eqp_part_answer(a->part, request, count, a->answer, KEPT, &a->count, &error) != EQP_OK)
      return 1;
    if (byte(a->in) > 230) a->count = spoil(a->in, a->answer, a->count);
  }
  *needed = byte(a->in) > 250 ? number(a->in) > 0 ? capacity + 1 : -1 : a->count;
  if (a->count <= capacity) memcpy(room, a->answer, (size_t)a->count);
  return byte(a->in) > 252;
}

typedef struct world {
  eqp_options *options;
  eqp_dataset *data, *other;
  eqp_model *model;
  eqp_rule *rule;
  eqp_transform *transform;
  eqp_audit *audit;
  eqp_counts *counts, *more;
  eqp_reduction *reduction;
  eqp_job *job;
  int64_t rows;
  int patience;
} world;

static void change_data(world *w, input *in, double *numbers, double *block, int32_t *places) {
  eqp_error error;
  eqp_vector values;
  eqp_matrix matrix = {block, EQP_FLOAT64, w->rows, 1 + below(in, 4), 0, 1};
  switch (byte(in) % 10) {
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
    case 7:
      values = vector(in, numbers, w->rows);
      eqp_dataset_set_targets(w->data, &values, &error);
      break;
    case 8:
      values = vector(in, numbers, w->rows);
      eqp_dataset_add_continuous(w->data, text(in), &values, &error);
      break;
    default:
      values = vector(in, numbers, w->rows);
      eqp_dataset_set_predictions(w->data, &values, &error);
  }
}

/* What was fitted, written to memory, spoilt and read back. */
static void stored(world *w, input *in) {
  eqp_error error;
  int64_t count = 0;
  uint8_t *bytes = malloc(KEPT + 1);
  switch (byte(in) % 4) {
    case 0: {
      eqp_model *model = NULL;
      if (eqp_model_to_bytes(w->model, bytes, KEPT, &count, &error) == EQP_OK &&
          eqp_model_from_bytes(bytes, spoil(in, bytes, count), &model, &error) == EQP_OK) {
        eqp_model_destroy(&w->model);
        w->model = model;
      }
      break;
    }
    case 1: {
      eqp_counts *counts = NULL;
      if (eqp_counts_to_bytes(w->counts, bytes, KEPT, &count, &error) == EQP_OK &&
          eqp_counts_from_bytes(bytes, spoil(in, bytes, count), &counts, &error) == EQP_OK) {
        eqp_counts_destroy(&w->counts);
        w->counts = counts;
      }
      break;
    }
    case 2: {
      eqp_rule *rule = NULL;
      if (eqp_rule_json(w->rule, (char *)bytes, KEPT, &count, &error) != EQP_OK) break;
      bytes[spoil(in, bytes, count - 1)] = 0;
      if (eqp_rule_from_json((char *)bytes, &rule, &error) == EQP_OK) {
        eqp_rule_destroy(&w->rule);
        w->rule = rule;
      }
      break;
    }
    default: {
      eqp_transform *transform = NULL;
      if (eqp_transform_json(w->transform, (char *)bytes, KEPT, &count, &error) != EQP_OK) break;
      bytes[spoil(in, bytes, count - 1)] = 0;
      if (eqp_transform_from_json((char *)bytes, &transform, &error) == EQP_OK) {
        eqp_transform_destroy(&w->transform);
        w->transform = transform;
      }
    }
  }
  free(bytes);
}

/* A job on the caller's table and model, one of which may be gone; its result is read, kept for the
 * next call of this kind, and now and then read after it was released. */
static void run_job(world *w, input *in, char *words, uint8_t *bytes) {
  char json[2 * ROOM];
  eqp_error error;
  int64_t needed = 0;
  struct ArrowSchema schema;
  struct ArrowArray array;
  struct ArrowArrayStream stream = {0};
  job_options(in, json, sizeof json);
  if (byte(in) > 64 &&
      eqp_model_predict_arrow(w->model, w->data, w->options, &schema, &array, &error) == EQP_OK)
    eqp_arrow_stream(&array, &schema, &stream, &error);
  static const char *const places[] = {"data", "test_data", "model", "apply", "nowhere"};
  const char *table = byte(in) > 40 ? "data" : places[below(in, 5)];
  const char *fitted = byte(in) > 40 ? "model" : places[below(in, 5)];
  const eqp_job_input given[2] = {{table, stream.release ? &stream : NULL, NULL},
                                  {fitted, NULL, byte(in) > 64 ? w->model : NULL}};
  const int first = stream.release ? 0 : 1, last = given[1].model ? 2 : 1;
  eqp_job *job = NULL;
  eqp_job_run(job_name(in), json, given + first, last - first, w->options, &job, &error);
  eqp_job *const held = byte(in) > 16 ? job : w->job;
  if (byte(in) > 240) eqp_job_destroy(&w->job);
  eqp_job_json(held, words, byte(in) > 128 ? ROOM : 0, &needed, &error);
  eqp_job_notes(held, words, ROOM, &needed, &error);
  eqp_job_bytes(held, bytes, ROOM, &needed, &error);
  eqp_model *made = NULL;
  eqp_job_model(held, &made, &error);
  if (made != NULL && byte(in) > 128) {
    eqp_model_destroy(&w->model);
    w->model = made;
  } else {
    eqp_model_destroy(&made);
  }
  if (eqp_job_table(held, &schema, &array, &error) == EQP_OK) {
    array.release(&array);
    schema.release(&schema);
  }
  eqp_job_destroy(&w->job);
  w->job = job;
}

/* A fit to parts of which one is a table of the caller's, and requests that nobody sends. */
static void fit_parts(world *w, input *in, char *words, uint8_t *bytes) {
  eqp_error error;
  int64_t needed = 0;
  struct ArrowSchema schema;
  struct ArrowArray array;
  struct ArrowArrayStream stream = {0};
  asked a = {in, NULL, malloc(KEPT + 1), 0};
  if (eqp_model_predict_arrow(w->model, w->data, w->options, &schema, &array, &error) == EQP_OK)
    eqp_arrow_stream(&array, &schema, &stream, &error);
  static const char *const roles[] = {"{\"label\": \"prediction\"}", "{}", "{\"label\": 3",
                                      "{\"label\": \"prediction\", \"sensitive\": \"score\"}"};
  const char *options = roles[byte(in) > 64 ? 0 : below(in, 4)];
  eqp_part_open(byte(in) - 4, options, stream.release ? &stream : NULL,
                byte(in) > 200 ? w->options : NULL, &a.part, &error);
  static const char *const policies[] = {"{\"columns\": {}}", "{\"columns\": 3}",
                                         "{\"columns\": {\"score\": {\"smallest\": 0, \"largest\": 1}, "
                                         "\"prediction\": {\"levels\": [\"0\", \"1\"]}}, \"least_rows\": 1}"};
  if (byte(in) > 128) eqp_part_restrict(a.part, policies[below(in, 3)], &error);
  eqp_model *model = NULL;
  eqp_model_fit_parts(byte(in) > 64 ? "logistic" : method(in), options, NULL, answer_round, &a, &model,
                      &error);
  eqp_model_destroy(&model);
  const int64_t count = below(in, ROOM);
  for (int64_t i = 0; i < count; i++) bytes[i] = byte(in);
  if (count > 8) memcpy(bytes, byte(in) > 128 ? "EQPASKED" : "EQPANSWR", 8);
  eqp_part_answer(a.part, bytes, count, a.answer, KEPT, &needed, &error);
  eqp_request_json(bytes, count, words, ROOM, &needed, &error);
  if (a.count > KEPT) a.count = 0;
  eqp_part_log_json(a.part, words, ROOM, &needed, &error);
  eqp_answers_json(a.answer, a.count, words, ROOM, &needed, &error);
  eqp_answers_mask(a.answer, a.count, bytes, count, 3, bytes, ROOM, &needed, &error);
  eqp_answers_add(bytes, count, a.answer, a.count, bytes, ROOM, &needed, &error);
  eqp_part_destroy(&a.part);
  free(a.answer);
}

static void use(world *w, input *in) {
  eqp_error error;
  double values[ROOM];
  char words[ROOM];
  uint8_t bytes[ROOM];
  int64_t needed = 0, shape[5];
  switch (byte(in) % 28) {
    case 26: {
      eqp_model *joined = NULL;
      eqp_model_after(w->model, w->transform, &joined, &error);
      eqp_model_predict(joined, w->data, EQP_DECISION, w->options, values, ROOM, &error);
      eqp_model_destroy(&joined);
      break;
    }
    case 25: run_job(w, in, words, bytes); break;
    case 0:
      eqp_model_destroy(&w->model);
      eqp_model_fit(method(in), w->data, w->options, &w->model, &error);
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
      eqp_rule_fit(method(in), w->data, w->options, &w->rule, &error);
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
    case 12:
      eqp_transform_destroy(&w->transform);
      eqp_transform_fit(method(in), w->data, w->options, &w->transform, &error);
      break;
    case 13:
      eqp_dataset_destroy(&w->other);
      if (byte(in) > 128) eqp_transform_apply(w->transform, w->data, &w->other, &error);
      else eqp_transform_training(w->transform, w->data, &w->other, &error);
      break;
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
    case 19:
      eqp_reduction_destroy(&w->reduction);
      eqp_reduction_fit(w->data, w->options, byte(in) > 8 ? learner : NULL, in, &w->reduction, &error);
      eqp_reduction_report(w->reduction, words, ROOM, &needed, &error);
      eqp_reduction_members(w->reduction, shape, values, 5, &needed, &error);
      break;
    case 20: {
      eqp_model *models[3] = {NULL, NULL, NULL};
      double settings[3];
      for (int i = 0; i < 3; i++) settings[i] = number(in);
      eqp_model_fit_path(method(in), w->data, w->options, settings, 1 + below(in, 3), models, &error);
      for (int i = 0; i < 3; i++) eqp_model_destroy(&models[i]);
      break;
    }
    case 21: stored(w, in); break;
    case 22:
      eqp_dataset_labels(w->data, values, ROOM, &needed, &error);
      eqp_dataset_weights(w->other, values, ROOM, &needed, &error);
      eqp_dataset_columns(w->other, &needed, &error);
      break;
    case 23: {
      int32_t places[ROOM / 2];
      double others[ROOM / 2], weights[ROOM / 2];
      const eqp_vector groups = codes(in, places, ROOM / 2);
      const eqp_vector labels = vector(in, values, ROOM / 2), found = vector(in, others, ROOM / 2);
      const eqp_vector shares = vector(in, weights, ROOM / 2);
      double counts[ROOM];
      eqp_count_outcomes(&groups, 1 + below(in, 4), &labels, &found, byte(in) > 128 ? &shares : NULL,
                         w->options, counts, byte(in) > 16 ? ROOM : 3, &error);
      break;
    }
    case 24: fit_parts(w, in, words, bytes); break;
    default: eqp_model_report(w->model, words, ROOM, &needed, &error);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  input in = {bytes, count};
  eqp_error error;
  world w = {0};
  if (known.text == NULL) learn_jobs();
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
  eqp_reduction_destroy(&w.reduction);
  eqp_audit_destroy(&w.audit);
  eqp_job_destroy(&w.job);
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
