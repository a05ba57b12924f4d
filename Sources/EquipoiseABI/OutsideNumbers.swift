import CEquipoise
import Datasets
import LinearAlgebra

/// Numbers of the caller's: checked shapes, and elements of any type as `Double`.
struct OutsideVector {
  let count: Int
  private let element: (Int) -> Double
  private let what: String

  init(
    _ outside: UnsafePointer<eqp_vector>?, rows: Int? = nil, _ what: String
  ) throws(CallError) {
    guard let outside else { throw .argument("\(what) is NULL", column: what) }
    // SAFETY: the caller's struct.
    let vector = outside.pointee
    guard let length = Int(exactly: vector.length), length >= 0 else {
      throw .argument("\(what) has length \(vector.length)", column: what)
    }
    if let rows, rows != length {
      throw .argument("\(what) has \(length) entries for \(rows) rows", column: what)
    }
    guard length == 0 || vector.data != nil else {
      throw .argument("the data of \(what) are NULL", column: what)
    }
    try OutsideNumbers.checkReach(length - 1, Int(vector.stride), vector.dtype, what)
    count = length
    self.what = what
    let read = try OutsideNumbers.reader(vector.data, vector.dtype, what)
    let stride = Int(vector.stride)
    element = { read($0 * stride) }
  }

  subscript(i: Int) -> Double { element(i) }

  /// The numbers, finite and at least `low`.
  func numbers(atLeast low: Double = -.infinity) throws(CallError) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for i in 0..<count {
      let value = element(i)
      guard value.isFinite else {
        throw .data("\(what)[\(i)] is \(value): a finite number is needed", row: i, column: what)
      }
      guard value >= low else {
        throw .data("\(what)[\(i)] is \(value), below \(low)", row: i, column: what)
      }
      result[i] = value
    }
    return result
  }

  /// The numbers as 0 and 1.
  func bits() throws(CallError) -> Buffer<UInt8> {
    let result = Buffer<UInt8>(uninitialized: count)
    for i in 0..<count {
      let value = element(i)
      guard value == 0 || value == 1 else {
        throw .data("\(what)[\(i)] is \(value), neither 0 nor 1", row: i, column: what)
      }
      result.pointer[i] = value == 1 ? 1 : 0
    }
    return result
  }

  /// The numbers as codes in 0..<limit.
  func codes(below limit: Int) throws(CallError) -> Buffer<UInt16> {
    let result = Buffer<UInt16>(uninitialized: count)
    for i in 0..<count {
      let value = element(i)
      guard value >= 0, value < Double(limit), value == value.rounded() else {
        throw .data("\(what)[\(i)] is \(value), no code below \(limit)", row: i, column: what)
      }
      result.pointer[i] = UInt16(value)
    }
    return result
  }
}

enum OutsideNumbers {
  /// Bytes that offsets may span: half of what addresses have, so that no product overflows.
  private static let furthest = 1 << 46

  static func size(of type: eqp_dtype) -> Int? {
    switch type {
    case EQP_INT8, EQP_UINT8, EQP_BOOL: 1
    case EQP_INT16, EQP_UINT16: 2
    case EQP_FLOAT32, EQP_INT32, EQP_UINT32: 4
    case EQP_FLOAT64, EQP_INT64, EQP_UINT64: 8
    default: nil
    }
  }

  static func checkReach(
    _ last: Int, _ stride: Int, _ type: eqp_dtype, _ what: String
  ) throws(CallError) {
    guard let size = size(of: type) else {
      throw .argument("\(what) has no known type", column: what)
    }
    let (product, overflow) = max(0, last).multipliedReportingOverflow(by: stride)
    guard !overflow, product.magnitude < UInt(furthest / size) else {
      throw .argument("\(what) has a stride of \(stride)", column: what)
    }
  }

  /// Reads the element at an offset, in elements.
  static func reader(
    _ data: UnsafeRawPointer?, _ type: eqp_dtype, _ what: String
  ) throws(CallError) -> (Int) -> Double {
    // SAFETY: the caller's memory has the stated length, stride and type; `loadUnaligned` accepts
    // any address. Without rows nothing is read.
    func load<Number: BinaryInteger & BitwiseCopyable>(
      _ type: Number.Type
    ) -> (Int) -> Double {
      {
        Double(
          data!.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.stride, as: Number.self))
      }
    }
    switch type {
    case EQP_FLOAT32:
      return { Double(data!.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)) }
    case EQP_FLOAT64: return { data!.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    case EQP_INT8: return load(Int8.self)
    case EQP_INT16: return load(Int16.self)
    case EQP_INT32: return load(Int32.self)
    case EQP_INT64: return load(Int64.self)
    case EQP_UINT8, EQP_BOOL: return load(UInt8.self)
    case EQP_UINT16: return load(UInt16.self)
    case EQP_UINT32: return load(UInt32.self)
    case EQP_UINT64: return load(UInt64.self)
    default: throw .argument("\(what) has no known type", column: what)
    }
  }
}
