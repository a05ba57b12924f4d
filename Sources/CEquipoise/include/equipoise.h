/*
 * equipoise.h: trains debiased models and audits any model.
 *
 * Conventions
 * - Every call that can fail returns an eqp_status and takes a caller-owned eqp_error last, which
 *   may be NULL. No call ends the process; no call prints.
 * - Handles are opaque and belong to the caller, who gives each to its destroy function once.
 *   A handle that is NULL, was destroyed or never existed is EQP_ERROR_HANDLE, never a crash.
 * - Any thread may call. One handle may be read by several threads at once; while one thread
 *   changes a handle (a function whose handle argument is not const), no other may use it.
 * - Text is UTF-8 and ends with a zero byte. Text and numbers that a call returns go into memory of
 *   the caller: `capacity` is what there is room for, `*needed` becomes what is needed, and too
 *   small a room is EQP_ERROR_CAPACITY with nothing written. A NULL target with capacity 0 asks for
 *   the size alone, and is EQP_OK.
 * - Strings in the info structs are constants that live as long as the process.
 * - Rows count from 0 in arguments. A row in an eqp_error counts from 0 too, -1 where there is none; of
 *   a file it counts lines, of which the header is 0. The message says "line" (from 1) or "row" (from 0).
 */
#ifndef EQUIPOISE_H
#define EQUIPOISE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Versions ------------------------------------------------------------------------------ */

/* The number of this interface; a library with another number is not the one for this header. */
#define EQP_ABI_VERSION 1

int32_t eqp_abi_version(void);
/* The version of the library, as "0.1.0". */
const char *eqp_version(void);

/* Runs the command line program and returns its exit code; argv[0] is its name. Once a process, which two
   signals to stop end. */
int32_t eqp_main(int32_t argc, const char *const *argv);

/* ---- Outcomes ------------------------------------------------------------------------------ */

typedef enum eqp_status {
  EQP_OK = 0,
  /* The result is there, but the tolerance was not reached. */
  EQP_NOT_CONVERGED = 1,
  /* An argument is NULL, has a wrong size or an unknown name. */
  EQP_ERROR_ARGUMENT = 2,
  /* The data are unusable: a label that is neither 0 nor 1, a NaN, an empty group. */
  EQP_ERROR_DATA = 3,
  /* The handle is NULL, destroyed or of another kind. */
  EQP_ERROR_HANDLE = 4,
  /* There is not enough memory. */
  EQP_ERROR_MEMORY = 5,
  /* A file cannot be read or written. */
  EQP_ERROR_IO = 6,
  /* The progress callback asked to stop. */
  EQP_ERROR_CANCELLED = 7,
  /* A learner of the caller's failed. */
  EQP_ERROR_CALLBACK = 8,
  /* The caller's room for a result is too small; `needed` says how much there must be. */
  EQP_ERROR_CAPACITY = 9,
  /* The result is there, and a condition that is to stop a release holds. */
  EQP_EXCEEDED = 10,
  /* A defect of this library. */
  EQP_ERROR_INTERNAL = 70
} eqp_status;

/* What went wrong: filled when a call returns an EQP_ERROR, cleared when it does not. */
typedef struct eqp_error {
  eqp_status status;
  /* The row that is to blame, from 0, or -1. */
  int64_t row;
  /* The column, group or option that is to blame, or "". */
  char column[128];
  /* A sentence for people. */
  char message[1024];
} eqp_error;

/* The name of a status, as "EQP_OK". */
const char *eqp_status_name(eqp_status status);
/* The sentence of the last error on this thread in the words of a door, "c", "python", "yaml",
 * "command-line" or "swift", for bindings whose users know other names; whole, where an eqp_error has
 * room for its beginning. Empty where no call has failed. */
eqp_status eqp_error_text(
    const char *dialect, char *text, int64_t capacity, int64_t *needed, eqp_error *error);

/* ---- Numbers from outside -------------------------------------------------------------------- */

typedef enum eqp_dtype {
  EQP_FLOAT32 = 0,
  EQP_FLOAT64 = 1,
  EQP_INT8 = 2,
  EQP_INT16 = 3,
  EQP_INT32 = 4,
  EQP_INT64 = 5,
  EQP_UINT8 = 6,
  EQP_UINT16 = 7,
  EQP_UINT32 = 8,
  EQP_UINT64 = 9,
  /* One byte, 0 or 1. */
  EQP_BOOL = 10
} eqp_dtype;

/* Element (i, j) is at data + (i*row_stride + j*column_stride) elements; strides may be negative. */
typedef struct eqp_matrix {
  const void *data;
  eqp_dtype dtype;
  int64_t rows;
  int64_t columns;
  int64_t row_stride;
  int64_t column_stride;
} eqp_matrix;

/* Element i is at data + i*stride elements. */
typedef struct eqp_vector {
  const void *data;
  eqp_dtype dtype;
  int64_t length;
  int64_t stride;
} eqp_vector;

/* ---- Arrow ---------------------------------------------------------------------------------- */

/* The structs of the Arrow C data and stream interfaces, as their specification lays them out. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif

/* ---- What there is -------------------------------------------------------------------------- */

