/// BLAS and LAPACK for one type of numbers: each requirement is one function of `shim.h`. Shapes are
/// checked by the callers, which take matrices and arrays.
public protocol DenseRoutines: ScalarFunctions {
  static func gemm(
    _ transA: Bool, _ transB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Scalar,
    _ a: Pointer, _ lda: Int32, _ b: Pointer, _ ldb: Int32, _ beta: Scalar, _ c: MutablePointer,
    _ ldc: Int32)
  static func gemv(
    _ trans: Bool, _ m: Int32, _ n: Int32, _ alpha: Scalar, _ a: Pointer, _ lda: Int32,
    _ x: Pointer, _ beta: Scalar, _ y: MutablePointer)
  static func syrk(
    _ trans: Bool, _ n: Int32, _ k: Int32, _ alpha: Scalar, _ a: Pointer, _ lda: Int32,
    _ beta: Scalar, _ c: MutablePointer, _ ldc: Int32)
  /// B ← α·op(L)⁻¹·B for a lower triangular L.
  static func trsm(
    _ trans: Bool, _ m: Int32, _ n: Int32, _ alpha: Scalar, _ a: Pointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32)
  /// B ← α·B·op(L)⁻¹ for a lower triangular L.
  static func trsmRight(
    _ trans: Bool, _ m: Int32, _ n: Int32, _ alpha: Scalar, _ a: Pointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32)
  static func dot(_ n: Int32, _ x: Pointer, _ y: Pointer) -> Scalar
  static func axpy(_ n: Int32, _ alpha: Scalar, _ x: Pointer, _ y: MutablePointer)

  static func potrf(_ n: Int32, _ a: MutablePointer, _ lda: Int32) -> Int32
  static func potrs(
    _ n: Int32, _ nrhs: Int32, _ a: Pointer, _ lda: Int32, _ b: MutablePointer, _ ldb: Int32
  ) -> Int32
  static func syevd(_ n: Int32, _ a: MutablePointer, _ lda: Int32, _ w: MutablePointer) -> Int32
  static func gelsd(
    _ m: Int32, _ n: Int32, _ nrhs: Int32, _ a: MutablePointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32, _ s: MutablePointer, _ rcond: Scalar,
    _ rank: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func gels(
    _ m: Int32, _ n: Int32, _ nrhs: Int32, _ a: MutablePointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32
  ) -> Int32
  static func gesdd(
    _ m: Int32, _ n: Int32, _ a: MutablePointer, _ lda: Int32, _ s: MutablePointer,
    _ u: MutablePointer, _ ldu: Int32, _ vt: MutablePointer, _ ldvt: Int32
  ) -> Int32
}
