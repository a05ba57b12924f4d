import CText

/// A type of number that memory from outside may hold.
public protocol OutsideNumber: BitwiseCopyable, Hashable, Sendable {
  /// Nil where the type has no such number.
  init?(exactly number: Double)
  var number: Double { get }
  var isWhole: Bool { get }
  /// The number as a code in `0..<limit`, or nil.
  func code(below limit: Int) -> UInt16?
}

extension OutsideNumber where Self: FixedWidthInteger {
  @inlinable public var number: Double { Double(self) }
  @inlinable public var isWhole: Bool { true }
  @inlinable public func code(below limit: Int) -> UInt16? {
    // A negative number becomes a huge one.
    UInt64(truncatingIfNeeded: self) < UInt64(limit) ? UInt16(truncatingIfNeeded: self) : nil
  }
}

extension OutsideNumber where Self: BinaryFloatingPoint {
  @inlinable public var number: Double { Double(self) }
  @inlinable public var isWhole: Bool { self == rounded() }
  @inlinable public func code(below limit: Int) -> UInt16? {
    let value = number
    guard value >= 0, value < Double(limit), value == value.rounded() else { return nil }
    return UInt16(value)
  }
}

extension Float: OutsideNumber {}
extension Double: OutsideNumber {}
extension Int8: OutsideNumber {}
extension Int16: OutsideNumber {}
extension Int32: OutsideNumber {}
extension Int64: OutsideNumber {}
extension UInt8: OutsideNumber {}
extension UInt16: OutsideNumber {}
extension UInt32: OutsideNumber {}
extension UInt64: OutsideNumber {}

/// Numbers of one type at a fixed distance in somebody else's memory, at any address.
public struct StridedNumbers<Number: OutsideNumber>: @unchecked Sendable {
  @usableFromInline let base: UnsafeRawPointer
  public let count: Int
  /// In elements; may be 0 or negative.
  public let stride: Int

  @inlinable public init(_ base: UnsafeRawPointer, count: Int, stride: Int) {
    self.base = base
    self.count = count
    self.stride = stride
  }

  @inlinable @inline(__always) public subscript(i: Int) -> Number {
    // SAFETY: whoever made this vouches for `count` elements; any alignment is accepted.
    base.loadUnaligned(
      fromByteOffset: i * stride * MemoryLayout<Number>.stride, as: Number.self)
  }

  /// Where element `i` is.
  @inlinable public func address(_ i: Int) -> UnsafeRawPointer {
    base + i * stride * MemoryLayout<Number>.stride
  }

  /// Calls `body` for a range with a reader of elements; the loop over contiguous memory is
  /// compiled apart, so that it can be vectorised.
  @inlinable @inline(__always) public func scan(
    _ range: Range<Int>, _ body: (_ range: Range<Int>, _ element: (Int) -> Number) -> Void
  ) {
    let base = base
    if stride == 1 {
      body(range) { i in
        base.loadUnaligned(fromByteOffset: i * MemoryLayout<Number>.stride, as: Number.self)
      }
    } else {
      body(range) { self[$0] }
    }
  }

  /// Some whole numbers as bytes, where they lie side by side; nil elsewhere.
  ///
  /// - Returns: false where one is neither 0 nor 1.
  public func bits(_ rows: Range<Int>, into target: UnsafeMutablePointer<UInt8>) -> Bool? {
    guard stride == 1, Number.self is any FixedWidthInteger.Type else { return nil }
    let size = MemoryLayout<Number>.stride
    // SAFETY: the rows are of these numbers.
    let start = (base + rows.lowerBound * size).assumingMemoryBound(to: UInt8.self)
    return eqp_wholes_bits(start, Int32(size), Int64(rows.count), target) != 0
  }
}

/// What is done with numbers, whatever their type: a generic function as a value.
public protocol NumberVisitor {
  associatedtype Result
  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Result
}

/// The types of number that memory from outside may hold.
public enum NumberType: Sendable, Equatable, CaseIterable {
  case float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64

  public var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Visits `count` numbers of this type at an address.
  @inlinable public func visit<Visitor: NumberVisitor>(
    _ base: UnsafeRawPointer, count: Int, stride: Int, _ visitor: Visitor
  ) -> Visitor.Result {
    func numbers<Number>(_ type: Number.Type) -> StridedNumbers<Number> {
      StridedNumbers(base, count: count, stride: stride)
    }
    switch self {
    case .float32: return visitor.visit(numbers(Float.self))
    case .float64: return visitor.visit(numbers(Double.self))
    case .int8: return visitor.visit(numbers(Int8.self))
    case .int16: return visitor.visit(numbers(Int16.self))
    case .int32: return visitor.visit(numbers(Int32.self))
    case .int64: return visitor.visit(numbers(Int64.self))
    case .uint8: return visitor.visit(numbers(UInt8.self))
    case .uint16: return visitor.visit(numbers(UInt16.self))
    case .uint32: return visitor.visit(numbers(UInt32.self))
    case .uint64: return visitor.visit(numbers(UInt64.self))
    }
  }
}