typedef enum eqp_option_type {
  EQP_OPTION_NUMBER = 0,
  EQP_OPTION_INTEGER = 1,
  EQP_OPTION_FLAG = 2,
  EQP_OPTION_CHOICE = 3,
  /* Names separated by commas, each with a number of its own if wanted: "a,b=0.05". */
  EQP_OPTION_BOUNDS = 4,
  /* Any text: names of groups, separated by commas. */
  EQP_OPTION_TEXT = 5
} eqp_option_type;

typedef struct eqp_option_info {
  const char *name;
  eqp_option_type type;
  /* As text; "" where the method finds the value itself. */
  const char *default_value;
  /* The values that are allowed, in words; choices are separated by ", ". */
  const char *domain;
  const char *summary;
} eqp_option_info;

typedef struct eqp_method_info {
  const char *name;
  /* "baseline", "preprocessing", "in-processing" or "postprocessing". */
  const char *family;
  const char *summary;
  /* The paper. */
  const char *source;
  /* The option that trades accuracy for fairness, or "". */
  const char *dial;
  int64_t option_count;
  /* 1 when a fit needs sensitive attributes. */
  int32_t needs_groups;
} eqp_method_info;

/* Metrics, constraints, penalties and data sets. */
typedef struct eqp_item_info {
  const char *name;
  const char *summary;
  const char *source;
} eqp_item_info;

typedef enum eqp_catalogue {
  EQP_METRICS = 0,
  EQP_CONSTRAINTS = 1,
  EQP_PENALTIES = 2,
  EQP_DATASETS = 3,
  /* What methods make alike: the values of their option "criterion". */
  EQP_CRITERIA = 4
} eqp_catalogue;

int64_t eqp_method_count(void);
eqp_status eqp_method_at(int64_t index, eqp_method_info *info, eqp_error *error);
eqp_status eqp_method_named(const char *name, eqp_method_info *info, eqp_error *error);
eqp_status eqp_method_option_at(
    const char *method, int64_t index, eqp_option_info *info, eqp_error *error);
int64_t eqp_item_count(eqp_catalogue catalogue);
eqp_status eqp_item_at(
    eqp_catalogue catalogue, int64_t index, eqp_item_info *info, eqp_error *error);

/* ---- Options -------------------------------------------------------------------------------- */

typedef struct eqp_options eqp_options;

/* Called between iterations, on the thread of the caller, with a share of the work done (below 0
 * where it is not known) and what is being done. Anything but 0 cancels the call. */
typedef int32_t (*eqp_progress_fn)(void *context, double share, const char *message);

eqp_status eqp_options_create(eqp_options **options, eqp_error *error);
eqp_status eqp_options_destroy(eqp_options **options);
/*
 * Sets an option by name. Values are text as on the command line: names in a list are separated by
 * commas, and quoted as in a CSV file where they have commas of their own. A name of a method's option
 * takes underscores or dashes. Names that every call knows besides:
 *   "threads"    a whole number from 1; by default one a core
 *   "seed"       a whole number; by default 0
 *   "threshold"  a probability at least this is positive, from 0 to 1; by default 0.5. Of scores that
 *                an audit counts it may be any number
 */
eqp_status eqp_options_set(
    eqp_options *options, const char *name, const char *value, eqp_error *error);
eqp_status eqp_options_set_progress(
    eqp_options *options, eqp_progress_fn progress, void *context, eqp_error *error);

/* ---- Data sets ------------------------------------------------------------------------------ */

typedef struct eqp_dataset eqp_dataset;
typedef struct eqp_model eqp_model;
/* What a preprocessor learned. */
typedef struct eqp_transform eqp_transform;

/* Frees memory that the caller lent; called once, when nothing uses it any more. */
typedef void (*eqp_release_fn)(void *context);

eqp_status eqp_dataset_create(int64_t rows, eqp_dataset **dataset, eqp_error *error);
eqp_status eqp_dataset_destroy(eqp_dataset **dataset);
/*
 * The numeric features. A matrix of 32- or 64-bit floats whose rows are contiguous
 * (column_stride 1, row_stride >= columns) is used in place: it must stay valid and unchanged until
 * the data set, and every model fit on it that is running, are done; then `release(context)` is
 * called, if given. Any other matrix is copied and released at once. Other types than 32-bit floats
 * are computed with in double precision. `names` has a text a column, or is NULL.
 */
eqp_status eqp_dataset_set_features(
    eqp_dataset *dataset, const eqp_matrix *features, const char *const *names,
    eqp_release_fn release, void *context, eqp_error *error);
/* A categorical feature: codes 0...level_count, copied, never expanded to 0/1 columns. It stands for
 * level_count + 1 columns of the design matrix: the last is for values never seen in training, whose
 * code is level_count. */
eqp_status eqp_dataset_add_category(
    eqp_dataset *dataset, const char *name, const eqp_vector *codes, const char *const *levels,
    int64_t level_count, eqp_error *error);
/* Labels: 0 or 1. */
eqp_status eqp_dataset_set_labels(
    eqp_dataset *dataset, const eqp_vector *labels, eqp_error *error);
/* Labels from numbers of which there are just two: the label is 1 where the larger stands. `classes`
 * receives the smaller and the larger. */
eqp_status eqp_dataset_set_classes(
    eqp_dataset *dataset, const eqp_vector *values, double classes[2], eqp_error *error);
