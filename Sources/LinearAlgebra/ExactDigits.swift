import CKernels

/// Sums of whole numbers of 126 bits as three digits of 42 bits, kept as `Double`s: adding takes a few
/// vector instructions a number, and loses nothing.
///
/// Splitting a number by adding and taking off a large constant is that of Demmel and Nguyen, Parallel
/// Reproducible Summation, IEEE Transactions on Computers 2015, section 4.
public final class ExactDigits {
  /// After so many numbers a sum's digits may no longer be exact.
  public static let capacity = 1_024

  public let count: Int
  /// How often numbers were added since the sums were zeros.
  public private(set) var added = 0
  private let digits: Buffer<Double>

  public init(count: Int) {
    self.count = count
    digits = Buffer(zeroed: 3 * count)
  }

  public func clear() {
    digits.pointer.update(repeating: 0, count: digits.count)
    added = 0
  }

  /// Adds other sums; false, and nothing is added, where digits might no longer be exact.
  public func add(_ other: ExactDigits) -> Bool {
    precondition(count == other.count, "as many sums")
    guard added + other.added <= Self.capacity else { return false }
    // SAFETY: both buffers hold the digits of as many sums.
    Double.Kernels.widenAdd(other.digits.pointer, digits.count, digits.pointer)
    added += other.added
    return true
  }

  /// Notes that numbers are added to every sum once more.
  public func begin() {
    precondition(added < Self.capacity, "sums must be taken before digits overflow")
    added += 1
  }

  /// Adds numbers times a power of two, each rounded to the nearest integer, half to even, to the sums
  /// from `first` on.
  ///
  /// - Returns: whether all of them are below 2¹²⁶ in size; if not, the sums are worth nothing.
  public func add(
    _ values: UnsafePointer<Double>, _ count: Int, times scale: Double, at first: Int
  ) -> Bool {
    precondition(first >= 0 && count >= 0 && first + count <= self.count, "sums out of range")
    // SAFETY: the buffer holds the three digits of all sums, one after the other.
    let high = digits.pointer + first
    return eqp_exact_add(
      values, count, scale, high, high + self.count, high + 2 * self.count)
  }

  /// A sum; nil where it may not fit 127 bits and a sign.
  public func sum(_ k: Int) -> Int128? {
    // SAFETY: the caller's index is below the count; each digit is an integer below 2⁵³ of its units.
    let high = digits.pointer[k] * 0x1p-84
    guard abs(high) < 0x1p42 else { return nil }
    let middle = digits.pointer[k + count] * 0x1p-42, low = digits.pointer[k + 2 * count]
    return Int128(Int64(high)) << 84 + (Int128(Int64(middle)) << 42 + Int128(Int64(low)))
  }

  /// The sums from `first` on times a unit, a power of two, each rounded to the nearest `Double` once.
  ///
  /// - Returns: whether all of them fit 127 bits; if not, the values are worth nothing.
  public func values(
    from first: Int, _ count: Int, times unit: Double, to values: UnsafeMutablePointer<Double>
  ) -> Bool {
    precondition(first >= 0 && count >= 0 && first + count <= self.count, "sums out of range")
    // SAFETY: the buffer holds the three digits of all sums, one after the other.
    let high = digits.pointer + first
    return eqp_exact_values(
      high, high + self.count, high + 2 * self.count, count, unit, values)
  }
}
