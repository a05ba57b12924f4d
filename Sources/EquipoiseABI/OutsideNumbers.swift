import CEquipoise
import Datasets
import LinearAlgebra

/// Shapes and types of the caller's numbers.
enum OutsideNumbers {
  /// Bytes that offsets may span: half of what addresses have, so that no product overflows.
  private static let furthest = 1 << 46

  static func type(_ type: eqp_dtype, _ what: String) throws(CallError) -> NumberType {
    switch type {
    case EQP_FLOAT32: .float32
    case EQP_FLOAT64: .float64
    case EQP_INT8: .int8
    case EQP_INT16: .int16
    case EQP_INT32: .int32
    case EQP_INT64: .int64
    case EQP_UINT8, EQP_BOOL: .uint8
    case EQP_UINT16: .uint16
    case EQP_UINT32: .uint32
    case EQP_UINT64: .uint64
    default: throw .argument("\(what) has no known type", column: what)
    }
  }

  static func checkReach(
    _ last: Int, _ stride: Int, _ type: NumberType, _ what: String
  ) throws(CallError) {
    let (product, overflow) = max(0, last).multipliedReportingOverflow(by: stride)
    guard !overflow, product.magnitude < UInt(furthest / type.size) else {
      throw .argument("\(what) has a stride of \(stride)", column: what)
    }
  }
}

/// Numbers of the caller's: checked shapes, and elements of any type.
struct OutsideVector: @unchecked Sendable {
  /// Rows that one worker takes at once.
  private static let chunk = 1 << 17

  let count: Int
  private let base: UnsafeRawPointer?
  private let stride: Int
  private let type: NumberType
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
    type = try OutsideNumbers.type(vector.dtype, what)
    try OutsideNumbers.checkReach(length - 1, Int(vector.stride), type, what)
    count = length
    base = vector.data
    stride = Int(vector.stride)
    self.what = what
  }

  private func visit<Visitor: NumberVisitor>(_ visitor: Visitor) -> Visitor.Result? {
    // SAFETY: the interface asks for `count` elements of this type at this distance.
    base.map { type.visit($0, count: count, stride: stride, visitor) }
  }

  /// The first element that a visitor refused, as an error.
  private func refuse(_ row: Int?, _ reason: (Double) -> String) throws(CallError) {
    guard let row else { return }
    let value = visit(ElementReader(row: row)) ?? .nan
    throw .data("\(what)[\(row)] is \(reason(value))", row: row, column: what)
  }

  /// The numbers, finite and at least `low`.
  func numbers(atLeast low: Double = -.infinity) throws(CallError) -> [Double] {
    var bad: Int?
    let result = [Double](unsafeUninitializedCapacity: count) { room, filled in
      filled = count
      guard let target = room.baseAddress else { return }
      bad = visit(FiniteReader(low: low, target: target, chunk: Self.chunk)) ?? nil
    }
    try refuse(bad) { $0.isFinite ? "\($0), below \(low)" : "\($0): a finite number is needed" }
    return result
  }

  /// The numbers as 0 and 1.
  func bits() throws(CallError) -> Buffer<UInt8> {
    let result = Buffer<UInt8>(uninitialized: count)
    let bad = visit(BitReader(target: result.pointer, chunk: Self.chunk)) ?? nil
    try refuse(bad) { "\($0), neither 0 nor 1" }
    return result
  }

  /// The numbers as codes in 0..<limit.
  func codes(below limit: Int) throws(CallError) -> Buffer<UInt16> {
    let result = Buffer<UInt16>(uninitialized: count)
    let bad =
      visit(CodeReader(limit: limit, target: result.pointer, chunk: Self.chunk)) ?? nil
    try refuse(bad) { "\($0), no code below \(limit)" }
    return result
  }

  /// Numbers of which there are just two, as 0 for the smaller and 1 for the larger.
  func classes() throws(CallError) -> (bits: Buffer<UInt8>, low: Double, high: Double) {
    let result = Buffer<UInt8>(uninitialized: count)
    guard count > 0,
      let found = visit(ClassReader(target: result.pointer, chunk: Self.chunk))
    else { throw .data("\(what) are empty", column: what) }
    let (low, high) = found.classes
    try refuse(found.other) {
      $0.isNaN ? "not a number" : "\($0), and \(low) and \(high) came before"
    }
    guard low != high else { throw .data("all of \(what) are \(low)", column: what) }
    return (result, low, high)
  }
}