/* Finite numbers to predict in place of labels, for methods that predict numbers ("adversarial").
 * Whichever of labels and targets is set last is what a fit predicts. */
eqp_status eqp_dataset_set_targets(
    eqp_dataset *dataset, const eqp_vector *targets, eqp_error *error);
/* Weights: 0 or within 1e-30...1e30, not all 0. */
eqp_status eqp_dataset_set_weights(
    eqp_dataset *dataset, const eqp_vector *weights, eqp_error *error);
/* A sensitive attribute: codes 0..<group_count and a name for each group. Groups without rows are
 * allowed. */
eqp_status eqp_dataset_add_attribute(
    eqp_dataset *dataset, const char *name, const eqp_vector *codes, const char *const *groups,
    int64_t group_count, eqp_error *error);
/* A sensitive column of finite numbers that are no groups, for methods that take them
 * ("correlation-remover", "feature-suppression"). */
eqp_status eqp_dataset_add_continuous(
    eqp_dataset *dataset, const char *name, const eqp_vector *values, eqp_error *error);
/* What an audit looks at: decisions 0 or 1, and finite scores; rules take those within 1e100. */
eqp_status eqp_dataset_set_predictions(
    eqp_dataset *dataset, const eqp_vector *predictions, eqp_error *error);
eqp_status eqp_dataset_set_scores(
    eqp_dataset *dataset, const eqp_vector *scores, eqp_error *error);
/* A built-in data set; `options` name roles as the data options of the command line do ("label",
 * "sensitive", "positive", ...), and may be NULL. `part` is "train" or "test". */
eqp_status eqp_dataset_load(
    const char *name, const char *part, const eqp_options *options, eqp_dataset **dataset,
    eqp_error *error);
/* A CSV file, read like the command line does. */
eqp_status eqp_dataset_read(
    const char *path, const eqp_options *options, eqp_dataset **dataset, eqp_error *error);
/* Rows of another part or file, encoded as those of a data set that was loaded or read: same columns,
 * same levels, same means and deviations. */
eqp_status eqp_dataset_load_like(
    const eqp_dataset *fitted, const char *name, const char *part, eqp_dataset **dataset,
    eqp_error *error);
eqp_status eqp_dataset_read_like(
    const eqp_dataset *fitted, const char *path, eqp_dataset **dataset, eqp_error *error);
/*
 * A table of Arrow batches, read like a file is: a stream of structs with a child a column. Numbers of
 * any width, decimals, booleans, texts and dictionaries (categories, whatever their values) are read from
 * the producer's memory; nulls, and NaN, are missing values. Dates, times, lists and other types are
 * EQP_ERROR_DATA, unless nobody asks for the column. The stream is taken over and released, also
 * when the call fails; its batches are released before the call returns. Options as for a file.
 */
eqp_status eqp_dataset_from_arrow(
    struct ArrowArrayStream *stream, const eqp_options *options, eqp_dataset **dataset,
    eqp_error *error);
/* Rows encoded as those that a model was fitted to; "label", "weights" and "sensitive" name the roles
 * that are wanted besides the features, and may be left out. */
eqp_status eqp_dataset_from_arrow_for(
    const eqp_model *model, struct ArrowArrayStream *stream, const eqp_options *options,
    eqp_dataset **dataset, eqp_error *error);
/* The same from a file. */
eqp_status eqp_dataset_read_for(
    const eqp_model *model, const char *path, const eqp_options *options, eqp_dataset **dataset,
    eqp_error *error);
/* The same for a transform that was fitted to a table. */
eqp_status eqp_dataset_from_arrow_for_transform(
    const eqp_transform *transform, struct ArrowArrayStream *stream, const eqp_options *options,
    eqp_dataset **dataset, eqp_error *error);
/* A stream of one batch out of an array and its schema, both of which are taken over. */
eqp_status eqp_arrow_stream(
    struct ArrowArray *array, struct ArrowSchema *schema, struct ArrowArrayStream *stream,
    eqp_error *error);
eqp_status eqp_dataset_rows(const eqp_dataset *dataset, int64_t *rows, eqp_error *error);
/* All columns of the design matrix, levels counted one by one. */
eqp_status eqp_dataset_columns(const eqp_dataset *dataset, int64_t *columns, eqp_error *error);
/* The numeric features as they stand, row after row; labels and weights, a number a row. Weights that
 * were never set are 1; labels that were never set are EQP_ERROR_DATA. */
eqp_status eqp_dataset_features(
    const eqp_dataset *dataset, double *values, int64_t capacity, int64_t *needed,
    eqp_error *error);
/* The columns of the features as JSON, {"numeric": ["age"], "categorical": [{"name": "sex", "levels":
 * ["Female", "Male"]}]}; and the codes of the index-th categorical one, a number a row. */
eqp_status eqp_dataset_columns_json(
    const eqp_dataset *dataset, char *text, int64_t capacity, int64_t *needed, eqp_error *error);
eqp_status eqp_dataset_codes(
    const eqp_dataset *dataset, int64_t index, double *values, int64_t capacity, int64_t *needed,
    eqp_error *error);
eqp_status eqp_dataset_labels(
    const eqp_dataset *dataset, double *values, int64_t capacity, int64_t *needed,
    eqp_error *error);
