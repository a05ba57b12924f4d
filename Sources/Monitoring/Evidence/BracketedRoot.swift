/// Roots of functions that change sign once, by Newton steps that a bracket holds.
enum BracketedRoot {
  /// More halvings than a bracket of doubles has.
  private static let mostSteps = 200

  /// The root in [low, high] of a function that is at most 0 at `low` and at least 0 at `high`.
  ///
  /// - Parameter function: its value and slope.
  static func rising(
    from low: Double, to high: Double, _ function: (Double) -> (value: Double, slope: Double)
  ) -> Double {
    var low = low, high = high, x = 0.5 * (low + high)
    for _ in 0..<mostSteps {
      let (value, slope) = function(x)
      if value == 0 { return x }
      if value < 0 { low = x } else { high = x }
      var next = slope > 0 ? x - value / slope : .nan
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      if abs(next - x) <= 0x1p-52 * x.magnitude || next <= low || next >= high { return next }
      x = next
    }
    return x
  }
}
