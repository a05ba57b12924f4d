/// Sums that do not depend on the order of adding.
///
/// Each is a whole number of 128 bits in units of 2^exponent. A `Double` is rounded to the unit once,
/// as it comes in, half to even; after that adding is that of integers, associative and commutative,
/// so that any tree of blocks, processes and machines gives the same bits. A sum that does not fit is
/// an error, never a wrap.
///
/// Ordered trees of `Double` sums would have to be the same on every engine; sums with compensation
/// lose less, and are not associative either (Demmel and Nguyen, Parallel Reproducible Summation,
/// IEEE Transactions on Computers 2015, section 1).
public struct ExactSums: Sendable, Equatable {
  /// A stretch of sums that share their unit.
  public struct Run: Sendable, Equatable {
    public var exponent: Int
    public var count: Int

    public init(exponent: Int, count: Int) {
      self.exponent = exponent
      self.count = count
    }
  }

  /// Exponents whose units, and their reciprocals, are normal numbers with room to spare.
  public static let exponents = -900...900
  /// More sums than this, 1 GB of them, are refused.
  public static let mostWords = 1 << 26

  /// In the order of the words; neighbours differ in their exponents and none is empty.
  public private(set) var runs: [Run]
  public internal(set) var words: [Int128]

  /// Zeros in the units of the runs, neighbours of equal exponent joined.
  public init(_ runs: [Run]) throws(SumsError) {
    self.runs = try Self.joined(runs)
    words = Array(repeating: 0, count: self.runs.reduce(0) { $0 + $1.count })
  }

  init(_ runs: [Run], words: [Int128]) {
    self.runs = runs
    self.words = words
  }

  package static func joined(_ runs: [Run]) throws(SumsError) -> [Run] {
    var joined: [Run] = []
    var total = 0
    for run in runs where run.count != 0 {
      guard exponents.contains(run.exponent) else { throw .exponent(run.exponent) }
      guard run.count > 0, run.count <= mostWords - total else { throw .tooMany }
      total += run.count
      if joined.last?.exponent == run.exponent {
        joined[joined.count - 1].count += run.count
      } else {
        joined.append(run)
      }
    }
    return joined
  }

  public var count: Int { words.count }

  /// The largest unit that leaves 126 bits and a sign below 2^bound: with |sum| ≤ 2^bound a unit is
  /// 2⁻¹²⁶ of what the sum may be.
  public static func exponent(bound: Int) -> Int { bound - 126 }

  // MARK: - Adding

  /// Adds the sums of a block of rows, rounded to the units.
  ///
  /// - Parameter block: what errors name.
  public mutating func add(_ values: [Double], block: Int) throws(SumsError) {
    var failure: SumsError?
    values.withUnsafeBufferPointer { values in
      do throws(SumsError) { try add(values, block: block) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  mutating func add(_ values: UnsafeBufferPointer<Double>, block: Int) throws(SumsError) {
    guard values.count == count else {
      throw .shape(expected: count, found: values.count, block: block)
    }
    var first = 0
    for run in runs {
      let range = first..<first + run.count
      if let k = Self.add(values, to: &words, range, exponent: run.exponent) {
        throw values[k].isFinite
          ? .overflow(word: k, block: block) : .notFinite(word: k, block: block)
      }
      first = range.upperBound
    }
  }

  /// Adds the numbers of a range in units of 2^exponent; the first that does not fit, if any.
  private static func add(
    _ values: UnsafeBufferPointer<Double>, to words: inout [Int128], _ range: Range<Int>,
    exponent: Int
  ) -> Int? {
    let scale = scale(exponent)
    // SAFETY: the range lies inside both arrays.
    return words.withUnsafeMutableBufferPointer { words in
      for k in range {
        guard let units = rounded(values[k] * scale) else { return k }
        let (sum, overflows) = words[k].addingReportingOverflow(units)
        if overflows { return k }
        words[k] = sum
      }
      return nil
    }
  }

  /// Numbers times this are in units of 2^exponent. Both are powers of two: products are exact, or
  /// infinite.
  static func scale(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: -exponent, significand: 1)
  }

  /// The nearest integer of 127 bits, half to even; nil for numbers beyond, and for none.
  package static func rounded(_ value: Double) -> Int128? {
    let size = abs(value)
    if size < 0x1p51 {
      // Adding this leaves no bits behind the point: the processor's own rounding.
      let shift = 0x1.8p52
      return Int128(Int64(value + shift - shift))
    }
    guard size < 0x1p126 else { return nil }
    let exponent = Int((size.bitPattern >> 52) & 0x7ff) - 1075
    let significand = Int128(size.bitPattern & (1 << 52 - 1) | 1 << 52)
    // From 2⁵² on every number is an integer; below that there is half a unit at most.
    guard exponent >= 0 else { return Int128(Int64(value.rounded(.toNearestOrEven))) }
    return (value < 0 ? -significand : significand) << Int128(exponent)
  }

  /// Adds sums in the same units.
  public mutating func add(_ other: ExactSums) throws(SumsError) {
    guard runs == other.runs else {
      throw .shape(expected: count, found: other.count, block: nil)
    }
    for k in words.indices {
      let (sum, overflows) = words[k].addingReportingOverflow(other.words[k])
      if overflows { throw .overflow(word: k, block: nil) }
      words[k] = sum
    }
  }

  /// Adds sums in the same units modulo 2¹²⁸, as masked ones are added.
  mutating func addWrapping(_ other: ExactSums) throws(SumsError) {
    guard runs == other.runs else {
      throw .shape(expected: count, found: other.count, block: nil)
    }
    for k in words.indices { words[k] &+= other.words[k] }
  }

  // MARK: - Reading

  /// The sums, each rounded to the nearest `Double` once.
  public var values: [Double] {
    var values: [Double] = []
    values.reserveCapacity(count)
    var first = 0
    for run in runs {
      let unit = Double(sign: .plus, exponent: run.exponent, significand: 1)
      for k in first..<first + run.count { values.append(Self.nearest(words[k]) * unit) }
      first += run.count
    }
    return values
  }

  /// The nearest `Double`, half to even.
  package static func nearest(_ word: Int128) -> Double {
    let size = word.magnitude
    let shift = max(0, 64 - size.leadingZeroBitCount)
    // What is shifted out only decides whether the rest is above a half.
    let lost = size & ((1 as UInt128) << UInt128(shift) - 1)
    let high = UInt64(truncatingIfNeeded: size >> UInt128(shift)) | (lost == 0 ? 0 : 1)
    let value = Double(high) * Double(sign: .plus, exponent: shift, significand: 1)
    return word < 0 ? -value : value
  }
}