eqp_status eqp_dataset_weights(
    const eqp_dataset *dataset, double *values, int64_t capacity, int64_t *needed,
    eqp_error *error);
/* What a reader of any result must know of how a table was read, as a JSON array of texts: columns of
 * texts that look like numbers and became categories. */
eqp_status eqp_dataset_notes(
    const eqp_dataset *dataset, char *text, int64_t capacity, int64_t *needed, eqp_error *error);

/* ---- Models --------------------------------------------------------------------------------- */

/* Fits a method by name. EQP_NOT_CONVERGED still gives a model. */
eqp_status eqp_model_fit(
    const char *method, const eqp_dataset *dataset, const eqp_options *options, eqp_model **model,
    eqp_error *error);
/* Fits a method at several settings of its dial in one warm-started run, and gives a model for each:
 * `models` has room for `count`. */
eqp_status eqp_model_fit_path(
    const char *method, const eqp_dataset *dataset, const eqp_options *options,
    const double *settings, int64_t count, eqp_model **models, eqp_error *error);
eqp_status eqp_model_destroy(eqp_model **model);

typedef enum eqp_prediction {
  /* What ranks rows; for linear models the score z; for models of numbers the number, and there is
   * nothing else. */
  EQP_SCORE = 0,
  /* The probability of the positive label, or of a positive decision for mixtures. */
  EQP_PROBABILITY = 1,
  /* 0 or 1. */
  EQP_DECISION = 2
} eqp_prediction;

/* One number a row into `values`, which has room for `capacity` of them. */
eqp_status eqp_model_predict(
    const eqp_model *model, const eqp_dataset *dataset, eqp_prediction kind,
    const eqp_options *options, double *values, int64_t capacity, eqp_error *error);
/* All three as Arrow: a struct with the columns "score", "probability" (doubles) and "prediction"
 * (bytes 0 and 1), a row each; for models of numbers "prediction" (doubles) alone. Whoever takes the two structs releases them. */
eqp_status eqp_model_predict_arrow(
    const eqp_model *model, const eqp_dataset *dataset, const eqp_options *options,
    struct ArrowSchema *schema, struct ArrowArray *array, eqp_error *error);
/* The numbers of a model by the name of the tensor: "coefficients", "intercept", "theta",
 * "weights", ... `rank_shape` gets the rank, then the dimensions, up to 4 of them. */
eqp_status eqp_model_tensor(
    const eqp_model *model, const char *name, double *values, int64_t capacity, int64_t *needed,
    int64_t rank_shape[5], eqp_error *error);
/* How the fit went, as JSON: method, options, status, iterations, objective, certificate, ... */
eqp_status eqp_model_report(
    const eqp_model *model, char *text, int64_t capacity, int64_t *needed, eqp_error *error);
/* A model file (safetensors), to disk and to memory. */
eqp_status eqp_model_write(const eqp_model *model, const char *path, eqp_error *error);
eqp_status eqp_model_read(const char *path, eqp_model **model, eqp_error *error);
eqp_status eqp_model_to_bytes(
    const eqp_model *model, uint8_t *bytes, int64_t capacity, int64_t *needed, eqp_error *error);
eqp_status eqp_model_from_bytes(
    const uint8_t *bytes, int64_t count, eqp_model **model, eqp_error *error);

/*
 * The objective of penalized logistic regression and its gradient, at any point and without a fit:
 * weighted mean loss + l2/2*|w|^2 + strength*penalty. `theta` is (coefficients, intercept) and has
 * `dimension` = columns + 1 entries; `gradient` has room for as many, or is NULL.
 */
eqp_status eqp_penalized_objective(
    const eqp_dataset *dataset, const eqp_options *options, const double *theta, int64_t dimension,
    double *value, double *gradient, eqp_error *error);

/* ---- Stages before and after a model -------------------------------------------------------- */

typedef enum eqp_stage {
  /* Methods that change rows before a fit. */
  EQP_PREPROCESSORS = 0,
  /* Methods that turn the scores of any model into decisions or better scores. */
  EQP_POSTPROCESSORS = 1
} eqp_stage;

int64_t eqp_stage_count(eqp_stage stage);
eqp_status eqp_stage_at(eqp_stage stage, int64_t index, eqp_method_info *info, eqp_error *error);
eqp_status eqp_stage_option_at(
    eqp_stage stage, const char *method, int64_t index, eqp_option_info *info, eqp_error *error);

/* What a postprocessor learned: a function of scores and groups. */
typedef struct eqp_rule eqp_rule;

/* Fits a postprocessor to the scores, labels, attributes and weights of a data set; features are not
 * needed. Besides the method's own options, "unseen_group" says what to do with rows of a group that
 * was not there: "error" or "pooled", the rule of all rows as one group; "least_group", of how many
 * rows a group must be to bind others (otherwise it gets the rule of all rows); and "unknown" what
 * becomes of rows of the group "(missing)": "exclude", "own-group" or "pooled". Data sets that were
 * read from tables take "unknown" when they are read, "exclude" by default; a fit of a model looks at
 * it, too. */
eqp_status eqp_rule_fit(
    const char *method, const eqp_dataset *dataset, const eqp_options *options, eqp_rule **rule,
    eqp_error *error);
