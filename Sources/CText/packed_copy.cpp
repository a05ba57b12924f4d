#include "cpacked.h"

#include <cmath>

namespace {

template <class Source, class Target>
int32_t copy(const Source *source, int64_t width, int64_t rows, double origin, double limit,
             Target *target, int64_t stride) {
  bool odd = false;
  for (int64_t i = 0; i < rows; i++) {
    const double moved = static_cast<double>(source[i * width]) - origin;
    odd |= !(std::fabs(moved) <= limit);
    target[i * stride] = static_cast<Target>(moved);
  }
  return odd ? 1 : 0;
}

template <class Code>
int64_t map(const Code *codes, int64_t rows, const uint16_t *levels, int64_t count,
            uint16_t *target, int64_t *bad) {
  int64_t missing = 0;
  for (int64_t i = 0; i < rows; i++) {
    if (static_cast<int64_t>(codes[i]) >= count) {
      *bad = i;
      return 0;
    }
    target[i] = levels[codes[i]];
    missing += target[i] == UINT16_MAX;
  }
  return missing;
}

}  // namespace

extern "C" {

int32_t eqp_packed_copy(const void *source, int32_t size, int64_t width, int64_t rows,
                        double origin, double limit, void *target, int32_t target_size,
                        int64_t stride) {
  const auto *singles = static_cast<const float *>(source);
  const auto *doubles = static_cast<const double *>(source);
  if (target_size == 4) {
    auto *to = static_cast<float *>(target);
    return size == 4 ? copy(singles, width, rows, origin, limit, to, stride)
                     : copy(doubles, width, rows, origin, limit, to, stride);
  }
  auto *to = static_cast<double *>(target);
  return size == 4 ? copy(singles, width, rows, origin, limit, to, stride)
                   : copy(doubles, width, rows, origin, limit, to, stride);
}

int64_t eqp_packed_map(const void *codes, int32_t size, int64_t rows, const uint16_t *levels,
                       int64_t count, uint16_t *target, int64_t *bad) {
  *bad = -1;
  switch (size) {
    case 1: return map(static_cast<const uint8_t *>(codes), rows, levels, count, target, bad);
    case 2: return map(static_cast<const uint16_t *>(codes), rows, levels, count, target, bad);
    default: return map(static_cast<const uint32_t *>(codes), rows, levels, count, target, bad);
  }
}

}  // extern "C"
