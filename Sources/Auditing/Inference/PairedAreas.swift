import Essentials

/// Two scores of the same rows compared by their areas under the ROC curve.
///
/// DeLong's covariance: with V₁₀ the placement of each positive among the negatives and V₀₁ that of
/// each negative among the positives, both by mid-ranks, Var(A − B) = S₁₀/m + S₀₁/n of the rows'
/// placement differences. Ties count one half.
///
/// E. DeLong, D. DeLong, D. Clarke-Pearson, Biometrics 44, 1988; X. Sun, W. Xu, *Fast implementation
/// of DeLong's algorithm*, IEEE Signal Processing Letters 21, 2014.
public struct PairedAreas: Sendable, Equatable {
  public var first: Double
  public var second: Double
  /// Variance of first − second; 0 when the scores rank every pair alike.
  public var variance: Double

  public var difference: Double { first - second }

  /// Nil without two positives and two negatives.
  ///
  /// - Parameter labels: shape `(n)`, 0 or 1; scores of the same shape, finite.
  public init?(_ a: [Double], _ b: [Double], labels: [UInt8]) {
    precondition(a.count == labels.count && b.count == labels.count, "a score for each label")
    let positives = labels.count { $0 == 1 }, negatives = labels.count - positives
    guard positives > 1, negatives > 1 else { return nil }
    let p = Self.placements(a, labels), q = Self.placements(b, labels)
    var means: [(Double, Double)] = [(0, 0), (0, 0)]
    for i in labels.indices {
      means[Int(labels[i])].0 += p[i]
      means[Int(labels[i])].1 += q[i]
    }
    let counts = [Double(negatives), Double(positives)]
    var squares = [0.0, 0.0]
    for i in labels.indices {
      let label = Int(labels[i])
      let center = (means[label].0 - means[label].1) / counts[label]
      let gap = p[i] - q[i] - center
      squares[label] += gap * gap
    }
    first = means[1].0 / counts[1]
    second = means[1].1 / counts[1]
    variance = (0..<2).reduce(0) { $0 + squares[$1] / (counts[$1] - 1) / counts[$1] }
  }

  /// Limits of first − second; nil when the scores rank alike, so that there is no variance.
  public func interval(confidence: Double = 0.95) -> Interval? {
    guard variance > 0 else { return nil }
    let half =
      -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)) * variance.squareRoot()
    return Interval(
      low: max(-1, difference - half), high: min(1, difference + half), method: "delong_paired")
  }

  public func test() -> TestResult {
    guard variance > 0 else { return TestResult(pValue: 1, test: "delong_paired") }
    return TestResult(z: difference / variance.squareRoot(), test: "delong_paired")
  }

  /// For a positive the share of negatives below it, for a negative that of positives above it.
  private static func placements(_ scores: [Double], _ labels: [UInt8]) -> [Double] {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    let positives = Double(labels.count { $0 == 1 }), negatives = Double(labels.count) - positives
    var result = [Double](repeating: 0, count: scores.count)
    var below = [0.0, 0.0]
    var start = 0
    while start < order.count {
      var end = start, tied = [0.0, 0.0]
      while end < order.count && scores[order[end]] == scores[order[start]] {
        tied[Int(labels[order[end]])] += 1
        end += 1
      }
      for place in start..<end {
        let row = order[place]
        result[row] =
          labels[row] == 1
          ? (below[0] + 0.5 * tied[0]) / negatives
          : (positives - below[1] - 0.5 * tied[1]) / positives
      }
      below[0] += tied[0]
      below[1] += tied[1]
      start = end
    }
    return result
  }
}
