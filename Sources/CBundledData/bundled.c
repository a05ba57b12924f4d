#include "cbundleddata.h"

#include <stddef.h>
#include <string.h>

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc23-extensions"
#endif

static const unsigned char adult_train[] = {
#embed "data/adult-train.csv.gz"
};
static const unsigned char adult_test[] = {
#embed "data/adult-test.csv.gz"
};
static const unsigned char german[] = {
#embed "data/german.csv.gz"
};
static const unsigned char compas[] = {
#embed "data/compas.csv.gz"
};

static const struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} files[] = {
    {"adult-train", adult_train, sizeof adult_train},
    {"adult-test", adult_test, sizeof adult_test},
    {"german", german, sizeof german},
    {"compas", compas, sizeof compas},
};

const unsigned char *eqp_bundled_data(const char *name, int64_t *count) {
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    if (strcmp(files[i].name, name) == 0) {
      *count = (int64_t)files[i].count;
      return files[i].bytes;
    }
  }
  *count = 0;
  return NULL;
}