eqp_status eqp_rule_destroy(eqp_rule **rule);
/* The rule's value for each row of a data set with scores and the attributes of the fit: the
 * probability of a positive decision, or a new score where the report's "meaning" is "scores". */
eqp_status eqp_rule_values(
    const eqp_rule *rule, const eqp_dataset *dataset, double *values, int64_t capacity,
    eqp_error *error);
/* The rule and how it was fitted as JSON, and back: a text that was changed in between is
 * EQP_ERROR_DATA. A file holds the same document; the command line writes and reads it too. */
eqp_status eqp_rule_json(
    const eqp_rule *rule, char *text, int64_t capacity, int64_t *needed, eqp_error *error);
eqp_status eqp_rule_from_json(const char *text, eqp_rule **rule, eqp_error *error);
eqp_status eqp_rule_write(const eqp_rule *rule, const char *path, eqp_error *error);
eqp_status eqp_rule_read(const char *path, eqp_rule **rule, eqp_error *error);

/* Fits a preprocessor to a data set with features, and labels and attributes where the method's
 * `needs_groups` says so. */
eqp_status eqp_transform_fit(
    const char *method, const eqp_dataset *dataset, const eqp_options *options,
    eqp_transform **transform, eqp_error *error);
eqp_status eqp_transform_destroy(eqp_transform **transform);
/* The rows to fit a model to instead of those of the data set: features, labels, weights and even
 * which rows there are may differ. */
eqp_status eqp_transform_training(
    const eqp_transform *transform, const eqp_dataset *dataset, eqp_dataset **changed,
    eqp_error *error);
/* New rows with the features that such a model expects. */
eqp_status eqp_transform_apply(
    const eqp_transform *transform, const eqp_dataset *dataset, eqp_dataset **changed,
    eqp_error *error);
/* One model of a transform and of a model that was fitted to the rows it made: it takes new rows as
 * the transform does, and is written and exported whole. EQP_ERROR_DATA where the model has other columns
 * than the transform makes. Both handles stay the caller's. */
eqp_status eqp_model_after(
    const eqp_model *model, const eqp_transform *transform, eqp_model **joined, eqp_error *error);
/* A transform applies to data of the same columns in the same units, which
 * eqp_dataset_from_arrow_for_transform reads; for training to the rows that it was fitted to. */

/* The transform and how it was fitted (safetensors), to disk and to memory: the file that the command
 * line writes and reads. */
eqp_status eqp_transform_write(const eqp_transform *transform, const char *path, eqp_error *error);
eqp_status eqp_transform_read(const char *path, eqp_transform **transform, eqp_error *error);
eqp_status eqp_transform_to_bytes(
    const eqp_transform *transform, uint8_t *bytes, int64_t capacity, int64_t *needed,
    eqp_error *error);
eqp_status eqp_transform_from_bytes(
    const uint8_t *bytes, int64_t count, eqp_transform **transform, eqp_error *error);
/* The same as JSON, and back: larger, for places where only text can go. */
eqp_status eqp_transform_json(
    const eqp_transform *transform, char *text, int64_t capacity, int64_t *needed,
    eqp_error *error);
eqp_status eqp_transform_from_json(
    const char *text, eqp_transform **transform, eqp_error *error);

/* ---- Reductions over the caller's learner ------------------------------------------------------ */

/*
 * Fits labels (0 or 1) with weights and writes the decisions of the fitted model on the training
 * rows, each within 0..1. `number` counts the fits from 0: the caller keeps the fitted model under it.
 * Anything but 0 says that the fit failed.
 */
typedef int32_t (*eqp_learner_fn)(
    void *context, int64_t number, const double *labels, const double *weights, int64_t rows,
    double *decisions);

typedef struct eqp_reduction eqp_reduction;

/* Exponentiated-gradient reductions with a learner of the caller's. Options are those of the method
 * "reductions". The data set needs labels and attributes, no features. */
eqp_status eqp_reduction_fit(
    const eqp_dataset *dataset, const eqp_options *options, eqp_learner_fn learner, void *context,
    eqp_reduction **reduction, eqp_error *error);
eqp_status eqp_reduction_destroy(eqp_reduction **reduction);
/* The members of the mixture: the number of the fit (-1 always negative, -2 always positive) and the
 * probability with which it is used. */
eqp_status eqp_reduction_members(
    const eqp_reduction *reduction, int64_t *numbers, double *weights, int64_t capacity,
    int64_t *needed, eqp_error *error);
/* Objective, error, violation, gap, multipliers, calls and the reason for the end, as JSON. */
eqp_status eqp_reduction_report(
    const eqp_reduction *reduction, char *text, int64_t capacity, int64_t *needed,
    eqp_error *error);

/*
 * Logistic regressions on one block of features that differ in their rows' labels and weights: the
 * fits of a grid of multipliers. `cells` says which cell each row belongs to, from 0 to cell_count - 1,
 * and `weights`, shape (fits, cell_count), what each fit makes of a row of each cell: its label is 1
 * where the number is above 0, and its weight |number| times the data set's. Options are those of the
 * learner of the method "reductions": "c", "l2", "tolerance", "max_iterations", "penalize_intercept".
 * With "c" each fit minimizes scikit-learn's objective. Fits are written in order: `theta`, shape
 * (fits, columns + 1), the intercept last; `positives`, shape (fits, cell_count), the weight of the
 * rows of each cell with a score of at least 0; `iterations`, shape (fits). The last two may be NULL.
 * EQP_NOT_CONVERGED: some fit is the best point found.
 */
