import CKernels
import COpenBLAS

/// The type of the features: `Float` or `Double`. Each requirement is one BLAS, LAPACK or kernel
/// call for that type; shapes are checked by the callers, which take matrices and arrays.
///
/// Inside a block of rows everything is computed in this type; sums across blocks are `Double`.
public protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable, Codable, NetworkKernels,
  Sendable,
  LosslessStringConvertible
{
  typealias Codes = UnsafePointer<UInt16>
  typealias FourSums = (
    UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
    UnsafeMutablePointer<Double>
  )

  /// `"F32"` or `"F64"`, as the safetensors format names the types.
  static var storageName: String { get }

  static func gemm(
    _ transA: Bool, _ transB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Self,
    _ a: Pointer, _ lda: Int32, _ b: Pointer, _ ldb: Int32, _ beta: Self, _ c: MutablePointer,
    _ ldc: Int32)
  static func gemv(
    _ trans: Bool, _ m: Int32, _ n: Int32, _ alpha: Self, _ a: Pointer, _ lda: Int32,
    _ x: Pointer, _ beta: Self, _ y: MutablePointer)
  static func syrk(
    _ trans: Bool, _ n: Int32, _ k: Int32, _ alpha: Self, _ a: Pointer, _ lda: Int32,
    _ beta: Self, _ c: MutablePointer, _ ldc: Int32)
  /// B ← α·op(L)⁻¹·B for a lower triangular L.
  static func trsm(
    _ trans: Bool, _ m: Int32, _ n: Int32, _ alpha: Self, _ a: Pointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32)
  static func dot(_ n: Int32, _ x: Pointer, _ y: Pointer) -> Self
  static func axpy(_ n: Int32, _ alpha: Self, _ x: Pointer, _ y: MutablePointer)

  static func potrf(_ n: Int32, _ a: MutablePointer, _ lda: Int32) -> Int32
  static func potrs(
    _ n: Int32, _ nrhs: Int32, _ a: Pointer, _ lda: Int32, _ b: MutablePointer, _ ldb: Int32
  ) -> Int32
  static func syevd(_ n: Int32, _ a: MutablePointer, _ lda: Int32, _ w: MutablePointer) -> Int32
  static func gelsd(
    _ m: Int32, _ n: Int32, _ nrhs: Int32, _ a: MutablePointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32, _ s: MutablePointer, _ rcond: Self
  ) -> (info: Int32, rank: Int32)
  static func gels(
    _ m: Int32, _ n: Int32, _ nrhs: Int32, _ a: MutablePointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32
  ) -> Int32
  static func gesdd(
    _ m: Int32, _ n: Int32, _ a: MutablePointer, _ lda: Int32, _ s: MutablePointer,
    _ u: MutablePointer, _ ldu: Int32, _ vt: MutablePointer, _ ldvt: Int32
  ) -> Int32

  static func rowsDot(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ w: Pointer, _ z: MutablePointer,
    _ ahead: Int)
  static func rowsDotReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ w: Pointer, _ z: MutablePointer)
  static func rowsDotBySet(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ w: Pointer, _ ld: Int,
    _ set: Codes, _ z: MutablePointer)
  static func rowsAdd(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ g: MutablePointer,
    _ ahead: Int)
  static func rowsAddReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ g: MutablePointer)
  static func rowsAddByCell(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ cell: Codes,
    _ g: MutablePointer, _ ld: Int)
  static func rowsAddByCellReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ cell: Codes,
    _ g: MutablePointer, _ ld: Int)
  static func rowsScale(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer,
    _ out: MutablePointer)
  static func codesGather(_ code: Codes, _ rows: Int, _ w: Pointer, _ z: MutablePointer)
  static func codesGatherFour(
    _ c: (Codes, Codes, Codes, Codes), _ rows: Int, _ w: (Pointer, Pointer, Pointer, Pointer),
    _ z: MutablePointer)
  static func codesGatherBySet(
    _ code: Codes, _ rows: Int, _ w: Pointer, _ ld: Int, _ set: Codes, _ z: MutablePointer)
  static func codesScatter(
    _ code: Codes, _ rows: Int, _ r: Pointer, _ g: UnsafeMutablePointer<Double>)
  static func codesScatterFour(
    _ c: (Codes, Codes, Codes, Codes), _ rows: Int, _ r: Pointer, _ g: FourSums)
  static func codesScatterByCell(
    _ code: Codes, _ rows: Int, _ r: Pointer, _ cell: Codes, _ g: UnsafeMutablePointer<Double>,
    _ ld: Int)
  static func codesContingency(
    _ a: Codes, _ b: Codes, _ rows: Int, _ r: Pointer, _ t: UnsafeMutablePointer<Double>,
    _ ld: Int)
  static func scoreBins(
    _ z: Pointer, _ cell: Codes, _ weight: Pointer?, _ rows: Int, _ scale: Double, _ bins: Int,
    _ cells: Int, _ count: UnsafeMutablePointer<Double>)
  static func sigmoidSoftplus(
    _ z: Pointer, _ rows: Int, _ p: MutablePointer, _ s: MutablePointer)
  static func sigmoidSoftplusReference(
    _ z: Pointer, _ rows: Int, _ p: MutablePointer, _ s: MutablePointer)
  static func lookup(
    _ cell: Codes, _ rows: Int, _ table: Pointer, _ weight: Pointer?, _ out: MutablePointer)
  static func logisticByCell(
    _ z: Pointer, _ p: Pointer, _ softplus: Pointer, _ cell: Codes, _ weight: Pointer?,
    _ rows: Int, _ cells: Int, _ a: Pointer, _ b: Pointer, _ r: MutablePointer,
    _ loss: MutablePointer)
  static func weightedProbability(
    _ p: Pointer, _ weight: Pointer?, _ rows: Int, _ r: MutablePointer,
    _ weighted: MutablePointer)
  static func cellSums(
    _ cell: Codes, _ rows: Int, _ x: Pointer, _ cells: Int, _ sums: UnsafeMutablePointer<Double>)
  static func curvatureByCell(
    _ p: Pointer, _ cell: Codes, _ weight: Pointer?, _ rows: Int, _ a: Pointer, _ b: Pointer,
    _ h: MutablePointer)
  static func startScores(_ offset: Pointer?, _ rows: Int, _ value: Self, _ z: MutablePointer)
  static func sum(_ x: Pointer, _ count: Int) -> Double
  static func mask(
    _ code: Codes, _ wanted: UInt16, _ x: Pointer, _ count: Int, _ out: MutablePointer)
  static func multiply(_ a: Pointer, _ b: Pointer, _ count: Int, _ out: MutablePointer)
  static func signedRoots(
    _ h: Pointer, _ count: Int, _ positive: MutablePointer, _ negative: MutablePointer
  ) -> Bool
  static func columnPowers(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ squares: UnsafeMutablePointer<Double>, _ fourths: UnsafeMutablePointer<Double>)
  static func widenAdd(_ x: Pointer, _ count: Int, _ y: UnsafeMutablePointer<Double>)
  static func narrow(_ x: UnsafePointer<Double>, _ count: Int, _ y: MutablePointer)
}

extension KernelScalar {
  /// Products with rows that are in cache already: nothing is fetched ahead.
  @inlinable public static func rowsDot(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ w: Pointer, _ z: MutablePointer
  ) {
    rowsDot(x, rows, columns, stride, w, z, 0)
  }

  @inlinable public static func rowsAdd(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ g: MutablePointer
  ) {
    rowsAdd(x, rows, columns, stride, r, g, 0)
  }
}
