import Essentials
import LinearAlgebra
import Models
import Optimization

/// The fits at several strengths of a penalty.
///
/// Walks upwards, one warm start after the other. Smooth penalties are not convex, and a path may run
/// into a minimum that is far above others. So every fit is then held against all points that the walk
/// has seen, and against the model that gives every row the same score: with the mean loss L and the
/// penalty P of a point known, L + strength·P says what it costs at any strength, without a pass. A fit
/// that is dearer than another point starts anew from there. In the end no fit is dearer at its own
/// strength than the fit of another, so that the penalty never rises with the strength:
/// L₁ + s₁P₁ ≤ L₂ + s₁P₂ and L₂ + s₂P₂ ≤ L₁ + s₂P₁ give (s₂ − s₁)(P₂ − P₁) ≤ 0.
///
/// No penalty is negative, so that the smallest loss bounds every objective from below. A fit that is
/// not near that bound is held against other basins (`BasinSearch`); what is proved of it is the bound.
struct PenaltyPath {
  let objective: LinearObjective
  let base: LogisticRegression
  private var theta: [Double]?
  private var memory = NewtonMemory()
  private var strength = 0.0
  private var seen: [Point] = []
  /// The fit without a penalty, and what no objective is below.
  private var unpenalized: LinearFit?
  private var leastLoss: Double?

  /// A model with its mean loss, the ridge's part in it, and its penalty.
  private struct Point {
    var theta: [Double]
    var loss: Double
    var penalty: Double

    func value(_ strength: Double) -> Double { loss + strength * penalty }
  }

  /// A point that is better by less than this share is the same minimum.
  private static var sameMinimum: Double { 1e-7 }
  /// Every start lowers an objective; this many rounds have never been needed.
  private static var mostRounds: Int { 12 }
  /// An objective that is above the smallest loss by less than this share needs no other basin.
  private static var nearBound: Double { 5e-3 }

  init(objective: LinearObjective, base: LogisticRegression) {
    self.objective = objective
    self.base = base
  }

  /// Visits the strengths in ascending order; results come in the order asked for.
  mutating func walk(toEach strengths: [Double]) throws -> [LinearFit] {
    var fits: [Int: LinearFit] = [:], points: [Int: Point] = [:]
    let order = strengths.indices.sorted { strengths[$0] < strengths[$1] }
    for index in order {
      let fit = try walk(to: strengths[index])
      fits[index] = fit
      points[index] = try point(at: fit.theta)
    }
    if objective.terms.contains(where: { !$0.term.isConvex }) {
      try improve(&fits, &points, strengths, order)
      if try search(&fits, &points, strengths, order) {
        try improve(&fits, &points, strengths, order)
      }
      for index in order where strengths[index] > 0 { prove(&fits[index]!) }
    }
    return strengths.indices.map { fits[$0]! }
  }

  // MARK: - Upwards

  private mutating func walk(to target: Double) throws -> LinearFit {
    if theta == nil { try start() }
    var next = max(
      strength * PenalizedLogisticRegression.pathGrowth,
      PenalizedLogisticRegression.firstStrength)
    while next < target {
      _ = try step(to: next, last: false)
      next *= PenalizedLogisticRegression.pathGrowth
    }
    return try step(to: target, last: true)
  }

  /// The fit without a penalty. With a certificate, which needs all its digits, it bounds the others.
  private mutating func start() throws {
    let fit = try step(to: 0, last: base.certifies)
    unpenalized = fit
    if !base.certifies { return }
    seen.append(try point(at: fit.theta))
    leastLoss = fit.report.certificate?.boundOnSuboptimality.flatMap { bound in
      fit.report.objective.map { $0 - bound }
    }
  }

  private mutating func step(to strength: Double, last: Bool) throws -> LinearFit {
    let fit = try fit(at: strength, from: theta, last: last)
    theta = fit.theta
    self.strength = strength
    if !last { seen.append(try point(at: fit.theta)) }
    return fit
  }

  private mutating func fit(
    at strength: Double, from start: [Double]?, last: Bool
  ) throws -> LinearFit {
    setStrength(strength)
    var fitter = base
    if !last {
      fitter.certifies = false
      fitter.rule.relativeGap = max(fitter.rule.relativeGap, Self.intermediateGap)
    }
    let passes = objective.passes
    var fit = try fitter.fit(objective, start: start, memory: &memory)
    fit.report.passes = objective.passes - passes
    return fit
  }

