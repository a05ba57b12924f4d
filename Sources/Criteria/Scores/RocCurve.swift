/// The receiver operating characteristic of a group: true against false positive rate over all
/// thresholds, with straight lines between them.
public struct RocCurve: Sendable, Equatable {
  /// Ascending from 0 to 1.
  public let falsePositiveRates: [Double]
  public let truePositiveRates: [Double]
  /// `thresholds[k]`: scores at or above it are positive at point k; the first is +∞.
  public let thresholds: [Double]

  /// Nil where a label is missing.
  public init?(_ points: ScorePoints) {
    let positive = points.totalPositive, negative = points.totalNegative
    guard positive > 0 && negative > 0 else { return nil }
    var x = [0.0], y = [0.0], cuts = [Double.infinity]
    var above = (0.0, 0.0)
    for i in (0..<points.count).reversed() {
      above.0 += points.negatives[i]
      above.1 += points.positives[i]
      x.append(min(1, above.0 / negative))
      y.append(min(1, above.1 / positive))
      cuts.append(points.scores[i])
    }
    x[x.count - 1] = 1
    y[y.count - 1] = 1
    falsePositiveRates = x
    truePositiveRates = y
    thresholds = cuts
  }

  /// ∫₀¹ ROC: the area under the curve.
  public var area: Double {
    let x = falsePositiveRates, y = truePositiveRates
    var area = 0.0
    for k in 1..<x.count { area += 0.5 * (x[k] - x[k - 1]) * (y[k] + y[k - 1]) }
    return area
  }

  /// ABROCA = ∫₀¹ |ROC_a(t) − ROC_b(t)| dt, exactly: both curves are piecewise linear.
  ///
  /// J. Gardner, C. Brooks, R. Baker, *Evaluating the fairness of predictive student models through
  /// slicing analysis*, LAK 2019.
  public static func areaBetween(_ a: RocCurve, _ b: RocCurve) -> Double {
    var first = Cursor(a), second = Cursor(b)
    var area = 0.0, x = 0.0
    while x < 1 {
      let next = min(first.end(after: x), second.end(after: x))
      let left = first.value(at: x) - second.value(at: x)
      let right = first.value(at: next) - second.value(at: next)
      area += (next - x) * meanSize(left, right)
      x = next
    }
    return area
  }

  /// The mean of |d| where d runs linearly from one value to the other.
  private static func meanSize(_ left: Double, _ right: Double) -> Double {
    let a = abs(left), b = abs(right)
    if left * right >= 0 || a + b == 0 { return 0.5 * (a + b) }
    return 0.5 * (a * a + b * b) / (a + b)
  }

  /// The segment of a curve over which an interval of false positive rates runs.
  private struct Cursor {
    let curve: RocCurve
    var segment = 0

    init(_ curve: RocCurve) { self.curve = curve }

    /// Moves to the segment that starts at or before x and ends beyond it, and says where.
    mutating func end(after x: Double) -> Double {
      let rates = curve.falsePositiveRates
      while segment + 2 < rates.count && rates[segment + 1] <= x { segment += 1 }
      return max(rates[segment + 1], x.nextUp)
    }

    func value(at x: Double) -> Double {
      let rates = curve.falsePositiveRates, hits = curve.truePositiveRates
      let width = rates[segment + 1] - rates[segment]
      guard width > 0 else { return hits[segment + 1] }
      let share = min(1, max(0, (x - rates[segment]) / width))
      return hits[segment] + share * (hits[segment + 1] - hits[segment])
    }
  }
}
