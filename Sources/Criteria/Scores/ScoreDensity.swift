import Essentials

/// Gaussian kernel densities of the scores of groups on one grid between 0 and 1.
///
/// f(x) = Σ w_i φ((x − s_i)/h) / (h Σ w_i), bandwidth h = σ̂·n^{−1/5} (Scott), with σ̂ the sample
/// deviation and n Kish's effective size. Scores are shared out linearly between neighbouring grid
/// points, whose distance is at most h/8, and the kernel is cut at 8 h.
///
/// D. Scott, *Multivariate density estimation*, Wiley 1992, §6.5; M. Wand, *Fast computation of
/// multivariate kernel estimators*, JCGS 3, 1994.
public struct ScoreDensity: Sendable {
  /// Grid points at least and at most.
  static let points = 512...65_536
  static let pointsPerBandwidth = 8.0
  static let cut = 8.0

  /// Values at `0, 1/m, …, 1`.
  public let values: [Double]

  /// The densities of several groups on one grid; nil for a group whose scores do not vary.
  public static func densities(_ groups: [SortedScores]) -> [ScoreDensity?] {
    let widths = groups.map(bandwidth)
    guard let least = widths.compactMap(\.self).min() else { return groups.map { _ in nil } }
    let wanted = pointsPerBandwidth / least
    let steps = min(
      max(wanted.isFinite ? Int(min(wanted, 1e9)) + 1 : 0, points.lowerBound), points.upperBound)
    return zip(groups, widths).map { group, width in
      width.map { ScoreDensity(group, bandwidth: $0, steps: steps) }
    }
  }

  /// ABPC = ∫₀¹ |f_a(x) − f_b(x)| dx: the area between the densities, by the trapezoidal rule.
  ///
  /// X. Han et al., *Retiring ΔDP: new distribution-level metrics for demographic parity*, TMLR
  /// 2023.
  public static func areaBetween(_ a: ScoreDensity, _ b: ScoreDensity) -> Double {
    precondition(a.values.count == b.values.count, "densities on different grids")
    let gaps = zip(a.values, b.values).map { abs($0 - $1) }
    return (gaps.reduce(0, +) - 0.5 * (gaps[0] + gaps.last!)) / Double(gaps.count - 1)
  }

  private static func bandwidth(_ group: SortedScores) -> Double? {
    var sum = 0.0, squares = 0.0, weight = 0.0
    for i in 0..<group.count {
      let w = group.weight(i)
      weight += w
      squares += w * w
      sum += w * group.scores[i]
    }
    guard squares > 0 else { return nil }
    let size = weight * weight / squares, mean = sum / weight
    guard size > 1 else { return nil }
    var spread = 0.0
    for i in 0..<group.count {
      let gap = group.scores[i] - mean
      spread += group.weight(i) * gap * gap
    }
    let deviation = (spread / weight * size / (size - 1)).squareRoot()
    return deviation > 0 && deviation.isFinite ? deviation * pow(size, -0.2) : nil
  }

  private init(_ group: SortedScores, bandwidth: Double, steps: Int) {
    var mass = Array(repeating: 0.0, count: steps + 1)
    for i in 0..<group.count {
      let place = min(max(group.scores[i], 0), 1) * Double(steps)
      let left = min(Int(place), steps - 1)
      let share = place - Double(left)
      mass[left] += group.weight(i) * (1 - share)
      mass[left + 1] += group.weight(i) * share
    }
    let reach = min(steps, Int(min(Self.cut * bandwidth, 1) * Double(steps)) + 1)
    let scale = 1 / (bandwidth * group.totalWeight * (2 * Double.pi).squareRoot())
    let kernel = (0...reach).map { k in
      let z = Double(k) / (bandwidth * Double(steps))
      return scale * exp(-0.5 * z * z)
    }
    var values = Array(repeating: 0.0, count: steps + 1)
    for (place, amount) in mass.enumerated() where amount > 0 {
      for target in max(0, place - reach)...min(steps, place + reach) {
        values[target] += amount * kernel[abs(target - place)]
      }
    }
    self.values = values
  }
}
