#ifndef EQUIPOISE_CTEXT_LOAD_H
#define EQUIPOISE_CTEXT_LOAD_H

#include <string.h>

/* A value of a type at any address. */
#define LOAD(type, at) \
  ({ type value_; memcpy(&value_, (at), sizeof value_); value_; })

#endif
