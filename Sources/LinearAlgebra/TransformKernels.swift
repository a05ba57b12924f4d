import CKernels

/// The kernels that make new features of old ones, for one type of numbers: each requirement is one
/// function of `ctransforms.h`, which says what it computes. Shapes are the callers' business.
public protocol TransformKernels: ScalarFunctions {
  typealias Doubles = UnsafePointer<Double>

  static func rowsCenter(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ center: Doubles,
    _ out: UnsafeMutablePointer<Double>)
  static func rowsSubtract(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ codes: UnsafePointer<UnsafePointer<UInt16>>, _ tables: UnsafePointer<Doubles>,
    _ attributes: Int, _ numbers: Doubles?, _ slopes: Doubles?, _ count: Int,
    _ out: MutablePointer, _ outStride: Int)
  static func rowsSubtractReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ codes: UnsafePointer<UnsafePointer<UInt16>>, _ tables: UnsafePointer<Doubles>,
    _ attributes: Int, _ numbers: Doubles?, _ slopes: Doubles?, _ count: Int,
    _ out: MutablePointer, _ outStride: Int)
  static func partColumn(
    _ x: Pointer, _ rows: Int, _ stride: Int, _ codes: UnsafePointer<UInt16>,
    _ next: UnsafeMutablePointer<Int>, _ out: UnsafeMutablePointer<Double>)
  static func monotoneApply(
    _ x: Pointer, _ rows: Int, _ stride: Int, _ set: UnsafePointer<UInt16>,
    _ maps: UnsafePointer<eqp_monotone_map>, _ level: Double, _ out: MutablePointer,
    _ outStride: Int)
}
