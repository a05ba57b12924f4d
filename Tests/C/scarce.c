/*
 * Little memory: under `ulimit -v`, data and workspaces that do not fit are a status and the process
 * lives on. Usage: scarce ROWS COLUMNS.
 */
#include <stdio.h>
#include <stdlib.h>

#include "equipoise.h"

int main(int argc, char **argv) {
  const int64_t rows = argc > 1 ? atoll(argv[1]) : 1000000, columns = argc > 2 ? atoll(argv[2]) : 100;
  static const double pattern[2] = {0.0, 1.0};
  eqp_error error;
  eqp_dataset *data = NULL;
  eqp_model *model = NULL;
  eqp_status status = eqp_dataset_create(rows, &data, &error);
  /* A matrix of one number repeated: it takes no memory here, and all of it in a copy. */
  const eqp_matrix matrix = {pattern, EQP_FLOAT64, rows, columns, 0, 0};
  const eqp_vector labels = {pattern, EQP_FLOAT64, 2, 1}, alike = {pattern, EQP_FLOAT64, rows, 0};
  if (status == EQP_OK) status = eqp_dataset_set_features(data, &matrix, NULL, NULL, NULL, &error);
  if (status != EQP_ERROR_MEMORY) {
    fprintf(stderr, "expected EQP_ERROR_MEMORY, got %s: %s\n", eqp_status_name(status), error.message);
    return 1;
  }
  /* The library still works. */
  eqp_dataset_destroy(&data);
  if (eqp_dataset_create(2, &data, &error) != EQP_OK) return 2;
  const eqp_matrix small = {pattern, EQP_FLOAT64, 2, 1, 1, 1};
  if (eqp_dataset_set_features(data, &small, NULL, NULL, NULL, &error) != EQP_OK) return 3;
  if (eqp_dataset_set_labels(data, &labels, &error) != EQP_OK) return 4;
  status = eqp_model_fit("logistic", data, NULL, &model, &error);
  if (status != EQP_OK && status != EQP_NOT_CONVERGED) {
    fprintf(stderr, "%s: %s\n", eqp_status_name(status), error.message);
    return 5;
  }
  eqp_model_destroy(&model);
  eqp_dataset_destroy(&data);
  (void)alike;
  printf("memory that is not there is a status\n");
  return 0;
}
