#ifndef EQUIPOISE_CBUNDLEDDATA_H
#define EQUIPOISE_CBUNDLEDDATA_H

#include <stdint.h>

// A gzip-compressed CSV file inside the binary, by name ("adult-train", "adult-test", "german",
// "compas"), or NULL. Compiled in so that a binary or a shared library needs no folder beside it.
const unsigned char *eqp_bundled_data(const char *name, int64_t *count);

#endif