/// One element, for messages.
private struct ElementReader: NumberVisitor {
  var row: Int
  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Double {
    numbers[row].number
  }
}

/// A loop over chunks on all cores, each of which tells whether it met something bad; the bad
/// chunks are then searched for the first.
private func firstBad(
  _ count: Int, _ chunk: Int, fill: @Sendable (Range<Int>) -> Bool, isBad: (Int) -> Bool
) -> Int? {
  let chunks = (count + chunk - 1) / chunk
  let bad = FirstRow()
  let pool: WorkerPool = chunks > 1 ? .default : .serial
  pool.forEach(chunks) { k in
    if fill(k * chunk..<min(count, (k + 1) * chunk)) { bad.lower(to: k * chunk) }
  }
  return bad.row.flatMap { start in (start..<count).first(where: isBad) }
}

private struct FiniteReader: NumberVisitor {
  var low: Double
  nonisolated(unsafe) var target: UnsafeMutablePointer<Double>
  var chunk: Int

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Int? {
    let low = low
    nonisolated(unsafe) let target = target
    return firstBad(numbers.count, chunk) { rows in
      var flags = UInt64(0)
      numbers.scan(rows) { rows, element in
        var seen = UInt64(0)
        for i in rows {
          let value = element(i).number
          target[i] = value
          // The difference is 0 for finite numbers alone.
          seen |= (value - value == 0 ? 0 : 1) | (value < low ? 1 : 0)
        }
        flags = seen
      }
      return flags != 0
    } isBad: {
      let value = numbers[$0].number
      return !value.isFinite || value < low
    }
  }
}

private struct BitReader: NumberVisitor {
  nonisolated(unsafe) var target: UnsafeMutablePointer<UInt8>
  var chunk: Int

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Int? {
    nonisolated(unsafe) let target = target
    return firstBad(numbers.count, chunk) { rows in
      var flags = UInt8(0)
      numbers.scan(rows) { rows, element in
        var seen = UInt8(0)
        for i in rows {
          let value = element(i).number
          let bit: UInt8 = value == 1 ? 1 : 0
          target[i] = bit
          seen |= bit | (value == 0 ? 1 : 0) == 1 ? 0 : 1
        }
        flags = seen
      }
      return flags != 0
    } isBad: {
      let value = numbers[$0].number
      return value != 0 && value != 1
    }
  }
}

private struct CodeReader: NumberVisitor {
  var limit: Int
  nonisolated(unsafe) var target: UnsafeMutablePointer<UInt16>
  var chunk: Int

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Int? {
    let limit = limit
    nonisolated(unsafe) let target = target
    return firstBad(numbers.count, chunk) { rows in
      var flags = UInt8(0)
      numbers.scan(rows) { rows, element in
        var seen = UInt8(0)
        for i in rows {
          let code = element(i).code(below: limit)
          target[i] = code ?? 0
          seen |= code == nil ? 1 : 0
        }
        flags = seen
      }
      return flags != 0
    } isBad: {
      numbers[$0].code(below: limit) == nil
    }
  }
}

/// Numbers of which there are just two, as 0 for the smaller and 1 for the larger.
private struct ClassReader: NumberVisitor {
  nonisolated(unsafe) var target: UnsafeMutablePointer<UInt8>
  var chunk: Int

  struct Found {
    /// In increasing order; all the same where only one number was found.
    var classes: (Double, Double)
    /// The first row with another number than those.
    var other: Int?
  }

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Found {
    let first = numbers[0]
    let second = (1..<numbers.count).first { numbers[$0] != first }.map { numbers[$0] } ?? first
    let isAscending = first.number <= second.number
    let low = isAscending ? first : second, high = isAscending ? second : first
    nonisolated(unsafe) let target = target
    let other = firstBad(numbers.count, chunk) { rows in
      var flags = UInt8(0)
      numbers.scan(rows) { [low, high, target] rows, element in
        var seen = UInt8(0)
        for i in rows {
          let value = element(i)
          let isHigh: UInt8 = value == high ? 1 : 0, isLow: UInt8 = value == low ? 1 : 0
          target[i] = isHigh
          seen |= 1 &- (isHigh | isLow)
        }
        flags = seen
      }
      return flags != 0
    } isBad: {
      numbers[$0] != low && numbers[$0] != high
    }
    return Found(classes: (low.number, high.number), other: other)
  }
}
