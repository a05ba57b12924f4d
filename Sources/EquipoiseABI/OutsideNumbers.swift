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
    default: throw .argument("\(vector: what) has no known type", column: what)
    }
  }

  static func checkReach(
    _ last: Int, _ stride: Int, _ type: NumberType, _ what: String
  ) throws(CallError) {
    let (product, overflow) = max(0, last).multipliedReportingOverflow(by: stride)
    guard !overflow, product.magnitude < UInt(furthest / type.size) else {
      throw .argument("\(vector: what) has a stride of \(stride)", column: what)
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
    guard let outside else { throw .argument("\(vector: what) is NULL", column: what) }
    // SAFETY: the caller's struct.
    let vector = outside.pointee
    guard let length = Int(exactly: vector.length), length >= 0 else {
      throw .argument("\(vector: what) has length \(vector.length)", column: what)
    }
    if let rows, rows != length {
      throw .argument("\(vector: what) has \(length) entries for \(rows) rows", column: what)
    }
    guard length == 0 || vector.data != nil else {
      throw .argument("the data of \(vector: what) are NULL", column: what)
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

  private func convert<Rule: ElementRule>(
    _ rule: Rule, to target: UnsafeMutablePointer<Rule.Element>
  ) -> Int? {
    visit(Converter(rule: rule, target: target, chunk: Self.chunk)) ?? nil
  }

  /// The first element that a rule refused, as an error.
  private func refuse(_ row: Int?, _ reason: (Double) -> String) throws(CallError) {
    guard let row else { return }
    let value = visit(ElementReader(row: row)) ?? .nan
    throw .data("\(vector: what)[\(row)] is \(reason(value))", row: row, column: what)
  }

  /// The numbers, finite and at least `low`.
  func numbers(atLeast low: Double = -.infinity) throws(CallError) -> [Double] {
    var bad: Int?
    let result = [Double](unsafeUninitializedCapacity: count) { room, filled in
      filled = count
      guard let target = room.baseAddress else { return }
      bad = convert(FiniteRule(low: low), to: target)
    }
    try refuse(bad) { $0.isFinite ? "\($0), below \(low)" : "\($0): a finite number is needed" }
    return result
  }

  /// The numbers as 0 and 1.
  func bits() throws(CallError) -> Buffer<UInt8> {
    let result = Buffer<UInt8>(uninitialized: count)
    try refuse(convert(ClassRule(low: 0, high: 1), to: result.pointer)) { "\($0), neither 0 nor 1" }
    return result
  }

  /// The numbers as codes in 0..<limit.
  func codes(below limit: Int) throws(CallError) -> Buffer<UInt16> {
    let result = Buffer<UInt16>(uninitialized: count)
    if let base, type == .int32, stride == 1, narrow(base, below: limit, to: result) {
      return result
    }
    try refuse(convert(CodeRule(limit: limit), to: result.pointer)) {
      "\($0), no code below \(limit)"
    }
    return result
  }

  /// Codes as they usually come, in a loop of their own; false where one is out of range.
  private func narrow(
    _ base: UnsafeRawPointer, below limit: Int, to result: Buffer<UInt16>
  ) -> Bool {
    nonisolated(unsafe) let base = base
    let limit = UInt32(clamping: limit)
    return firstBad(count, Self.chunk) { rows in
      let target = result.pointer
      var fault = UInt32(0)
      for i in rows {
        // SAFETY: the interface asks for `count` elements.
        let code = base.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
        target[i] = UInt16(truncatingIfNeeded: code)
        fault |= code < limit ? 0 : 1
      }
      return fault != 0
    } isBad: { _ in
      true
    } == nil
  }

  /// Some numbers as 0 and 1; false where one is neither.
  ///
  /// - Parameter values: what counts as 0 and as 1; NaN as the first: any number but the second.
  func bits(
    _ rows: Range<Int>, as values: (zero: Double, one: Double),
    into target: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    visit(BitReader(rows: rows, zero: values.zero, one: values.one, target: target)) ?? true
  }

  /// Some numbers; false where one is negative or not finite.
  func weights(_ rows: Range<Int>, into target: UnsafeMutablePointer<Double>) -> Bool {
    visit(WeightReader(rows: rows, target: target)) ?? true
  }

  /// The number of a row as an error about it.
  func refused(_ row: Int, _ reason: Phrase) -> CallError {
    let value = visit(ElementReader(row: row)) ?? .nan
    return .data("\(vector: what)[\(row)] is \(value): \(reason)", row: row, column: what)
  }

  /// Where elements begin, for loops of bytes.
  func withBytes<Result>(
    _ body: (UnsafeRawPointer?, NumberType, _ stride: Int) -> Result
  ) -> Result {
    body(base, type, stride)
  }

  /// Numbers of which there are just two, as 0 for the smaller and 1 for the larger.
  func classes() throws(CallError) -> (bits: Buffer<UInt8>, low: Double, high: Double) {
    let result = Buffer<UInt8>(uninitialized: count)
    guard count > 0, let (low, high) = visit(PairReader()) else {
      throw .data("\(vector: what) are empty", column: what)
    }
    try refuse(convert(ClassRule(low: low, high: high), to: result.pointer)) {
      $0.isNaN ? "not a number" : "\($0), and \(low) and \(high) came before"
    }
    guard low != high else { throw .data("all of \(vector: what) are \(low)", column: what) }
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

/// A block of numbers as 0 and 1, compared in their own type.
private struct BitReader: NumberVisitor {
  var rows: Range<Int>
  var zero: Double
  var one: Double
  var target: UnsafeMutablePointer<UInt8>

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Bool {
    if zero == 0, one == 1, let areBits = numbers.bits(rows, into: target) { return areBits }
    let one = Number(exactly: one), zero = Number(exactly: zero)
    guard let high = one ?? zero else { return rows.isEmpty }
    let hasOne: UInt8 = one == nil ? 0 : 1
    var fault = UInt8(0)
    numbers.scan(rows) { rows, element in
      let start = rows.lowerBound
      if let low = zero {
        for i in rows {
          let number = element(i)
          let isHigh: UInt8 = number == high ? hasOne : 0, isLow: UInt8 = number == low ? 1 : 0
          target[i - start] = isHigh
          fault |= 1 &- (isHigh | isLow)
        }
      } else {
        for i in rows {
          let number = element(i)
          target[i - start] = number == high ? hasOne : 0
          fault |= number == number ? 0 : 1
        }
      }
    }
    return fault == 0
  }
}

private struct WeightReader: NumberVisitor {
  var rows: Range<Int>
  var target: UnsafeMutablePointer<Double>

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Bool {
    var fault = UInt8(0)
    numbers.scan(rows) { rows, element in
      let start = rows.lowerBound
      for i in rows {
        let value = element(i).number
        target[i - start] = value
        fault |= (value - value == 0 ? 0 : 1) | (value < 0 ? 1 : 0)
      }
    }
    return fault == 0
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

/// What an element becomes, and 1 if it may not stand there, else 0: a number, so that the loop over
/// elements has no branches.
private protocol ElementRule: Sendable {
  associatedtype Element
  func convert<Number: OutsideNumber>(_ number: Number) -> (element: Element, fault: UInt8)
}

/// Converts all numbers; the result is the first row with one that may not stand there.
private struct Converter<Rule: ElementRule>: NumberVisitor {
  var rule: Rule
  nonisolated(unsafe) var target: UnsafeMutablePointer<Rule.Element>
  var chunk: Int

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Int? {
    let rule = rule
    nonisolated(unsafe) let target = target
    return firstBad(numbers.count, chunk) { rows in
      var flags = UInt8(0)
      numbers.scan(rows) { [rule, target] rows, element in
        var seen = UInt8(0)
        for i in rows {
          let (value, fault) = rule.convert(element(i))
          target[i] = value
          seen |= fault
        }
        flags = seen
      }
      return flags != 0
    } isBad: {
      rule.convert(numbers[$0]).fault == 1
    }
  }
}

private struct FiniteRule: ElementRule {
  var low: Double
  @inline(__always) func convert<Number: OutsideNumber>(
    _ number: Number
  ) -> (element: Double, fault: UInt8) {
    let value = number.number
    // The difference is 0 for finite numbers alone.
    return (value, (value - value == 0 ? 0 : 1) | (value < low ? 1 : 0))
  }
}

private struct CodeRule: ElementRule {
  var limit: Int
  @inline(__always) func convert<Number: OutsideNumber>(
    _ number: Number
  ) -> (element: UInt16, fault: UInt8) {
    let code = number.code(below: limit)
    return (code ?? 0, code == nil ? 1 : 0)
  }
}

/// The smaller of two numbers as 0, the larger as 1.
private struct ClassRule: ElementRule {
  var low: Double
  var high: Double
  @inline(__always) func convert<Number: OutsideNumber>(
    _ number: Number
  ) -> (element: UInt8, fault: UInt8) {
    let value = number.number
    let isHigh: UInt8 = value == high ? 1 : 0, isLow: UInt8 = value == low ? 1 : 0
    return (isHigh, 1 &- (isHigh | isLow))
  }
}

/// The first two different numbers in increasing order; twice the same where there is one alone.
private struct PairReader: NumberVisitor {
  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> (Double, Double) {
    let first = numbers[0].number
    for i in 1..<max(1, numbers.count) where numbers[i].number != first {
      let second = numbers[i].number
      return first < second ? (first, second) : (second, first)
    }
    return (first, first)
  }
}
