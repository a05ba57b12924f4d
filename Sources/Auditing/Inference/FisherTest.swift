import Essentials

/// Fisher's exact test of a 2 × 2 table, at a cost of some standard deviations of terms whatever
/// the counts.
///
/// Tables are ordered by probability: the p-value is the chance, given all margins, of a table no
/// more likely than the observed one.
struct FisherTest {
  /// Tables whose probabilities are within this factor count as equally likely: rounding.
  static let tieTolerance = 1e-7
  /// Terms below this share of the sum change nothing.
  static let negligible = 1e-18

  /// ln of the chance of tables less likely than the observed one; −∞ when there is none.
  let logLess: Double
  /// ln of the chance of tables as likely as the observed one, itself included.
  let logEqual: Double

  init(_ x: Int, of n: Int, against y: Int, of m: Int) {
    let law = Hypergeometric(drawn: n, marked: x + y, total: n + m)
    let observed = law.logProbability(x), mode = law.mode
    guard observed < law.logProbability(mode) - Self.tieTolerance else {
      // Nothing is likelier: the equal ones are the mode and those beside it.
      let equal = Self.plateau(law, around: mode, at: observed)
      logEqual = min(0, observed + log(Double(equal)))
      logLess = equal == law.high - law.low + 1 ? -.infinity : log(max(0, -expm1(logEqual)))
      return
    }
    var less = 0.0, equal = 0.0
    for side in [-1, 1] {
      guard let edge = Self.edge(law, from: mode, side: side, below: observed) else { continue }
      var k = edge, term = exp(law.logProbability(edge) - observed)
      if term >= 1 - Self.tieTolerance {
        equal += 1
      } else {
        less += term
      }
      while k != (side < 0 ? law.low : law.high) {
        term *= side < 0 ? 1 / law.ratio(k - 1) : law.ratio(k)
        k += side
        less += term
        if term < Self.negligible * (less + equal) { break }
      }
    }
    logLess = observed + log(less)
    logEqual = observed + log(equal)
  }

  /// ln of the two-sided p-value.
  var logPValue: Double { min(0, Self.logSum(logLess, logEqual)) }
  /// ln of the mid-p-value: half of the equally likely tables.
  var logMidP: Double { min(0, Self.logSum(logLess, logEqual - log(2))) }

  private static func logSum(_ a: Double, _ b: Double) -> Double {
    let high = max(a, b)
    return high == -.infinity ? high : high + log(exp(a - high) + exp(b - high))
  }

  /// How many tables are as likely as the mode.
  private static func plateau(_ law: Hypergeometric, around mode: Int, at level: Double) -> Int {
    var count = 1
    for side in [-1, 1] {
      var k = mode + side
      while k >= law.low && k <= law.high
        && abs(law.logProbability(k) - level) <= tieTolerance
      {
        count += 1
        k += side
      }
    }
    return count
  }

  /// The table nearest to the mode on a side that is no likelier than the observed one.
  private static func edge(
    _ law: Hypergeometric, from mode: Int, side: Int, below observed: Double
  ) -> Int? {
    let limit = observed + tieTolerance
    var far = side < 0 ? law.low : law.high, near = mode
    guard far != mode, law.logProbability(far) <= limit else { return nil }
    while abs(far - near) > 1 {
      let middle = near + (far - near) / 2
      if law.logProbability(middle) <= limit { far = middle } else { near = middle }
    }
    return far
  }
}
