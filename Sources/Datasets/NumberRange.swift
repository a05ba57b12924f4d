import LinearAlgebra

/// How large numbers from outside may be. Squares of numbers within these bounds, times weights within
/// theirs, add up over any number of rows to what 64-bit floats hold; what lies outside is no
/// measurement but an export gone wrong, or wants another unit.
public enum NumberRange {
  /// Scores, and features in double precision, lie within ± this.
  public static let largest = 1e100
  /// Weights that are not 0: fits in 32 bits hold them as they are.
  public static let weights = 1e-30...1e30
  /// Targets lie within ± this, and differ by at least its inverse: networks hold them in 32 bits.
  public static let largestTarget = 1e30

  /// Whether a number is a weight: 0, or within ``weights``.
  public static func isWeight(_ value: Double) -> Bool { value == 0 || weights.contains(value) }

  /// Features lie within ± this, as they are stored: the square of a number this large is a finite one,
  /// 10⁸ times over.
  public static func largestFeature<Scalar: KernelScalar>(_: Scalar.Type) -> Scalar {
    Scalar(min(largest, 1e-4 * Double(Scalar.greatestFiniteMagnitude).squareRoot()))
  }
}
