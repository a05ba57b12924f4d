#ifndef EQUIPOISE_CMACHINE_H
#define EQUIPOISE_CMACHINE_H

// The number of cores this process may run on: its affinity mask, where the system has one.
int eqp_available_cores(void);

#endif
