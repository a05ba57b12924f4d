#ifndef EQUIPOISE_CZLIB_SHIM_H
#define EQUIPOISE_CZLIB_SHIM_H

#include <zlib.h>

// `inflateInit2` is a macro over the size of the structure, which Swift cannot call.
// 15 is the largest window, and 16 more asks for the gzip wrapping.
static inline int eqp_zlib_inflate_start(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
