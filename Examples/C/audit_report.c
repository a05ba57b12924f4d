/*
 * Audits decisions that lie in the caller's memory and writes a report of them: who was selected how
 * often, how sure the differences are, as JSON for programs and as a page for people.
 *
 *   cc -std=c99 audit_report.c $(pkg-config --cflags --libs equipoise) -o audit_report
 *   ./audit_report report.html
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "equipoise.h"

enum { ROWS = 1000, COLUMNS = 3 };

static void check(eqp_status status, const eqp_error *error) {
  if (status == EQP_OK) return;
  fprintf(stderr, "%s: %s\n", eqp_status_name(status), error->message);
  exit(1);
}

/* ---- The rows: labels and decisions as bytes, the groups' names as codes of a dictionary ------- */

static uint8_t repaid[ROWS], granted[ROWS], groups[ROWS];
static const char names[] = "femalemale";
static const int32_t name_ends[] = {0, 6, 10};

/* The rates of the two groups differ: .62 and .50 are granted a loan. */
static void decide(void) {
  uint32_t state = 1;
  for (int i = 0; i < ROWS; i++) {
    state = state * 1664525u + 1013904223u;
    const double draw = (state >> 8) / (double)(1 << 24);
    groups[i] = i % 2;
    granted[i] = draw < (groups[i] ? 0.62 : 0.50);
    state = state * 1664525u + 1013904223u;
    repaid[i] = (state >> 8) / (double)(1 << 24) < 0.4 + 0.4 * granted[i];
  }
}

/* ---- The same as one batch of the Arrow C data interface, in place ----------------------------- */

static void keep_array(struct ArrowArray *array) { array->release = NULL; }
static void keep_schema(struct ArrowSchema *schema) { schema->release = NULL; }

typedef struct batch {
  struct ArrowSchema schemas[COLUMNS], *schema_children[COLUMNS], dictionary_schema, schema;
  struct ArrowArray arrays[COLUMNS], *array_children[COLUMNS], dictionary, array;
  const void *buffers[COLUMNS][2], *dictionary_buffers[3], *none[1];
} batch;

/* One column of bytes: no nulls, so the buffer of validity is NULL. */
static void column(batch *b, int at, const char *name, const uint8_t *values) {
  b->buffers[at][1] = values;
  b->schemas[at] = (struct ArrowSchema){.format = "C", .name = name, .release = keep_schema};
  b->arrays[at] = (struct ArrowArray){
      .length = ROWS, .n_buffers = 2, .buffers = b->buffers[at], .release = keep_array};
  b->schema_children[at] = &b->schemas[at];
  b->array_children[at] = &b->arrays[at];
}

static void fill(batch *b) {
  memset(b, 0, sizeof *b);
  column(b, 0, "repaid", repaid);
  column(b, 1, "granted", granted);
  column(b, 2, "sex", groups);
  /* The codes of the third column stand for texts. */
  b->dictionary_buffers[1] = name_ends;
  b->dictionary_buffers[2] = names;
  b->dictionary_schema = (struct ArrowSchema){.format = "u", .release = keep_schema};
  b->dictionary = (struct ArrowArray){
      .length = 2, .n_buffers = 3, .buffers = b->dictionary_buffers, .release = keep_array};
  b->schemas[2].dictionary = &b->dictionary_schema;
  b->arrays[2].dictionary = &b->dictionary;
  b->schema = (struct ArrowSchema){.format = "+s", .n_children = COLUMNS,
                                   .children = b->schema_children, .release = keep_schema};
  b->array = (struct ArrowArray){.length = ROWS, .n_buffers = 1, .buffers = b->none,
                                 .n_children = COLUMNS, .children = b->array_children,
                                 .release = keep_array};
}

int main(int count, char **arguments) {
  const char *path = count > 1 ? arguments[1] : "report.html";
  eqp_error error;
  batch rows;
  struct ArrowArrayStream stream;
  decide();
  fill(&rows);
  check(eqp_arrow_stream(&rows.array, &rows.schema, &stream, &error), &error);

  /* The job takes the table in place of a file, with the options of `equipoise audit`. */
  char options[2048];
  snprintf(options, sizeof options,
           "{\"label\": \"repaid\", \"prediction\": \"granted\", \"sensitive\": [\"sex\"],"
           " \"confidence\": 0.95, \"report\": \"%s\"}", path);
  const eqp_job_input table = {"data", &stream, NULL};
  eqp_job *audit = NULL;
  check(eqp_job_run("audit", options, &table, 1, NULL, &audit, &error), &error);

  /* The document says how long it is before it is asked for. */
  int64_t needed = 0;
  check(eqp_job_json(audit, NULL, 0, &needed, &error), &error);
  char *document = malloc((size_t)needed);
  if (document == NULL) return 1;
  check(eqp_job_json(audit, document, needed, &needed, &error), &error);
  printf("a document of %lld bytes, and a page in %s\n", (long long)needed, path);
  free(document);
  eqp_job_destroy(&audit);
  return 0;
}