eqp_status eqp_logistic_fits(
    const eqp_dataset *dataset, const eqp_options *options, const eqp_vector *cells,
    const double *weights, int64_t fits, int64_t cell_count, double *theta, double *positives,
    int64_t *iterations, eqp_error *error);

/* What a player answers to multipliers. */
typedef struct eqp_response {
  /* The objective of the hypothesis. */
  double error;
  /* The standard deviation of its errors divided by the square root of the rows; only that of the
   * first answer is read, where the option "target_gap" is not set. */
  double deviation;
  /* 1 where no model was fitted, since all rows were to have one prediction. */
  int32_t is_constant;
} eqp_response;

/*
 * Finds the hypothesis with the smallest objective plus multipliers·moments, and writes its objective
 * and its `count` moments. `call` counts the answers from 0, and `kept` says how many of those before
 * were kept: an answer that was not will never be used. Anything but 0 says that it failed.
 */
typedef int32_t (*eqp_response_fn)(
    void *context, int64_t call, int64_t kept, const double *multipliers, int64_t count,
    eqp_response *response, double *moments);

/* Writes multipliers with the same or a higher Lagrangian for every hypothesis. */
typedef int32_t (*eqp_projection_fn)(
    void *context, const double *multipliers, int64_t count, double *projected);

typedef struct eqp_game eqp_game;

/* The published steps of exponentiated-gradient reductions for moments of the caller's, each of which
 * is not to exceed its bound. Options are those of the method "reductions" with the algorithm
 * "faithful". `project` may be NULL. EQP_NOT_CONVERGED: the gap stayed above its target. */
eqp_status eqp_game_play(
    const double *bounds, int64_t count, const eqp_options *options, eqp_response_fn respond,
    eqp_projection_fn project, void *context, eqp_game **game, eqp_error *error);
eqp_status eqp_game_destroy(eqp_game **game);
/* Every step and its gap, the answers that were kept and the weights of the best mixture, as JSON. */
eqp_status eqp_game_json(
    const eqp_game *game, char *text, int64_t capacity, int64_t *needed, eqp_error *error);

/* ---- Audits --------------------------------------------------------------------------------- */

typedef struct eqp_audit eqp_audit;

/*
 * Measures how alike the groups of a data set are treated by its predictions or scores; with neither,
 * by its labels. Options: "confidence", "intersections", "reference" ("largest" or "sex=Male"),
 * "threshold".
 */
eqp_status eqp_audit_run(
    const eqp_dataset *dataset, const eqp_options *options, eqp_audit **audit, eqp_error *error);
eqp_status eqp_audit_destroy(eqp_audit **audit);
/* The document equipoise.audit/1. */
eqp_status eqp_audit_json(
    const eqp_audit *audit, char *text, int64_t capacity, int64_t *needed, eqp_error *error);
/* One number: a metric of a group, or of all rows where `attribute` is NULL. A number that cannot be
 * estimated is EQP_ERROR_DATA, with the reason in the error. */
eqp_status eqp_audit_metric(
    const eqp_audit *audit, const char *metric, const char *attribute, const char *group,
    double *value, eqp_error *error);

/*
 * Counts that add up: each partition of the data is counted where it is, the bytes travel, and one
 * audit is made of the sum. Counts of rows are whole numbers, so any split gives the same audit.
 */
typedef struct eqp_counts eqp_counts;

/* Counts the rows of a data set as an audit looks at them. Options: "threshold", and "score_bins",
 * bins of a histogram of scores within 0..1, for areas under the curve (1000 by default). */
eqp_status eqp_counts_create(
    const eqp_dataset *dataset, const eqp_options *options, eqp_counts **counts,
    eqp_error *error);
eqp_status eqp_counts_destroy(eqp_counts **counts);
/* Adds the counts of other rows with the same attributes; groups that are new are taken in. */
eqp_status eqp_counts_add(eqp_counts *counts, const eqp_counts *others, eqp_error *error);
eqp_status eqp_counts_rows(const eqp_counts *counts, int64_t *rows, eqp_error *error);
/* The same counts have the same bytes, however they came about. */
eqp_status eqp_counts_to_bytes(
    const eqp_counts *counts, uint8_t *bytes, int64_t capacity, int64_t *needed,
    eqp_error *error);
eqp_status eqp_counts_from_bytes(
    const uint8_t *bytes, int64_t count, eqp_counts **counts, eqp_error *error);
/* The audit of counts, with the options of eqp_audit_run. */
eqp_status eqp_counts_audit(
    const eqp_counts *counts, const eqp_options *options, eqp_audit **audit, eqp_error *error);

/*
 * Weighted counts by group and outcome, in one pass: `counts` has room for 4 numbers a group, in the
 * order true negatives, false positives, false negatives, true positives. `weights` may be NULL.
 */
eqp_status eqp_count_outcomes(
    const eqp_vector *groups, int64_t group_count, const eqp_vector *labels,
    const eqp_vector *predictions, const eqp_vector *weights, const eqp_options *options,
    double *counts, int64_t capacity, eqp_error *error);

