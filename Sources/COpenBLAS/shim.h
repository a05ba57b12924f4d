#ifndef EQUIPOISE_COPENBLAS_SHIM_H
#define EQUIPOISE_COPENBLAS_SHIM_H

// The only place of the project that includes the headers of OpenBLAS.
#include <cblas.h>
#include <stdbool.h>

// LAPACKE ships inside libopenblas; its header may sit beside cblas.h or in the system path.
#if __has_include(<openblas/lapacke.h>)
#include <openblas/lapacke.h>
#else
#include <lapacke.h>
#endif

// One declaration a routine for both types of numbers, T with the suffix S and the letter P of BLAS.
// Swift sees each as a static member of one of these types; it meets the requirement of that name in
// a Swift protocol.
typedef struct {
  char none;
} eqp_routines_f32;

typedef struct {
  char none;
} eqp_routines_f64;

#define EQP_ROUTINE(S, NAME)                                                                       \
  __attribute__((swift_name("eqp_routines_" #S "." NAME))) static inline
#define EQP_TRANSPOSED(FLAG) ((FLAG) ? CblasTrans : CblasNoTrans)

#pragma clang assume_nonnull begin

// Matrices are row-major. LAPACK takes the lower triangle by rows, as the upper one by columns, as it
// stands: potrf and potrs with one column copy nothing.
#define EQP_DEFINE_ROUTINES(T, S, P)                                                               \
  EQP_ROUTINE(S, "gemm(_:_:_:_:_:_:_:_:_:_:_:_:_:)")                                               \
  void eqp_gemm_##S(bool trans_a, bool trans_b, int m, int n, int k, T alpha, const T *a, int lda, \
                    const T *b, int ldb, T beta, T *c, int ldc) {                                  \
    cblas_##P##gemm(CblasRowMajor, EQP_TRANSPOSED(trans_a), EQP_TRANSPOSED(trans_b), m, n, k,      \
                    alpha, a, lda, b, ldb, beta, c, ldc);                                          \
  }                                                                                                \
  EQP_ROUTINE(S, "gemv(_:_:_:_:_:_:_:_:_:)")                                                       \
  void eqp_gemv_##S(bool trans, int m, int n, T alpha, const T *a, int lda, const T *x, T beta,    \
                    T *y) {                                                                        \
    cblas_##P##gemv(CblasRowMajor, EQP_TRANSPOSED(trans), m, n, alpha, a, lda, x, 1, beta, y, 1);  \
  }                                                                                                \
  EQP_ROUTINE(S, "syrk(_:_:_:_:_:_:_:_:_:)")                                                       \
  void eqp_syrk_##S(bool trans, int n, int k, T alpha, const T *a, int lda, T beta, T *c,          \
                    int ldc) {                                                                     \
    cblas_##P##syrk(CblasRowMajor, CblasLower, EQP_TRANSPOSED(trans), n, k, alpha, a, lda, beta,   \
                    c, ldc);                                                                       \
  }                                                                                                \
  /* B = alpha op(L)^-1 B for a lower triangular L */                                              \
  EQP_ROUTINE(S, "trsm(_:_:_:_:_:_:_:_:)")                                                         \
  void eqp_trsm_##S(bool trans, int m, int n, T alpha, const T *a, int lda, T *b, int ldb) {       \
    cblas_##P##trsm(CblasRowMajor, CblasLeft, CblasLower, EQP_TRANSPOSED(trans), CblasNonUnit, m,  \
                    n, alpha, a, lda, b, ldb);                                                     \
  }                                                                                                \
  /* B = alpha B op(L)^-1 for a lower triangular L */                                              \
  EQP_ROUTINE(S, "trsmRight(_:_:_:_:_:_:_:_:)")                                                    \
  void eqp_trsm_right_##S(bool trans, int m, int n, T alpha, const T *a, int lda, T *b, int ldb) { \
    cblas_##P##trsm(CblasRowMajor, CblasRight, CblasLower, EQP_TRANSPOSED(trans), CblasNonUnit, m, \
                    n, alpha, a, lda, b, ldb);                                                     \
  }                                                                                                \
  EQP_ROUTINE(S, "dot(_:_:_:)")                                                                    \
  T eqp_dot_##S(int n, const T *x, const T *y) { return cblas_##P##dot(n, x, 1, y, 1); }           \
  EQP_ROUTINE(S, "axpy(_:_:_:_:)")                                                                 \
  void eqp_axpy_##S(int n, T alpha, const T *x, T *y) { cblas_##P##axpy(n, alpha, x, 1, y, 1); }   \
  EQP_ROUTINE(S, "potrf(_:_:_:)")                                                                  \
  int eqp_potrf_##S(int n, T *a, int lda) {                                                        \
    return LAPACKE_##P##potrf_work(LAPACK_COL_MAJOR, 'U', n, a, lda);                              \
  }                                                                                                \
  EQP_ROUTINE(S, "potrs(_:_:_:_:_:_:)")                                                            \
  int eqp_potrs_##S(int n, int nrhs, const T *a, int lda, T *b, int ldb) {                         \
    if (nrhs == 1) return LAPACKE_##P##potrs_work(LAPACK_COL_MAJOR, 'U', n, 1, a, lda, b, n);      \
    return LAPACKE_##P##potrs(LAPACK_ROW_MAJOR, 'L', n, nrhs, a, lda, b, ldb);                     \
  }                                                                                                \
  EQP_ROUTINE(S, "syevd(_:_:_:_:)")                                                                \
  int eqp_syevd_##S(int n, T *a, int lda, T *w) {                                                  \
    return LAPACKE_##P##syevd(LAPACK_ROW_MAJOR, 'V', 'L', n, a, lda, w);                           \
  }                                                                                                \
  EQP_ROUTINE(S, "gelsd(_:_:_:_:_:_:_:_:_:_:)")                                                    \
  int eqp_gelsd_##S(int m, int n, int nrhs, T *a, int lda, T *b, int ldb, T *s, T rcond,           \
                    int *rank) {                                                                   \
    return LAPACKE_##P##gelsd(LAPACK_ROW_MAJOR, m, n, nrhs, a, lda, b, ldb, s, rcond, rank);       \
  }                                                                                                \
  EQP_ROUTINE(S, "gels(_:_:_:_:_:_:_:)")                                                           \
  int eqp_gels_##S(int m, int n, int nrhs, T *a, int lda, T *b, int ldb) {                         \
    return LAPACKE_##P##gels(LAPACK_ROW_MAJOR, 'N', m, n, nrhs, a, lda, b, ldb);                   \
  }                                                                                                \
  EQP_ROUTINE(S, "gesdd(_:_:_:_:_:_:_:_:_:)")                                                      \
  int eqp_gesdd_##S(int m, int n, T *a, int lda, T *s, T *u, int ldu, T *vt, int ldvt) {           \
    return LAPACKE_##P##gesdd(LAPACK_ROW_MAJOR, 'S', m, n, a, lda, s, u, ldu, vt, ldvt);           \
  }

EQP_DEFINE_ROUTINES(float, f32, s)
EQP_DEFINE_ROUTINES(double, f64, d)

#pragma clang assume_nonnull end

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
