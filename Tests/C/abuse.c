/*
 * Misuse of the interface: every call must end in a status. Built with gcc, and run plainly, under
 * AddressSanitizer and under valgrind by the project's checks.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "equipoise.h"

static int failures = 0, checks = 0;

#define EXPECT(condition)                                              \
  do {                                                                 \
    checks++;                                                          \
    if (!(condition)) {                                                \
      failures++;                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);  \
    }                                                                  \
  } while (0)

#define ROWS 400

static float features[ROWS][3];
static double labels[ROWS];
static int32_t groups[ROWS];

static void make_data(void) {
  uint32_t state = 12345;
  for (int i = 0; i < ROWS; i++) {
    for (int j = 0; j < 3; j++) {
      state = state * 1664525u + 1013904223u;
      features[i][j] = (float)(state >> 8) / (1 << 24) - 0.5f;
    }
    groups[i] = i % 2;
    state = state * 1664525u + 1013904223u;
    labels[i] = features[i][0] + 0.3f * (float)groups[i] + (float)(state >> 8) / (1 << 24) > 0.6f;
  }
}

static eqp_matrix feature_matrix(void) {
  eqp_matrix matrix = {features, EQP_FLOAT32, ROWS, 3, 3, 1};
  return matrix;
}

static eqp_dataset *make_dataset(void) {
  eqp_error error;
  eqp_dataset *dataset = NULL;
  const eqp_matrix matrix = feature_matrix();
  const eqp_vector label = {labels, EQP_FLOAT64, ROWS, 1}, group = {groups, EQP_INT32, ROWS, 1};
  EXPECT(eqp_dataset_create(ROWS, &dataset, &error) == EQP_OK);
  EXPECT(eqp_dataset_set_features(dataset, &matrix, NULL, NULL, NULL, &error) == EQP_OK);
  EXPECT(eqp_dataset_set_labels(dataset, &label, &error) == EQP_OK);
  EXPECT(eqp_dataset_add_attribute(dataset, "group", &group, NULL, 2, &error) == EQP_OK);
  return dataset;
}

static void null_everywhere(void) {
  eqp_error error;
  int64_t number = 0;
  double value = 0;
  EXPECT(eqp_dataset_create(10, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_create(-1, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_destroy(NULL) == EQP_OK);
  EXPECT(eqp_dataset_set_features(NULL, NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_set_labels(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_set_weights(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_set_targets(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_add_continuous(NULL, NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_set_predictions(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_set_scores(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_add_category(NULL, NULL, NULL, NULL, 0, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_add_attribute(NULL, NULL, NULL, NULL, 0, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_load(NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_read(NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_rows(NULL, &number, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_dataset_columns(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_model_fit(NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_fit_path(NULL, NULL, NULL, NULL, 3, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_predict(NULL, NULL, EQP_SCORE, NULL, NULL, 0, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_model_tensor(NULL, NULL, NULL, 0, NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_model_report(NULL, NULL, 0, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_model_write(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_model_read(NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_to_bytes(NULL, NULL, 0, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_model_from_bytes(NULL, 0, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_after(NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_penalized_objective(NULL, NULL, NULL, 0, &value, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_reduction_fit(NULL, NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_reduction_members(NULL, NULL, NULL, 0, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_reduction_report(NULL, NULL, 0, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_audit_run(NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_audit_json(NULL, NULL, 0, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_audit_metric(NULL, NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_count_outcomes(NULL, 2, NULL, NULL, NULL, NULL, NULL, 0, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_part_open(0, NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_part_destroy(NULL) == EQP_OK);
  EXPECT(eqp_part_answer(NULL, NULL, 0, NULL, 0, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_part_restrict(NULL, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_part_log_json(NULL, NULL, 0, NULL, NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_answers_json(NULL, 0, NULL, 0, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_answers_mask(NULL, 0, NULL, 0, 3, NULL, 0, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_answers_add(NULL, 0, NULL, 0, NULL, 0, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_request_json(NULL, 0, NULL, 0, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_fit_parts(NULL, NULL, NULL, NULL, NULL, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_options_create(NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_options_set(NULL, "seed", "1", NULL) == EQP_ERROR_HANDLE);
  EXPECT(eqp_method_at(0, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_method_at(-1, NULL, NULL) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_item_at((eqp_catalogue)77, 0, NULL, NULL) == EQP_ERROR_ARGUMENT);
}

static void stale_handles(void) {
  eqp_error error;
  eqp_dataset *dataset = make_dataset(), *copy = dataset;
  int64_t rows = 0;
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
  EXPECT(dataset == NULL);
  EXPECT(eqp_dataset_rows(copy, &rows, &error) == EQP_ERROR_HANDLE);
  EXPECT(strlen(error.message) > 0);
  EXPECT(eqp_dataset_destroy(&copy) == EQP_ERROR_HANDLE);
  /* The place is used again: the old handle still does not reach it. */
  eqp_dataset *next = make_dataset();
  EXPECT(eqp_dataset_rows(copy, &rows, &error) == EQP_ERROR_HANDLE);
  /* A handle of another kind, and made-up ones. */
  EXPECT(eqp_model_report((eqp_model *)(void *)next, NULL, 0, &rows, &error) == EQP_ERROR_HANDLE);
  for (uintptr_t bits = 1; bits != 0; bits <<= 1) {
    eqp_audit *made_up = (eqp_audit *)bits;
    EXPECT(eqp_audit_json(made_up, NULL, 0, &rows, &error) == EQP_ERROR_HANDLE);
    EXPECT(eqp_audit_destroy(&made_up) == EQP_ERROR_HANDLE);
  }
  EXPECT(eqp_dataset_destroy(&next) == EQP_OK);
}

