/// The kernels over a block of rows for one type of numbers: each requirement is one function of
/// `ckernels.h`, which says what it computes. Shapes are the callers' business.
public protocol BlockKernels: ScalarFunctions {
  typealias Codes = UnsafePointer<UInt16>
  typealias CodeColumns = UnsafePointer<Codes>
  typealias Sums = UnsafeMutablePointer<Double>

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
  static func codesGatherAll(
    _ codes: CodeColumns, _ starts: UnsafePointer<Int>, _ columns: Int, _ first: Int,
    _ rows: Int, _ w: Pointer, _ z: MutablePointer)
  static func codesGatherAllBySet(
    _ codes: CodeColumns, _ starts: UnsafePointer<Int>, _ columns: Int, _ first: Int,
    _ rows: Int, _ w: Pointer, _ ld: Int, _ set: Codes, _ z: MutablePointer)
  static func codesScatter(
    _ code: Codes, _ rows: Int, _ r: Pointer, _ g: Sums)
  static func codesScatterAll(
    _ codes: CodeColumns, _ starts: UnsafePointer<Int>, _ columns: Int, _ first: Int,
    _ rows: Int, _ r: Pointer, _ g: Sums)
  static func codesContingency(
    _ a: Codes, _ b: Codes, _ rows: Int, _ r: Pointer, _ t: Sums,
    _ ld: Int)
  static func codesTables(
    _ a: Codes, _ codes: CodeColumns, _ starts: UnsafePointer<Int>, _ columns: Int,
    _ first: Int, _ rows: Int, _ r: Pointer, _ t: Sums, _ ld: Int)
  static func scoreBins(
    _ z: Pointer, _ cell: Codes, _ weight: Pointer?, _ rows: Int, _ scale: Double, _ bins: Int,
    _ cells: Int, _ count: Sums)
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
    _ cell: Codes, _ rows: Int, _ x: Pointer, _ cells: Int, _ sums: Sums)
  static func curvatureByCell(
    _ p: Pointer, _ cell: Codes, _ weight: Pointer?, _ rows: Int, _ a: Pointer, _ b: Pointer,
    _ h: MutablePointer)
  static func startScores(_ offset: Pointer?, _ rows: Int, _ value: Scalar, _ z: MutablePointer)
  static func sum(_ x: Pointer, _ count: Int) -> Double
  static func multiply(_ a: Pointer, _ b: Pointer, _ count: Int, _ out: MutablePointer)
  static func signedRoots(
    _ h: Pointer, _ count: Int, _ positive: MutablePointer, _ negative: MutablePointer
  ) -> Bool
  static func columnPowers(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ squares: Sums, _ fourths: Sums)
  static func widenAdd(_ x: Pointer, _ count: Int, _ y: Sums)
  static func narrow(_ x: UnsafePointer<Double>, _ count: Int, _ y: MutablePointer)
}

extension BlockKernels {
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