  private func setStrength(_ strength: Double) {
    for index in objective.terms.indices.dropFirst() {
      objective.setFactor(strength, ofTerm: index)
    }
  }

  /// Solutions between the asked ones only have to be warm starts.
  private static var intermediateGap: Double { 1e-5 }

  // MARK: - Against each other

  private mutating func improve(
    _ fits: inout [Int: LinearFit], _ points: inout [Int: Point], _ strengths: [Double],
    _ order: [Int]
  ) throws {
    seen += [constant].compactMap(\.self)
    for _ in 0..<Self.mostRounds {
      var isBetter = false
      for index in order where !base.rule.shouldStop() {
        let strength = strengths[index], own = points[index]!.value(strength)
        let others = seen + order.map { points[$0]! }
        guard let best = others.min(by: { $0.value(strength) < $1.value(strength) }),
          best.value(strength) < own - Self.sameMinimum * max(abs(own), StoppingRule.floor)
        else { continue }
        var fit = try fit(at: strength, from: best.theta, last: true)
        let found = try point(at: fit.theta)
        guard found.value(strength) < own else { continue }
        fit.report.passes += fits[index]!.report.passes
        fit.report.iterations += fits[index]!.report.iterations
        (fits[index], points[index], isBetter) = (fit, found, true)
      }
      if !isBetter { return }
    }
  }

  // MARK: - Against other basins

  /// Whether a deeper basin was found for any strength.
  private mutating func search(
    _ fits: inout [Int: LinearFit], _ points: inout [Int: Point], _ strengths: [Double],
    _ order: [Int]
  ) throws -> Bool {
    guard let unpenalized, let least = leastLoss ?? unpenalized.report.objective else {
      return false
    }
    let doubtful = order.filter { index in
      let value = points[index]!.value(strengths[index])
      return strengths[index] > 0 && value - least > Self.nearBound * abs(value)
    }
    guard !doubtful.isEmpty,
      let basins = try BasinSearch(objective, strengths: doubtful.count)
    else { return false }
    var found = false
    for index in doubtful where !base.rule.shouldStop() {
      let strength = strengths[index]
      let start = try basins.deeper(
        than: points[index]!.theta, unpenalized: unpenalized.theta, strength: strength,
        shouldStop: base.rule.shouldStop)
      guard let start else { continue }
      memory = NewtonMemory()
      let fit = try fit(at: strength, from: start, last: true)
      let reached = try point(at: fit.theta)
      guard reached.value(strength) < points[index]!.value(strength) else { continue }
      (fits[index], points[index], found) = (fit, reached, true)
    }
    return found
  }

  /// The objective less the smallest loss: no penalty is negative.
  private func prove(_ fit: inout LinearFit) {
    guard let leastLoss, let value = fit.report.objective, fit.report.certificate != nil else {
      return
    }
    fit.report.certificate!.boundOnSuboptimality = value - leastLoss
  }

  private func point(at theta: [Double]) throws -> Point {
    point(theta, try objective.sums(at: theta))
  }

  private func point(_ theta: [Double], _ sums: ScoreSums) -> Point {
    let penalty = objective.terms.dropFirst().reduce(0) { $0 + $1.term.value(sums) }
    return Point(
      theta: theta, loss: objective.terms[0].term.value(sums) + objective.ridgeValue(theta),
      penalty: penalty)
  }

  /// The model that gives every row the score of the base rate; its sums need no pass. nil where there
  /// is no intercept, or rows have scores of their own.
  private var constant: Point? {
    let rows = objective.shape
    guard objective.fitsIntercept, !rows.hasOffset, rows.totalWeight > 0 else { return nil }
    let positive = zip(rows.cellWeights, rows.labels).reduce(0) { $0 + $1.0 * $1.1 }
    let rate = positive / rows.totalWeight
    guard rate > 0, rate < 1 else { return nil }
    let score = log(rate / (1 - rate))
    var theta = [Double](repeating: 0, count: objective.dimension)
    // With sets of rows each has an intercept.
    let width = rows.width
    for end in stride(from: width, through: theta.count, by: width) { theta[end - 1] = score }
    var sums = ScoreSums(cells: rows.cells, attributes: objective.attributeCount)
    for (cell, weight) in rows.cellWeights.enumerated() {
      sums.linear[cell] = weight * score
      sums.probability[cell] = weight * rate
      sums.loss[cell] = weight * (-log(1 - rate) - rows.labels[cell] * score)
    }
    return point(theta, sums)
  }
}
