import Datasets
import Essentials
import LinearAlgebra
import Models
import Optimization

/// Looks for minima of a penalized objective other than the one that a path has found.
///
/// A smooth penalty is flat where probabilities are near 0 or 1, and its minima there may be far below
/// the one that a path runs into. Points of all sizes of score are minimized roughly on a sample of the
/// rows: unpenalized scores times a factor, scores along random directions, and steps of random sizes
/// from the best point so far, as long as those lead anywhere. (Wales and Doye, Global Optimization by
/// Basin-Hopping, Journal of Physical Chemistry A, 1997.) The draws have a seed of their own, so that a
/// fit is the same every time.
struct BasinSearch {
  /// Basins are compared on so many rows.
  private static var sampleRows: Int { 1_024 }
  /// Steps of a rough minimization: enough to tell one basin from another.
  private static var roughSteps: Int { 30 }
  /// Steps after which a round's starts are compared, and the share of them that goes on.
  private static var firstSteps: Int { 8 }
  private static var goingOn: Double { 0.25 }
  /// Numbers that a round of starts may read.
  private static var budget: Double { 1.5e7 }
  private static var startsOfARound: ClosedRange<Int> { 4...32 }
  private static var mostRounds: Int { 6 }
  /// Up to this many columns a rough minimization is scaled by a Hessian, beyond by its diagonal.
  private static var denseColumns: Int { 200 }
  /// Factors of the scores without a penalty: the larger, the more decided the probabilities.
  private static var sharper: [Double] { [3, 10, 30] }
  /// Standard deviations of the scores of starts, and of steps from the best point, as powers of ten.
  private static var spreads: ClosedRange<Double> { -0.5...1.5 }
  private static var hops: ClosedRange<Double> { -0.7...1.2 }
  /// A basin that is deeper by less than this share is not worth a fit.
  private static var worthwhile: Double { 1e-3 }

  private let objective: LinearObjective
  private let starts: Int
  /// A coefficient of this size gives scores of standard deviation 1, and the columns' means.
  private let unit: [Double]
  private let means: [Double]
  private let preconditioner: @Sendable ([Double]) -> [Double]

  /// - Parameter strengths: how many strengths are searched, which share the effort.
  init?(_ whole: LinearObjective, strengths: Int) throws {
    // Rows that are far and give no sample would be asked hundreds of times.
    let isFar = whole.reader.source.isFar
    guard let sample = try whole.sample(rows: Self.sampleRows) ?? (isFar ? nil : whole) else {
      return nil
    }
    for index in sample.terms.indices.dropFirst() { sample.setFactor(0, ofTerm: index) }
    let origin = [Double](repeating: 0, count: sample.dimension)
    guard let diagonal = try sample.hessianDiagonal(at: origin), sample.fitsIntercept else {
      return nil
    }
    objective = sample
    let last = sample.dimension - 1
    var constant = origin
    constant[last] = 1
    let crossed = try sample.hessianProduct(at: origin, constant)
    let mass = crossed[last]
    guard mass > 0 else { return nil }
    means = (0..<last).map { crossed[$0] / mass }
    unit = (0..<last).map { j in
      let variance = (diagonal[j] - crossed[j] * crossed[j] / mass) / mass
      return variance > 0 ? 1 / variance.squareRoot() : 0
    }
    let columns = sample.shape.denseColumns + sample.shape.levels.count + 1
    let round = Self.budget / Double(sample.rows * columns * Self.roughSteps)
    let share = round / Double(max(1, strengths)).squareRoot()
    starts = min(
      max(Int(min(share, 1e6)), Self.startsOfARound.lowerBound), Self.startsOfARound.upperBound)
    if last <= Self.denseColumns, let factor = Cholesky(try sample.hessian(at: origin)) {
      preconditioner = { factor.solve($0) }
    } else {
      let scale = diagonal.map { $0 > 0 ? 1 / $0 : 1 }
      preconditioner = { zip($0, scale).map { $0 * $1 } }
    }
  }

  /// A start whose basin is deeper at this strength than that of `found`, if one was met.
  func deeper(
    than found: [Double], unpenalized: [Double], strength: Double, shouldStop: () -> Bool
  ) throws -> [Double]? {
    for index in objective.terms.indices.dropFirst() {
      objective.setFactor(strength, ofTerm: index)
    }
    var random = CounterRandom(seed: Self.seed, stream: 0)
    var best = try rough(found)
    let known = best.value
    var candidates = Self.sharper.map { scaled(unpenalized, $0) }
    candidates += (0..<starts).map { _ in drawn(from: nil, Self.spreads, &random) }
    for _ in 0..<Self.mostRounds where !shouldStop() {
      let before = best.value
      for start in try promising(candidates) {
        let reached = try rough(start)
        if reached.value < best.value { best = reached }
      }
      let isFirst = candidates.count > starts
      guard isFirst || best.value < before * (1 - Self.worthwhile) else { break }
      candidates = (0..<starts).map { _ in drawn(from: best.point, Self.hops, &random) }
    }
    return best.value < known - Self.worthwhile * abs(known) ? best.point : nil
  }

  private static var seed: UInt64 { 0x0B45_1A5E }

  /// Where the best of the starts are after a few steps.
  private func promising(_ starts: [[Double]]) throws -> [[Double]] {
    let begun = try starts.map { try rough($0, steps: Self.firstSteps) }
    let order = begun.indices.sorted { (begun[$0].value, $0) < (begun[$1].value, $1) }
    let count = Int((Self.goingOn * Double(starts.count)).rounded(.up))
    return order.prefix(count).map { begun[$0].point }
  }

  private func rough(
    _ start: [Double], steps: Int = Self.roughSteps
  ) throws -> (point: [Double], value: Double) {
    let rule = StoppingRule(relativeGap: 1e-4, iterationLimit: steps)
    let reached = try LBFGS(preconditioner: preconditioner, isModel: false)
      .minimize(objective, from: start, rule: rule)
    return (reached.point, reached.value.isFinite ? reached.value : .infinity)
  }

  /// The scores of θ about their mean, times a factor.
  private func scaled(_ theta: [Double], _ factor: Double) -> [Double] {
    let w = theta.dropLast().map { $0 * factor }
    let shift = (factor - 1) * zip(theta, means).reduce(0) { $0 + $1.0 * $1.1 }
    return w + [theta[theta.count - 1] - shift]
  }

  /// Scores along a random direction, of a size drawn evenly in its logarithm, added to those of a
  /// point.
  private func drawn(
    from point: [Double]?, _ sizes: ClosedRange<Double>, _ random: inout CounterRandom
  ) -> [Double] {
    let exponent = sizes.lowerBound + random.uniform() * (sizes.upperBound - sizes.lowerBound)
    let size = pow(10, exponent) / Double(max(1, unit.count)).squareRoot()
    let step = unit.map { $0 * size * random.normal() }
    let shift = random.normal() - zip(step, means).reduce(0) { $0 + $1.0 * $1.1 }
    guard let point else { return step + [shift] }
    return zip(point, step).map { $0 + $1 } + [point[point.count - 1] + shift]
  }
}
