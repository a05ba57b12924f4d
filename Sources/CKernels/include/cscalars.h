#ifndef EQUIPOISE_CSCALARS_H
#define EQUIPOISE_CSCALARS_H

// A kernel is declared once for both types of numbers, by a macro over the type T and its suffix S.
// Swift sees it as a static member of one of these types, so that it meets by itself the requirement
// of that name in a Swift protocol: EQP_MEMBER(f32, "rowsDot(_:)") makes it eqp_kernels_f32.rowsDot.
typedef struct {
  char none;
} eqp_kernels_f32;

typedef struct {
  char none;
} eqp_kernels_f64;

#define EQP_MEMBER(S, NAME) __attribute__((swift_name("eqp_kernels_" #S "." NAME)))

#endif