/*
 * The same of columns as they are. `groups` are codes below `group_count`, as eqp_factorize gives
 * them, one for each of `rows` rows; NULL: all rows are one group. `label_values` and
 * `prediction_values` are the numbers that count as 0 and as 1; NaN as the first: any number but the
 * second. A column that is NULL counts as zeros. `counts` has room for 4 whole numbers a group, `sums`
 * for as many sums of weights; both in the order above, and `sums` is NULL where `weights` are.
 */
eqp_status eqp_count_cells(
    const int32_t *groups, int64_t group_count, int64_t rows, const eqp_vector *labels,
    const double *label_values, const eqp_vector *predictions, const double *prediction_values,
    const eqp_vector *weights, int64_t *counts, double *sums, eqp_error *error);

/* ---- Groups ---------------------------------------------------------------------------------- */

/*
 * Numbers the different values of a column 0, 1, ... in the order in which they first come. `codes`
 * gets a number a row, and -1 where there is no value: NaN, or a null of Arrow. `first` gets the row of
 * each value's first place, `count` how many values there are, and `missing` the first row without
 * one, or -1. With more than `capacity` values: EQP_ERROR_CAPACITY, and `codes` are undefined.
 */
eqp_status eqp_factorize(
    const eqp_vector *values, int32_t *codes, int64_t *first, int64_t capacity, int64_t *count,
    int64_t *missing, eqp_error *error);
/* Values of `width` bytes each, `stride` bytes apart, equal where their bytes are: texts padded with
 * zeros, or addresses. */
eqp_status eqp_factorize_bytes(
    const void *data, int64_t width, int64_t length, int64_t stride, int32_t *codes, int64_t *first,
    int64_t capacity, int64_t *count, int64_t *missing, eqp_error *error);
/* A column of Arrow of `rows` rows: a stream of arrays, or of tables of one column. The stream is
 * consumed and left released. */
eqp_status eqp_factorize_arrow(
    struct ArrowArrayStream *stream, int64_t rows, int32_t *codes, int64_t *first, int64_t capacity,
    int64_t *count, int64_t *missing, eqp_error *error);
/* Gives other numbers to values, in place: codes[i] = numbers[codes[i]], and -1 for a code that is not
 * below `count`. So values get the order that the caller wants. */
eqp_status eqp_factorize_renumber(
    int32_t *codes, int64_t rows, const int32_t *numbers, int64_t count, eqp_error *error);

/* ---- Jobs ----------------------------------------------------------------------------------- */

/*
 * Everything that the program does, by name: train, audit, compare, frontier, a pipeline and all
 * others. Options are JSON, {"dataset": "adult", "sensitive": ["sex"], "strength": 10}, under the
 * names of the command line with underscores.
 */
typedef struct eqp_job eqp_job;

/* The jobs with their options, as a JSON list. */
eqp_status eqp_jobs_json(char *text, int64_t capacity, int64_t *needed, eqp_error *error);

/* A table or a model of the caller's, in place of a file that an option would name and does not. */
typedef struct eqp_job_input {
  /* The option: "data", "test_data", "model"; of a pipeline its "data" and "test_data". */
  const char *name;
  /* A table, which the call takes over whatever comes of it; or NULL. */
  struct ArrowArrayStream *table;
  /* A model, which stays the caller's; or NULL. */
  const eqp_model *model;
} eqp_job_input;

/*
 * Runs a job. Files are written where options name them, and nowhere else. `settings` has "threads",
 * "seed" and the progress callback, and may be NULL; there are at most 100 inputs. Ends with EQP_OK,
 * EQP_NOT_CONVERGED or EQP_EXCEEDED with a result, or with an error without one. A job takes its
 * memory as it needs it: where that may be scarce, fit by eqp_model_fit, which asks first.
 */
eqp_status eqp_job_run(
    const char *name, const char *options, const eqp_job_input *inputs, int64_t input_count,
    const eqp_options *settings, eqp_job **result, eqp_error *error);
eqp_status eqp_job_destroy(eqp_job **result);
/* The document that the program prints with --format json. */
eqp_status eqp_job_json(
    const eqp_job *result, char *text, int64_t capacity, int64_t *needed, eqp_error *error);
/*
 * The result in a format, made when it is first asked for: "json" is the document, "html",
 * "markdown" and "csv" are the page for people of the jobs that have one (audit, compare, frontier,
 * run, model-card, datasheet, four-fifths, ll144). The bytes are those of the file that the program
 * writes, but for the command, which only the program has.
 */
eqp_status eqp_job_render(
    const eqp_job *result, const char *format, char *text, int64_t capacity, int64_t *needed,
    eqp_error *error);
/* What a reader must know, as a JSON list of texts; the last says how the job ended, where it is not
 * well. */
eqp_status eqp_job_notes(
    const eqp_job *result, char *text, int64_t capacity, int64_t *needed, eqp_error *error);
/* The model that was fitted, as a handle of its own; NULL where there is none. */
eqp_status eqp_job_model(const eqp_job *result, eqp_model **model, eqp_error *error);
/* One of several models, of compare, frontier and run, in the order of the document; NULL beyond the
 * last. */
