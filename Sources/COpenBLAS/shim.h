#ifndef EQUIPOISE_COPENBLAS_SHIM_H
#define EQUIPOISE_COPENBLAS_SHIM_H

// The only place of the project that includes the headers of OpenBLAS.
#include <cblas.h>

// LAPACKE ships inside libopenblas; its header may sit beside cblas.h or in the system path.
#if __has_include(<openblas/lapacke.h>)
#include <openblas/lapacke.h>
#else
#include <lapacke.h>
#endif

// OpenBLAS exports this without declaring it; builds without threads do not have it.
#ifdef __APPLE__
extern int blas_thread_shutdown_(void) __attribute__((weak_import));
#else
extern int blas_thread_shutdown_(void) __attribute__((weak));
#endif

// Ends the threads that OpenBLAS keeps ready, as it does itself before a fork.
static inline void eqp_openblas_end_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}

#endif
