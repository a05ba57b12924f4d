/*
 * Fits plain and penalized logistic regression to the built-in Adult data and audits both on the test
 * rows: how accurate they are, and how far the selection rates of women and men lie apart.
 *
 *   cc -std=c99 compare.c $(pkg-config --cflags --libs equipoise) -o compare && ./compare
 */
#include <stdio.h>
#include <stdlib.h>

#include "equipoise.h"

static void check(eqp_status status, const eqp_error *error) {
  if (status == EQP_OK || status == EQP_NOT_CONVERGED) return;
  fprintf(stderr, "%s: %s\n", eqp_status_name(status), error->message);
  exit(1);
}

/* Predicts the test rows, and audits the decisions beside the labels. */
static void report(const char *method, const eqp_dataset *train, eqp_dataset *test, int64_t rows) {
  eqp_error error;
  eqp_model *model = NULL;
  eqp_audit *audit = NULL;
  double accuracy, rates[2];
  const char *const groups[2] = {"Female", "Male"};
  double *decisions = malloc((size_t)rows * sizeof *decisions);
  if (decisions == NULL) exit(1);

  check(eqp_model_fit(method, train, NULL, &model, &error), &error);
  check(eqp_model_predict(model, test, EQP_DECISION, NULL, decisions, rows, &error), &error);
  const eqp_vector predictions = {decisions, EQP_FLOAT64, rows, 1};
  check(eqp_dataset_set_predictions(test, &predictions, &error), &error);
  check(eqp_audit_run(test, NULL, &audit, &error), &error);
  check(eqp_audit_metric(audit, "accuracy_score", NULL, NULL, &accuracy, &error), &error);
  for (int g = 0; g < 2; g++) {
    check(eqp_audit_metric(audit, "selection_rate", "sex", groups[g], &rates[g], &error), &error);
  }
  printf("%-12s accuracy %.4f, selected: women %.4f, men %.4f\n", method, accuracy, rates[0],
         rates[1]);
  eqp_audit_destroy(&audit);
  eqp_model_destroy(&model);
  free(decisions);
}

int main(void) {
  eqp_error error;
  eqp_dataset *train = NULL, *test = NULL;
  int64_t rows = 0;
  if (eqp_abi_version() != EQP_ABI_VERSION) return 1;
  check(eqp_dataset_load("adult", "train", NULL, &train, &error), &error);
  /* The test rows are encoded as the training rows were. */
  check(eqp_dataset_load_like(train, "adult", "test", &test, &error), &error);
  check(eqp_dataset_rows(test, &rows, &error), &error);
  report("logistic", train, test, rows);
  report("penalized", train, test, rows);
  eqp_dataset_destroy(&test);
  eqp_dataset_destroy(&train);
  return 0;
}