eqp_status eqp_job_model_at(
    const eqp_job *result, int64_t index, eqp_model **model, eqp_error *error);
/* Columns that were made, such as predictions, as a struct array; one without columns where there
 * are none. */
eqp_status eqp_job_table(
    const eqp_job *result, struct ArrowSchema *schema, struct ArrowArray *array,
    eqp_error *error);
/*
 * A part of the result as a struct array, without its JSON: of an audit "overall", "groups",
 * "disparities", "indices", "gates" and "aequitas", which has rows where it was asked for. Texts are
 * dictionaries; a number that there is not is NaN.
 */
eqp_status eqp_job_part(
    const eqp_job *result, const char *name, struct ArrowSchema *schema, struct ArrowArray *array,
    eqp_error *error);
/* The contents of a file that was made, such as a model for other programs; none where there is no
 * file. */
eqp_status eqp_job_bytes(
    const eqp_job *result, uint8_t *bytes, int64_t capacity, int64_t *needed, eqp_error *error);

/* ---- Parts of the rows ------------------------------------------------------------------------ */

/*
 * A fit to rows that lie in several parts, in other processes or on other machines. Whoever holds a part opens it and answers requests; answers of all parts are added, in
 * any order and any tree, and the sum goes to the fit. The same parts give the same model to the
 * byte, whoever holds them.
 */
typedef struct eqp_part eqp_part;

/*
 * One part of the rows, counted from 0. `options` are JSON, {"data": "part.eqp", "label": "income",
 * "sensitive": ["sex"]}, those of the job "train" that say how rows are read; the same for all parts,
 * but for the file. `rows` is a table in place of the file, which the call takes over whatever comes
 * of it; or NULL. `settings` has "threads", and may be NULL. Rows are read when a request needs them.
 */
eqp_status eqp_part_open(
    int64_t partition, const char *options, struct ArrowArrayStream *rows,
    const eqp_options *settings, eqp_part **part, eqp_error *error);
eqp_status eqp_part_destroy(eqp_part **part);
/* What is wrong with the rows is part of the answer, and reaches the fit as its error. Errors are of
 * bytes that are no request. One thread asks a part at a time. */
eqp_status eqp_part_answer(
    const eqp_part *part, const uint8_t *request, int64_t count, uint8_t *answer,
    int64_t capacity, int64_t *needed, eqp_error *error);
/*
 * From now on the part answers what a policy lets leave, and nothing else. `policy` is JSON: "columns"
 * with "levels", or "smallest" and "largest", of each column that may be used, and any of "least_rows",
 * "least_cell", "rows_per_column", "most_rounds", "weights" with "largest_weight", and "questions". A part
 * that has a policy keeps it. A request that breaks it is answered by a refusal, and so is every later one.
 */
eqp_status eqp_part_restrict(const eqp_part *part, const char *policy, eqp_error *error);
/* The requests to a part with a policy, as a JSON list: "round", "question", "takes" in words, "numbers"
 * that left, and "refused", which is for the site alone. */
eqp_status eqp_part_log_json(
    const eqp_part *part, char *text, int64_t capacity, int64_t *needed, eqp_error *error);
/* What an answer is, as JSON: "kind", "rows", "sums", "refused", and "masked", the parties whose masks
 * are on it. */
eqp_status eqp_answers_json(
    const uint8_t *answer, int64_t count, char *text, int64_t capacity, int64_t *needed,
    eqp_error *error);
/*
 * Adds masks to the sums of an answer, modulo 2^128: `masks` has 16 bytes a sum, little-endian, that add
 * up to 0 over all `parties`, of which there are 3 at least. The sum of the answers of all parties is
 * that of answers without masks; of fewer it is random, and no fit takes it.
 */
eqp_status eqp_answers_mask(
    const uint8_t *answer, int64_t count, const uint8_t *masks, int64_t mask_count, int64_t parties,
    uint8_t *masked, int64_t capacity, int64_t *needed, eqp_error *error);
/* The sum of the answers of disjoint parts to one request. */
eqp_status eqp_answers_add(
    const uint8_t *first, int64_t first_count, const uint8_t *second, int64_t second_count,
    uint8_t *sum, int64_t capacity, int64_t *needed, eqp_error *error);
/* What a request asks of rows, as JSON: "question", "takes" in words, "numbers" that leave, and
 * "prepares": a part that starts again must first answer the last requests of "open", "pack" and
 * "cells" once more. */
eqp_status eqp_request_json(
    const uint8_t *request, int64_t count, char *text, int64_t capacity, int64_t *needed,
    eqp_error *error);

/*
 * Asks all parts one request and writes the sum of their answers. Returns 0; anything else ends the
 * fit. An answer of more than `capacity` bytes sets `needed` alone, and the function is called once
 * more with a `count` of 0: for the same answer, with room.
 */
typedef int32_t (*eqp_round_fn)(
    void *context, const uint8_t *request, int64_t count, uint8_t *answer, int64_t capacity,
    int64_t *needed);

/* Fits a method to all parts. `options` are JSON, those of the job "train", without rows. */
eqp_status eqp_model_fit_parts(
    const char *method, const char *options, const eqp_options *settings, eqp_round_fn round,
    void *context, eqp_model **model, eqp_error *error);

#ifdef __cplusplus
}
#endif

#endif
