#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif
#include "cmachine.h"

#include <unistd.h>

int eqp_available_cores(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}
