/// What is known beforehand of the sizes of the numbers that are summed, as powers of two: the units of
/// `ExactSums` follow from it, so everybody who answers a request must be told the same.
///
/// Bounds may be generous: a unit is 2⁻¹²⁶ of a bound, so that one that is 2⁴⁰ too large still leaves
/// units far below the rounding of a block's own `Double`.
public struct SumScale: Sendable, Equatable {
  /// Σ sᵢ ≤ 2^weight.
  public var weight: Int
  /// |xᵢⱼ| ≤ 2^columns[j], shape `(width)`, the intercept's last.
  public var columns: [Int]
  /// |offsetᵢ| ≤ 2^offset.
  public var offset: Int
  /// Σ |aᵢₖ| ≤ 2^(weight + attributes[k]) of the centred and weighted continuous attributes.
  public var attributes: [Int]

  public init(weight: Int, columns: [Int], offset: Int = 0, attributes: [Int] = []) {
    self.weight = weight
    self.columns = columns
    self.offset = offset
    self.attributes = attributes
  }

  /// Bounds are rounded up to multiples of this, so that columns of like sizes share their units.
  package static let step = 8

  /// The smallest power of two, of those that are kept apart, that a size is not above.
  public static func bound(_ size: Double) -> Int {
    guard size > 0 else { return 0 }
    let exponent = size.isFinite ? Int(size.exponent) + 1 : 1_024
    let steps = (exponent + (exponent > 0 ? step - 1 : 0)) / step
    return steps * step
  }

  /// The power of two that a size is below, 0 of none: sizes times 2ᵏ have it larger by k, so that
  /// weights in another unit of this kind have the same bits.
  public static func exponent(_ size: Double) -> Int {
    guard size > 0 else { return 0 }
    return size.isFinite ? Int(size.exponent) + 1 : 1_024
  }

  /// A bound of |θ·x̃| + 1 over all rows.
  func score(_ theta: ArraySlice<Double>) -> Int {
    var sum = 1 + Self.power(offset)
    for (weight, column) in zip(theta, columns) { sum += abs(weight) * Self.power(column) }
    return Self.bound(sum)
  }

  /// The same with a coefficient vector for each of several sets of rows.
  func score(_ theta: [Double], sets: Int) -> Int {
    let width = columns.count
    return (0..<sets).map { score(theta[$0 * width..<($0 + 1) * width]) }.max() ?? 0
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: min(max(exponent, -1_022), 1_023), significand: 1)
  }
}
