#ifndef EQUIPOISE_CMACHINE_H
#define EQUIPOISE_CMACHINE_H

// The number of cores this process may run on: its affinity mask, where the system has one.
int eqp_available_cores(void);

// The widest vector instructions that the processor has and OpenBLAS can use: 512, 256 or 128 bits.
int eqp_vector_bits(void);

#endif
