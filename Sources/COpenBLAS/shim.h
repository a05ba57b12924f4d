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

#endif
