import Criteria
import Datasets
import LinearAlgebra
import Models

extension PenalizedLogisticRegression {
  /// A fit whose thresholded selection rates meet a target, with the strength that gave it.
  public struct TargetFit: Sendable {
    public var fit: LinearFit
    public var strength: Double
    /// The largest selection rate of a group minus the smallest, on the training rows.
    public var gap: Double
    /// The smallest selection rate over the largest.
    public var ratio: Double
  }

  static let searchGrowth = 4.0
  static let searchStart = 0.05
  /// A strength of searchStart·4^20 is about 5e10: nothing changes any more.
  static let growthSteps = 20
  static let bisections = 30

  /// Looks for the smallest gap in thresholded selection rates of the first attribute by bisection
  /// over the strength: with two groups on the sign of their difference, which a strong smooth
  /// penalty turns round, with more on whether the gap is still above the target.
  ///
  /// Fits on the way are warm-started. Returns the weakest penalty found with gap ≤ `targetGap`, or
  /// the smallest gap when none reaches it.
  public func fit<Scalar: KernelScalar>(
    _ problem: Problem<Scalar>, targetGap: Double, threshold: Double = 0.5
  ) -> TargetFit {
    let objective = objective(problem, strength: 0)
    var tried: [TargetFit] = []
    func evaluate(_ strength: Double, from start: [Double]?) -> Double {
      for index in objective.terms.indices.dropFirst() {
        objective.setFactor(strength, ofTerm: index)
      }
      let fit = base.fit(objective, start: start)
      let rates = selectionRates(problem, fit.model, threshold: threshold)
      let low = rates.min() ?? 0, high = rates.max() ?? 0
      tried.append(
        TargetFit(
          fit: fit, strength: strength, gap: high - low, ratio: high > 0 ? low / high : 1))
      return rates.count == 2 ? rates[1] - rates[0] : high - low
    }
    let first = evaluate(0, from: nil)
    guard tried[0].gap > targetGap else { return tried[0] }
    var low = (strength: 0.0, theta: tried[0].fit.theta)
    var high: Double?
    var strength = Self.searchStart
    for _ in 0..<Self.growthSteps {
      let signed = evaluate(strength, from: low.theta)
      if tried.last!.gap <= targetGap || signed * first < 0 {
        high = strength
        break
      }
      low = (strength, tried.last!.fit.theta)
      strength *= Self.searchGrowth
    }
    if var upper = high, tried.last!.gap > targetGap {
      for _ in 0..<Self.bisections where tried.last!.gap > targetGap {
        let middle = low.strength == 0 ? upper / 2 : (low.strength * upper).squareRoot()
        let signed = evaluate(middle, from: low.theta)
        if signed * first > 0 { low = (middle, tried.last!.fit.theta) } else { upper = middle }
      }
    }
    let reaching = tried.filter { $0.gap <= targetGap }
    return reaching.min { $0.strength < $1.strength } ?? tried.min { $0.gap < $1.gap }!
  }

  /// The weighted share above the threshold of each group of the first attribute with weight.
  func selectionRates<Scalar: KernelScalar>(
    _ problem: Problem<Scalar>, _ model: LinearModel, threshold: Double
  ) -> [Double] {
    let probabilities = model.probabilities(problem.rows.features, pool: base.pool)
    let attribute = problem.cells.attributes[0]
    var selected = [Double](repeating: 0, count: attribute.count), all = selected
    for (i, probability) in probabilities.enumerated() {
      let weight = problem.rows.sampleWeights.map { Double($0[i]) } ?? 1
      all[attribute[i]] += weight
      if probability >= threshold { selected[attribute[i]] += weight }
    }
    return zip(selected, all).compactMap { $1 > 0 ? $0 / $1 : nil }
  }
}