static void bad_numbers(void) {
  eqp_error error;
  eqp_dataset *dataset = make_dataset();
  eqp_model *model = NULL;
  eqp_matrix matrix = feature_matrix();
  double bad[ROWS];
  eqp_vector vector = {bad, EQP_FLOAT64, ROWS, 1};

  for (int i = 0; i < ROWS; i++) bad[i] = 1;
  bad[7] = NAN;
  EXPECT(eqp_dataset_set_labels(dataset, &vector, &error) == EQP_ERROR_DATA);
  EXPECT(error.row == 7 && strcmp(error.column, "labels") == 0);
  EXPECT(eqp_dataset_set_weights(dataset, &vector, &error) == EQP_ERROR_DATA);
  EXPECT(eqp_dataset_set_scores(dataset, &vector, &error) == EQP_ERROR_DATA);
  bad[7] = -1;
  EXPECT(eqp_dataset_set_weights(dataset, &vector, &error) == EQP_ERROR_DATA);
  bad[7] = 5;
  EXPECT(eqp_dataset_add_attribute(dataset, "b", &vector, NULL, 2, &error) == EQP_ERROR_DATA);
  for (int i = 0; i < ROWS; i++) bad[i] = 0;
  EXPECT(eqp_dataset_set_weights(dataset, &vector, &error) == EQP_ERROR_DATA);
  for (int i = 0; i < ROWS; i++) bad[i] = 1e308;
  EXPECT(eqp_dataset_set_weights(dataset, &vector, &error) == EQP_ERROR_DATA);

  double classes[2] = {0, 0};
  EXPECT(eqp_dataset_set_classes(dataset, &vector, classes, &error) == EQP_ERROR_DATA);
  bad[3] = -2;
  EXPECT(eqp_dataset_set_classes(dataset, &vector, classes, &error) == EQP_OK);
  EXPECT(classes[0] == -2 && classes[1] == 1e308);
  bad[5] = 0;
  EXPECT(eqp_dataset_set_classes(dataset, &vector, classes, &error) == EQP_ERROR_DATA);
  EXPECT(error.row == 5 && strcmp(error.column, "labels") == 0);
  bad[0] = NAN;
  EXPECT(eqp_dataset_set_classes(dataset, &vector, classes, &error) == EQP_ERROR_DATA);
  EXPECT(error.row == 0);
  EXPECT(eqp_dataset_set_classes(dataset, &vector, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_set_classes(dataset, NULL, classes, &error) == EQP_ERROR_ARGUMENT);
  vector.length = ROWS - 1;
  EXPECT(eqp_dataset_set_labels(dataset, &vector, &error) == EQP_ERROR_ARGUMENT);
  vector.length = INT64_MAX;
  EXPECT(eqp_dataset_set_labels(dataset, &vector, &error) == EQP_ERROR_ARGUMENT);
  vector.length = ROWS;
  vector.stride = INT64_MAX;
  EXPECT(eqp_dataset_set_labels(dataset, &vector, &error) == EQP_ERROR_ARGUMENT);
  vector.stride = 1;
  vector.dtype = (eqp_dtype)99;
  EXPECT(eqp_dataset_set_labels(dataset, &vector, &error) == EQP_ERROR_ARGUMENT);

  matrix.rows = INT64_MAX;
  EXPECT(eqp_dataset_set_features(dataset, &matrix, NULL, NULL, NULL, &error) == EQP_ERROR_ARGUMENT);
  matrix = feature_matrix();
  matrix.columns = -3;
  EXPECT(eqp_dataset_set_features(dataset, &matrix, NULL, NULL, NULL, &error) == EQP_ERROR_ARGUMENT);
  matrix = feature_matrix();
  matrix.data = NULL;
  EXPECT(eqp_dataset_set_features(dataset, &matrix, NULL, NULL, NULL, &error) == EQP_ERROR_ARGUMENT);

  const float kept = features[11][2];
  features[11][2] = NAN;
  EXPECT(eqp_model_fit("logistic", dataset, NULL, &model, &error) == EQP_ERROR_DATA);
  EXPECT(error.row == 11 && strcmp(error.column, "x2") == 0);
  features[11][2] = INFINITY;
  EXPECT(eqp_model_fit("penalized", dataset, NULL, &model, &error) == EQP_ERROR_DATA);
  features[11][2] = kept;
  EXPECT(model == NULL);

  /* One class, no labels, no groups, no features, no rows. */
  eqp_dataset *part = NULL;
  eqp_vector ones = {bad, EQP_FLOAT64, ROWS, 1};
  for (int i = 0; i < ROWS; i++) bad[i] = 1;
  matrix = feature_matrix();
  EXPECT(eqp_dataset_create(ROWS, &part, &error) == EQP_OK);
  EXPECT(eqp_model_fit("logistic", part, NULL, &model, &error) == EQP_ERROR_DATA);
  EXPECT(eqp_dataset_set_features(part, &matrix, NULL, NULL, NULL, &error) == EQP_OK);
  EXPECT(eqp_model_fit("logistic", part, NULL, &model, &error) == EQP_ERROR_DATA);
  EXPECT(eqp_dataset_set_labels(part, &ones, &error) == EQP_OK);
  EXPECT(eqp_model_fit("logistic", part, NULL, &model, &error) == EQP_ERROR_DATA);
  vector.data = labels;
  vector.dtype = EQP_FLOAT64;
  EXPECT(eqp_dataset_set_labels(part, &vector, &error) == EQP_OK);
  EXPECT(eqp_model_fit("penalized", part, NULL, &model, &error) == EQP_ERROR_DATA);
  EXPECT(eqp_model_fit("no such method", part, NULL, &model, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_destroy(&part) == EQP_OK);
  EXPECT(eqp_dataset_create(0, &part, &error) == EQP_OK);
  EXPECT(eqp_model_fit("logistic", part, NULL, &model, &error) == EQP_ERROR_DATA);
  eqp_audit *audit = NULL;
  EXPECT(eqp_audit_run(part, NULL, &audit, &error) == EQP_ERROR_DATA);
  EXPECT(eqp_dataset_destroy(&part) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

/* A group of one label has no rates given the other: what compares them says so. */
static void a_group_of_one_label(void) {
  static const char *const methods[][3] = {
      {"reductions", "constraint", "equalized_odds"},
      {"penalized", "penalty", "equal_opportunity"},
      {"grid-search", "constraint", "true_positive_rate_parity"},
      {"meta-fair", "statistic", "true_positive_rate"},
      {"adversarial", "constraint", "equalized_odds"},
      {"threshold-optimizer", "constraint", "equalized_odds"}};
  eqp_error error;
  eqp_dataset *dataset = make_dataset();
  double own[ROWS];
  const eqp_vector vector = {own, EQP_FLOAT64, ROWS, 1};
  for (int i = 0; i < ROWS; i++) own[i] = groups[i] == 1 ? 0 : labels[i];
  EXPECT(eqp_dataset_set_labels(dataset, &vector, &error) == EQP_OK);
  for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
    eqp_options *options = NULL;
    eqp_model *model = NULL;
    EXPECT(eqp_options_create(&options, &error) == EQP_OK);
    EXPECT(eqp_options_set(options, methods[k][1], methods[k][2], &error) == EQP_OK);
    EXPECT(eqp_model_fit(methods[k][0], dataset, options, &model, &error) == EQP_ERROR_DATA);
    EXPECT(strcmp(error.column, "group") == 0 && strstr(error.message, "'1'") != NULL);
    EXPECT(model == NULL);
    EXPECT(eqp_options_destroy(&options) == EQP_OK);
  }
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

static int32_t never(void *context, double share, const char *message) {
  (void)share;
  (void)message;
  return ++*(int *)context > 3;
}

static int32_t stump(
    void *context, int64_t number, const double *label, const double *weight, int64_t rows,
    double *decisions) {
  double best = INFINITY;
  (void)context;
  (void)number;
  for (int cut = -5; cut <= 5; cut++) {
    for (int sign = 0; sign < 2; sign++) {
      double cost = 0;
      for (int64_t i = 0; i < rows; i++) {
        const double decision = (features[i][0] > 0.1 * cut) == sign;
        cost += weight[i] * (decision != label[i]);
      }
      if (cost < best) {
        best = cost;
        for (int64_t i = 0; i < rows; i++) decisions[i] = (features[i][0] > 0.1 * cut) == sign;
      }
    }
  }
  return 0;
}

/* Answers with a small error that violates, or a large one that does not; gives up with a context. */
static int32_t respond(
    void *context, int64_t call, int64_t kept, const double *multipliers, int64_t count,
    eqp_response *response, double *moments) {
  if (context || count < 1 || kept > call) return 1;
  const int first = multipliers[0] < 0.6;
  response->error = first ? 0.1 : 0.4;
  response->is_constant = !first;
  response->deviation = 0.01;
  for (int64_t k = 0; k < count; k++) moments[k] = first ? (k ? -0.5 : 0.5) : 0;
  return 0;
}

static int32_t broken(
    void *context, int64_t number, const double *label, const double *weight, int64_t rows,
    double *decisions) {
  (void)number;
  (void)label;
  (void)weight;
  for (int64_t i = 0; i < rows; i++) decisions[i] = context == NULL ? 17.0 : NAN;
  return context == NULL ? 0 : 1;
}

static void whole_use(void) {
  eqp_error error;
  eqp_dataset *dataset = make_dataset();
  eqp_model *model = NULL, *again = NULL;
  eqp_options *options = NULL;
  double scores[ROWS], other[ROWS], gradient[4], value = 0;
  int64_t needed = 0, shape[5];
  char small[4];

  EXPECT(eqp_options_create(&options, &error) == EQP_OK);
  EXPECT(eqp_options_set(options, "strength", "2", &error) == EQP_OK);
  EXPECT(eqp_options_set(options, "seed", "5", &error) == EQP_OK);
  EXPECT(eqp_model_fit("penalized", dataset, options, &model, &error) == EQP_OK);
  EXPECT(eqp_model_predict(model, dataset, EQP_SCORE, NULL, scores, ROWS, &error) == EQP_OK);
  EXPECT(eqp_model_predict(model, dataset, EQP_SCORE, NULL, scores, 3, &error) == EQP_ERROR_CAPACITY);
  EXPECT(eqp_model_tensor(model, "coefficients", NULL, 0, &needed, shape, &error) == EQP_OK);
  EXPECT(needed == 3 && shape[0] == 1 && shape[1] == 3);
  EXPECT(eqp_model_tensor(model, "nothing", NULL, 0, &needed, shape, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_report(model, small, 4, &needed, &error) == EQP_ERROR_CAPACITY);

  /* At the optimum the gradient vanishes. */
  double theta[4];
  EXPECT(eqp_model_tensor(model, "coefficients", theta, 3, &needed, NULL, &error) == EQP_OK);
  EXPECT(eqp_model_tensor(model, "intercept", theta + 3, 1, &needed, NULL, &error) == EQP_OK);
  EXPECT(eqp_penalized_objective(dataset, options, theta, 4, &value, gradient, &error) == EQP_OK);
  for (int j = 0; j < 4; j++) EXPECT(fabs(gradient[j]) < 1e-4);
  EXPECT(eqp_penalized_objective(dataset, options, theta, 3, &value, NULL, &error) == EQP_ERROR_ARGUMENT);

  /* Through bytes and back. */
  EXPECT(eqp_model_to_bytes(model, NULL, 0, &needed, &error) == EQP_OK);
  uint8_t *bytes = malloc((size_t)needed);
  EXPECT(bytes != NULL && eqp_model_to_bytes(model, bytes, needed, &needed, &error) == EQP_OK);
  EXPECT(eqp_model_from_bytes(bytes, needed, &again, &error) == EQP_OK);
  EXPECT(eqp_model_predict(again, dataset, EQP_SCORE, NULL, other, ROWS, &error) == EQP_OK);
  EXPECT(memcmp(scores, other, sizeof scores) == 0);
  EXPECT(eqp_model_destroy(&again) == EQP_OK);
  for (int64_t k = 0; k < needed; k += 41) {
    bytes[k] ^= 0x55;
    EXPECT(eqp_model_from_bytes(bytes, needed, &again, &error) == EQP_ERROR_IO);
    bytes[k] ^= 0x55;
    EXPECT(eqp_model_from_bytes(bytes, k, &again, &error) == EQP_ERROR_IO);
  }
  free(bytes);
  EXPECT(eqp_model_write(model, "/no/such/folder/model", &error) == EQP_ERROR_IO);

  /* Options that are not there, or not allowed. */
  EXPECT(eqp_options_set(options, "strenght", "2", &error) == EQP_OK);
  EXPECT(eqp_model_fit("penalized", dataset, options, &again, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(strstr(error.message, "strength") != NULL);
  EXPECT(eqp_options_destroy(&options) == EQP_OK);

  /* Cancelled. */
  int calls = 0;
  EXPECT(eqp_options_create(&options, &error) == EQP_OK);
  EXPECT(eqp_options_set_progress(options, never, &calls, &error) == EQP_OK);
  EXPECT(eqp_options_set(options, "tolerance", "0", &error) == EQP_OK);
  EXPECT(eqp_options_set(options, "strength", "50", &error) == EQP_OK);
  EXPECT(eqp_model_fit("penalized", dataset, options, &again, &error) == EQP_ERROR_CANCELLED);
  EXPECT(again == NULL);
  EXPECT(eqp_options_destroy(&options) == EQP_OK);

  /* A path. */
  const double settings[3] = {0, 1, 10};
  eqp_model *models[3] = {NULL, NULL, NULL};
  EXPECT(eqp_model_fit_path("penalized", dataset, NULL, settings, 3, models, &error) == EQP_OK);
  for (int k = 0; k < 3; k++) EXPECT(eqp_model_destroy(&models[k]) == EQP_OK);
  EXPECT(eqp_model_fit_path("logistic", dataset, NULL, settings, 3, models, &error) == EQP_ERROR_ARGUMENT);
  const double wrong[1] = {NAN};
  EXPECT(eqp_model_fit_path("penalized", dataset, NULL, wrong, 1, models, &error) == EQP_ERROR_ARGUMENT);

  /* Reductions over a learner of the caller's, good and broken. */
  eqp_reduction *reduction = NULL;
  int64_t numbers[64];
  double weights[64], total = 0;
  const eqp_status status = eqp_reduction_fit(dataset, NULL, stump, NULL, &reduction, &error);
  EXPECT(status == EQP_OK || status == EQP_NOT_CONVERGED);
  EXPECT(eqp_reduction_members(reduction, numbers, weights, 64, &needed, &error) == EQP_OK);
  for (int64_t k = 0; k < needed; k++) total += weights[k];
  EXPECT(fabs(total - 1) < 1e-9);
  EXPECT(eqp_reduction_report(reduction, NULL, 0, &needed, &error) == EQP_OK && needed > 2);
  EXPECT(eqp_reduction_destroy(&reduction) == EQP_OK);
  EXPECT(eqp_reduction_fit(dataset, NULL, broken, NULL, &reduction, &error) == EQP_ERROR_CALLBACK);
  EXPECT(eqp_reduction_fit(dataset, NULL, broken, dataset, &reduction, &error) == EQP_ERROR_CALLBACK);

  /* A grid of fits, and cells and weights that are none. */
  double grid[2][4] = {{-1, 1, -1, 1}, {-2, 1, 1, -0.5}}, fits[2][4], positives[2][4];
  int64_t codes[ROWS], steps[2];
  for (int i = 0; i < ROWS; i++) codes[i] = i % 4;
  eqp_vector cells = {codes, EQP_INT64, ROWS, 1};
  EXPECT(eqp_logistic_fits(
             dataset, NULL, &cells, grid[0], 2, 4, fits[0], positives[0], steps, &error) == EQP_OK);
  EXPECT(steps[0] > 0 && positives[0][0] >= 0 && positives[0][0] <= ROWS);
  EXPECT(eqp_logistic_fits(
             dataset, NULL, &cells, grid[0], 2, 4, fits[0], NULL, NULL, &error) == EQP_OK);
  EXPECT(eqp_logistic_fits(
             dataset, NULL, &cells, grid[0], 2, 3, fits[0], NULL, NULL, &error) == EQP_ERROR_DATA);
  EXPECT(eqp_logistic_fits(
             dataset, NULL, &cells, NULL, 2, 4, fits[0], NULL, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_logistic_fits(
             dataset, NULL, &cells, grid[0], -1, 4, fits[0], NULL, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_logistic_fits(
             dataset, NULL, NULL, grid[0], 2, 4, fits[0], NULL, NULL, &error) == EQP_ERROR_ARGUMENT);
  grid[1][2] = NAN;
  EXPECT(eqp_logistic_fits(
             dataset, NULL, &cells, grid[0], 2, 4, fits[0], NULL, NULL, &error) == EQP_ERROR_ARGUMENT);

  /* A game over two hypotheses, and a player who gives up. */
  const double limits[2] = {0.1, 0.1}, nothing[1] = {NAN};
  eqp_game *game = NULL;
  const eqp_status played = eqp_game_play(limits, 2, NULL, respond, NULL, NULL, &game, &error);
  EXPECT(played == EQP_OK || played == EQP_NOT_CONVERGED);
  EXPECT(eqp_game_json(game, NULL, 0, &needed, &error) == EQP_OK && needed > 2);
  EXPECT(eqp_game_destroy(&game) == EQP_OK && game == NULL);
  EXPECT(eqp_game_play(limits, 2, NULL, respond, NULL, &error, &game, &error) == EQP_ERROR_CALLBACK);
  EXPECT(eqp_game_play(limits, 2, NULL, NULL, NULL, NULL, &game, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_game_play(NULL, 2, NULL, respond, NULL, NULL, &game, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_game_play(limits, 0, NULL, respond, NULL, NULL, &game, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_game_play(nothing, 1, NULL, respond, NULL, NULL, &game, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_game_json(NULL, NULL, 0, &needed, &error) == EQP_ERROR_HANDLE);

  /* Audits. */
  eqp_audit *audit = NULL;
  const eqp_vector label = {labels, EQP_FLOAT64, ROWS, 1};
  EXPECT(eqp_dataset_set_predictions(dataset, &label, &error) == EQP_OK);
  EXPECT(eqp_audit_run(dataset, NULL, &audit, &error) == EQP_OK);
  EXPECT(eqp_audit_metric(audit, "accuracy_score", NULL, NULL, &value, &error) == EQP_OK);
  EXPECT(value == 1);
  EXPECT(eqp_audit_metric(audit, "accuracy_score", "group", "9", &value, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_audit_json(audit, NULL, 0, &needed, &error) == EQP_OK && needed > 100);
  EXPECT(eqp_audit_destroy(&audit) == EQP_OK);

  double counts[8];
  const eqp_vector group = {groups, EQP_INT32, ROWS, 1};
  EXPECT(eqp_count_outcomes(&group, 2, &label, &label, NULL, NULL, counts, 8, &error) == EQP_OK);
  total = 0;
  for (int k = 0; k < 8; k++) total += counts[k];
  EXPECT(total == ROWS);
  EXPECT(eqp_count_outcomes(&group, 2, &label, &label, NULL, NULL, counts, 7, &error) == EQP_ERROR_CAPACITY);

  EXPECT(eqp_model_destroy(&model) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

static void numbers_to_predict(void) {
  eqp_error error;
  eqp_dataset *dataset = make_dataset();
  eqp_options *options = NULL;
  eqp_model *model = NULL;
  double wages[ROWS], predicted[ROWS], residual = 0, spread = 0, mean = 0;
  eqp_vector target = {wages, EQP_FLOAT64, ROWS, 1};
  for (int i = 0; i < ROWS; i++) {
    wages[i] = 50000 + 9000 * features[i][0] + 2000 * features[i][1];
    mean += wages[i] / ROWS;
  }
  EXPECT(eqp_dataset_set_targets(dataset, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_set_targets(dataset, &target, &error) == EQP_OK);
  EXPECT(eqp_model_fit("logistic", dataset, NULL, &model, &error) == EQP_ERROR_DATA);
  EXPECT(strcmp(error.column, "labels") == 0);
  EXPECT(eqp_options_create(&options, &error) == EQP_OK);
  EXPECT(eqp_options_set(options, "strength", "0", &error) == EQP_OK);
  EXPECT(eqp_model_fit("adversarial", dataset, options, &model, &error) <= EQP_NOT_CONVERGED);
  EXPECT(eqp_model_predict(model, dataset, EQP_SCORE, NULL, predicted, ROWS, &error) == EQP_OK);
  for (int i = 0; i < ROWS; i++) {
    residual += (wages[i] - predicted[i]) * (wages[i] - predicted[i]);
    spread += (wages[i] - mean) * (wages[i] - mean);
  }
  EXPECT(residual < 0.2 * spread);
  EXPECT(
      eqp_model_predict(model, dataset, EQP_DECISION, NULL, predicted, ROWS, &error) ==
      EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_destroy(&model) == EQP_OK);
  EXPECT(eqp_options_set(options, "criterion", "equal_opportunity", &error) == EQP_OK);
  EXPECT(eqp_model_fit("adversarial", dataset, options, &model, &error) == EQP_ERROR_ARGUMENT);
  for (int i = 0; i < ROWS; i++) wages[i] = 1;
  EXPECT(eqp_dataset_set_targets(dataset, &target, &error) == EQP_OK);
  EXPECT(eqp_model_fit("adversarial", dataset, NULL, &model, &error) == EQP_ERROR_DATA);
  wages[3] = NAN;
  EXPECT(eqp_dataset_set_targets(dataset, &target, &error) == EQP_ERROR_DATA && error.row == 3);
  EXPECT(eqp_options_destroy(&options) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

/* The sum of the products of two columns, both less their means. */
static double covariance(const double *a, int64_t step, const double *b) {
  double product = 0, first = 0, second = 0;
  for (int i = 0; i < ROWS; i++) {
    product += a[i * step] * b[i];
    first += a[i * step];
    second += b[i];
  }
  return product - first * second / ROWS;
}

/* A transform and a model of its rows make one model, which takes rows as they were before. */
static void a_transform_and_a_model(void) {
  eqp_error error;
  eqp_dataset *dataset = make_dataset(), *training = NULL, *changed = NULL;
  eqp_transform *transform = NULL, *other = NULL;
  eqp_model *model = NULL, *joined = NULL;
  double wanted[ROWS], told[ROWS];
  EXPECT(eqp_transform_fit("disparate-impact-remover", dataset, NULL, &transform, &error) == EQP_OK);
  EXPECT(eqp_transform_training(transform, dataset, &training, &error) == EQP_OK);
  EXPECT(eqp_model_fit("logistic", training, NULL, &model, &error) == EQP_OK);
  EXPECT(eqp_model_after(model, transform, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_model_after(model, transform, &joined, &error) == EQP_OK);
  EXPECT(eqp_transform_apply(transform, dataset, &changed, &error) == EQP_OK);
  EXPECT(eqp_model_predict(model, changed, EQP_PROBABILITY, NULL, wanted, ROWS, &error) == EQP_OK);
  EXPECT(eqp_model_predict(joined, dataset, EQP_PROBABILITY, NULL, told, ROWS, &error) == EQP_OK);
  EXPECT(memcmp(wanted, told, sizeof told) == 0);
  EXPECT(eqp_model_predict(model, dataset, EQP_PROBABILITY, NULL, told, ROWS, &error) == EQP_OK);
  EXPECT(memcmp(wanted, told, sizeof told) != 0);
  /* A model of other columns than the transform makes. */
  EXPECT(
      eqp_transform_fit("learned-fair-representations", dataset, NULL, &other, &error) != EQP_ERROR_DATA);
  EXPECT(eqp_model_destroy(&joined) == EQP_OK);
  EXPECT(eqp_model_after(model, other, &joined, &error) == EQP_ERROR_DATA && joined == NULL);
  EXPECT(eqp_model_destroy(&model) == EQP_OK);
  EXPECT(eqp_transform_destroy(&transform) == EQP_OK);
  EXPECT(eqp_transform_destroy(&other) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&training) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&changed) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

static void numbers_that_are_sensitive(void) {
  eqp_error error;
  eqp_dataset *dataset = NULL, *changed = NULL, *bare = NULL;
  eqp_transform *transform = NULL;
  const eqp_matrix matrix = feature_matrix();
  double ages[ROWS], rest[ROWS * 3];
  int64_t needed = 0;
  const eqp_vector age = {ages, EQP_FLOAT64, ROWS, 1};
  for (int i = 0; i < ROWS; i++) ages[i] = 40 + 20 * features[i][0] + 5 * features[i][2];
  EXPECT(eqp_dataset_create(ROWS, &dataset, &error) == EQP_OK);
  EXPECT(eqp_dataset_set_features(dataset, &matrix, NULL, NULL, NULL, &error) == EQP_OK);
  EXPECT(
      eqp_transform_fit("correlation-remover", dataset, NULL, &transform, &error) ==
      EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_add_continuous(dataset, "age", NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_dataset_add_continuous(dataset, "age", &age, &error) == EQP_OK);
  EXPECT(eqp_dataset_add_continuous(dataset, "age", &age, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_transform_fit("correlation-remover", dataset, NULL, &transform, &error) == EQP_OK);
  EXPECT(eqp_transform_apply(transform, dataset, &changed, &error) == EQP_OK);
  EXPECT(eqp_dataset_features(changed, rest, ROWS * 3, &needed, &error) == EQP_OK);
  for (int j = 0; j < 3; j++) EXPECT(fabs(covariance(rest + j, 3, ages)) < 1e-2);
  double before[ROWS];
  for (int i = 0; i < ROWS; i++) before[i] = features[i][0];
  EXPECT(fabs(covariance(before, 1, ages)) > 100);
  /* New rows need the column, too. */
  EXPECT(eqp_dataset_create(ROWS, &bare, &error) == EQP_OK);
  EXPECT(eqp_dataset_set_features(bare, &matrix, NULL, NULL, NULL, &error) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&changed) == EQP_OK);
  EXPECT(eqp_transform_apply(transform, bare, &changed, &error) == EQP_ERROR_DATA);
  ages[9] = INFINITY;
  EXPECT(eqp_dataset_add_continuous(bare, "age", &age, &error) == EQP_ERROR_DATA);
  EXPECT(error.row == 9 && strcmp(error.column, "age") == 0);
  EXPECT(eqp_transform_destroy(&transform) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&bare) == EQP_OK);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

static int released = 0;
static void release(void *context) { *(int *)context += 1; }

static void memory_of_the_caller(void) {
  eqp_error error;
  eqp_dataset *dataset = NULL;
  const eqp_matrix matrix = feature_matrix();
  eqp_matrix strided = {features, EQP_FLOAT32, 3, ROWS, 1, 3};
  EXPECT(eqp_dataset_create(ROWS, &dataset, &error) == EQP_OK);
  EXPECT(eqp_dataset_set_features(dataset, &matrix, NULL, release, &released, &error) == EQP_OK);
  EXPECT(released == 0);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
  EXPECT(released == 1);
  /* A transposed view is copied and released at once. */
  EXPECT(eqp_dataset_create(3, &dataset, &error) == EQP_OK);
  EXPECT(eqp_dataset_set_features(dataset, &strided, NULL, release, &released, &error) == EQP_OK);
  EXPECT(released == 2);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

static void *many_fits(void *argument) {
  eqp_dataset *dataset = argument;
  for (int k = 0; k < 10; k++) {
    eqp_error error;
    eqp_model *model = NULL;
    EXPECT(eqp_model_fit("logistic", dataset, NULL, &model, &error) == EQP_OK);
    EXPECT(eqp_model_destroy(&model) == EQP_OK);
  }
  return NULL;
}

static void threads(void) {
  pthread_t thread[8];
  eqp_dataset *dataset = make_dataset();
  for (int t = 0; t < 8; t++) EXPECT(pthread_create(&thread[t], NULL, many_fits, dataset) == 0);
  for (int t = 0; t < 8; t++) pthread_join(thread[t], NULL);
  EXPECT(eqp_dataset_destroy(&dataset) == EQP_OK);
}

static void catalogue(void) {
  eqp_error error;
  for (int64_t m = 0; m < eqp_method_count(); m++) {
    eqp_method_info method;
    EXPECT(eqp_method_at(m, &method, &error) == EQP_OK);
    EXPECT(strlen(method.name) > 0 && strlen(method.summary) > 0);
    for (int64_t k = 0; k < method.option_count; k++) {
      eqp_option_info option;
      EXPECT(eqp_method_option_at(method.name, k, &option, &error) == EQP_OK);
      EXPECT(strlen(option.summary) > 0);
    }
  }
  for (int c = EQP_METRICS; c <= EQP_CRITERIA; c++) {
    EXPECT(eqp_item_count((eqp_catalogue)c) > 0);
    for (int64_t k = 0; k < eqp_item_count((eqp_catalogue)c); k++) {
      eqp_item_info item;
      EXPECT(eqp_item_at((eqp_catalogue)c, k, &item, &error) == EQP_OK);
    }
  }
}

static int32_t stops(void *context, double share, const char *message) {
  (void)context;
  (void)share;
  return message != NULL;
}

static void jobs_without_sense(void) {
  eqp_error error;
  eqp_job *job = NULL;
  const eqp_job_input nameless = {NULL, NULL, NULL}, empty = {"data", NULL, NULL};
  EXPECT(eqp_job_run(NULL, "{}", NULL, 0, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audit", NULL, NULL, 0, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audit", "{}", NULL, 0, NULL, NULL, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audit", "{}", NULL, 1, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audit", "{}", &empty, -1, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audit", "{}", &nameless, 1, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audit", "{}", &empty, 1, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audits", "{}", NULL, 0, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(strstr(error.message, "did you mean 'audit'?") != NULL);
  static const char *const bad[] = {"", "[", "[]", "7", "{\"dataset\": }", "{\"datset\": \"german\"}",
                                    "{\"dataset\": \"germany\"}", "{\"dataset\": {}}", "\xff"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    EXPECT(eqp_job_run("audit", bad[i], NULL, 0, NULL, &job, &error) == EQP_ERROR_ARGUMENT);
  EXPECT(eqp_job_run("audit", "{\"data\": \"/nowhere.csv\", \"label\": \"y\", \"sensitive\": \"g\"}",
                     NULL, 0, NULL, &job, &error) == EQP_ERROR_IO);
  EXPECT(job == NULL && eqp_job_destroy(&job) == EQP_OK);
  EXPECT(eqp_job_json(NULL, NULL, 0, NULL, &error) == EQP_ERROR_HANDLE);
  eqp_options *options = NULL;
  EXPECT(eqp_options_create(&options, &error) == EQP_OK);
  EXPECT(eqp_options_set_progress(options, stops, NULL, &error) == EQP_OK);
  EXPECT(eqp_job_run("compare", "{\"dataset\": \"german\", \"sensitive\": \"sex\"}", NULL, 0, options,
                     &job, &error) == EQP_ERROR_CANCELLED);
  EXPECT(eqp_options_destroy(&options) == EQP_OK);
}

/* A model goes from one job to the next, its predictions come as a table and go back as one. */
static void jobs_of_use(void) {
  eqp_error error;
  eqp_job *job = NULL;
  eqp_model *model = NULL;
  int64_t needed = 0;
  char text[4096];
  EXPECT(eqp_jobs_json(NULL, 0, &needed, &error) == EQP_OK && needed > 10000);
  EXPECT(eqp_jobs_json(text, sizeof text, &needed, &error) == EQP_ERROR_CAPACITY);
  const char *data = "{\"dataset\": \"german\", \"sensitive\": [\"sex\"], \"method\": \"penalized\", "
                     "\"strength\": 5}";
  EXPECT(eqp_job_run("train", data, NULL, 0, NULL, &job, &error) == EQP_OK);
  EXPECT(eqp_job_json(job, text, sizeof text, &needed, &error) != EQP_ERROR_HANDLE && needed > 100);
  EXPECT(eqp_job_notes(job, text, sizeof text, &needed, &error) == EQP_OK);
  EXPECT(strstr(text, "too few") != NULL);
  EXPECT(eqp_job_bytes(job, NULL, 0, &needed, &error) == EQP_OK && needed == 0);
  EXPECT(eqp_job_model(job, &model, &error) == EQP_OK && model != NULL);
  EXPECT(eqp_job_destroy(&job) == EQP_OK && job == NULL);
  const eqp_job_input fitted = {"model", NULL, model};
  EXPECT(eqp_job_run("predict", "{\"dataset\": \"german\"}", &fitted, 1, NULL, &job, &error) == EQP_OK);
  struct ArrowSchema schema;
  struct ArrowArray array;
  struct ArrowArrayStream stream;
  EXPECT(eqp_job_table(job, &schema, &array, &error) == EQP_OK && array.length == 1000);
  EXPECT(schema.n_children == 3 && eqp_job_destroy(&job) == EQP_OK);
  EXPECT(eqp_arrow_stream(&array, &schema, &stream, &error) == EQP_OK);
  const eqp_job_input table = {"data", &stream, NULL};
  EXPECT(eqp_job_run("audit",
                     "{\"label\": \"prediction\", \"sensitive\": \"score\", \"bins\": {\"score\": [0]}, "
                     "\"fail_on\": \"base_rate.difference>0.1\"}",
                     &table, 1, NULL, &job, &error) == EQP_EXCEEDED);
  EXPECT(stream.release == NULL);
  EXPECT(eqp_model_destroy(&model) == EQP_OK);
  EXPECT(eqp_job_model(job, &model, &error) == EQP_OK && model == NULL);
  EXPECT(eqp_job_table(job, &schema, &array, &error) == EQP_OK && schema.n_children == 0);
  array.release(&array);
  schema.release(&schema);
  EXPECT(eqp_job_destroy(&job) == EQP_OK);
}

int main(void) {
  make_data();
  jobs_without_sense();
  jobs_of_use();
  null_everywhere();
  stale_handles();
  bad_numbers();
  a_group_of_one_label();
  whole_use();
  numbers_to_predict();
  a_transform_and_a_model();
  numbers_that_are_sensitive();
  memory_of_the_caller();
  threads();
  catalogue();
  printf("%d passed, %d failed\n", checks - failures, failures);
  return failures == 0 ? 0 : 1;
}
