#ifndef EQUIPOISE_CSQLITE_SHIM_H
#define EQUIPOISE_CSQLITE_SHIM_H

#include <sqlite3.h>

// `SQLITE_TRANSIENT` is a cast of -1, which Swift cannot call: the text or blob is copied.
static inline int eqp_sqlite_bind_text(sqlite3_stmt *statement, int place, const char *text,
                                       int count) {
  return sqlite3_bind_text(statement, place, text, count, SQLITE_TRANSIENT);
}

static inline int eqp_sqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes,
                                       int count) {
  return sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}

#endif
