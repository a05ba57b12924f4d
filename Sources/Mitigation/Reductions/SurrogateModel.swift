import LinearAlgebra
import Models
import RowSums

/// The surrogate loss of every request, as far as it is known without reading the rows again.
///
/// A reading at θ (`CellScan`) gives value and gradient of the loss under any weights and labels of
/// the cells. So each request is known at all points read so far, the differences of its gradients
/// between them are curvature, and on top of the second derivatives by cell (`CurvatureModel`) they
/// foresee where its minimum lies and how far below it is (limited-memory BFGS: Nocedal and Wright,
/// Numerical Optimization, 2006, section 7.2).
struct SurrogateModel: Sendable {
  struct Point: Sendable {
    let theta: [Double]
    /// Of each cell: Σ s·log(1 + eᶻ), and Σ s·σ(z)·x̃.
    let softplus: [Double]
    let probability: [[Double]]
    /// Shape `(bins, cells)`.
    let histogram: [Double]
    /// m_c·θ of each cell.
    let linear: [Double]
    /// Which fit of the learner this is, and the width of its histogram's bins.
    let identifier: Int
    let binWidth: Double
  }

  /// What a request asks of the surrogate: F(θ) = Σ_c u_c·loss_c(θ) + ½·l2·‖w‖².
  struct Weighting: Sendable {
    var softplus, score: [Double]
    var l2: Double
  }

  /// Where the best point known would go.
  struct Prospect: Sendable {
    var start: Int
    var value: Double
    var gradient: [Double]
    var direction: [Double]
    /// By how much F should fall.
    var gap: Double
  }

  /// Differences of gradients that are used.
  static let memory = 12
  /// Numbers kept at most in the points' gradients; the points that are dropped are the oldest.
  static let limit = 1 << 19
  static let leastPoints = 16
  /// Pairs with less curvature than this share of |s|·|y| say nothing reliable.
  private static let leastCurvature = 1e-10

  private let cellWeights: [Double]
  private let width: Int
  private let l2: Double
  private let penalizesIntercept: Bool
  /// Σ_{i∈c} s·x̃ of each cell.
  private let moments: [[Double]]
  private(set) var points: [Point] = []

  init(_ shape: RowShape, moments: [[Double]], l2: Double, penalizesIntercept: Bool) {
    self.penalizesIntercept = penalizesIntercept
    cellWeights = shape.cellWeights
    width = shape.width
    self.l2 = l2
    self.moments = moments
  }

  private var cells: Int { cellWeights.count }
  /// The parameters that are penalized come first.
  private var penalized: Int { penalizesIntercept ? width : width - 1 }

  /// Nil for a request without weight.
  func weighting(_ request: CellRequest) -> Weighting? {
    let total = zip(request.weights, cellWeights).reduce(0) { $0 + $1.0 * $1.1 }
    guard total > 0 else { return nil }
    return Weighting(
      softplus: request.weights.map { $0 / total },
      score: zip(request.labels, request.weights).map { $0 == 1 ? $1 / total : 0 },
      l2: l2 * cellWeights.reduce(0, +) / total)
  }

  /// Takes a reading in as the last point.
  mutating func add(_ theta: [Double], _ scan: CellScan, identifier: Int, binWidth: Double) {
    if points.count >= max(Self.leastPoints, Self.limit / max(1, cells * width)) {
      points.removeFirst()
    }
    points.append(
      Point(
        theta: theta, softplus: scan.softplus,
        probability: Self.byCell(scan.probability, width), histogram: scan.histogram,
        linear: moments.map { $0.dot(theta) }, identifier: identifier, binWidth: binWidth))
  }

  private static func byCell(_ flat: [Double], _ width: Int) -> [[Double]] {
    stride(from: 0, to: flat.count, by: width).map { Array(flat[$0..<($0 + width)]) }
  }

  func value(_ index: Int, _ weighting: Weighting) -> Double {
    let point = points[index]
    var sum = 0.0
    for c in 0..<cells {
      sum += weighting.softplus[c] * point.softplus[c] - weighting.score[c] * point.linear[c]
    }
    let squares = point.theta.prefix(penalized).reduce(0) { $0 + $1 * $1 }
    return sum + 0.5 * weighting.l2 * squares
  }

  func gradient(_ index: Int, _ weighting: Weighting) -> [Double] {
    let point = points[index]
    var gradient = point.theta.scaled(by: weighting.l2)
    for j in penalized..<width { gradient[j] = 0 }
    for c in 0..<cells where weighting.softplus[c] != 0 {
      gradient.add(weighting.softplus[c], times: point.probability[c])
      if weighting.score[c] != 0 { gradient.add(-weighting.score[c], times: moments[c]) }
    }
    return gradient
  }

  /// A step from the best point towards the minimum; nil before the first reading.
  func prospect(_ weighting: Weighting, _ factor: Cholesky) -> Prospect? {
    let values = points.indices.map { value($0, weighting) }
    let order = points.indices.sorted { values[$0] < values[$1] }
    guard let start = order.first else { return nil }
    let gradient = gradient(start, weighting), theta = points[start].theta
    var pairs: [(step: [Double], change: [Double])] = []
    for other in order.dropFirst().prefix(Self.memory).reversed() {
      let step = theta.adding(-1, times: points[other].theta)
      let change = gradient.adding(-1, times: self.gradient(other, weighting))
      if step.dot(change) > Self.leastCurvature * step.norm * change.norm {
        pairs.append((step, change))
      }
    }
    let direction = Self.direction(gradient, pairs, factor)
    return Prospect(
      start: start, value: values[start], gradient: gradient, direction: direction,
      gap: -0.5 * gradient.dot(direction))
  }

  /// −B·g by the two-loop recursion, the last pair first.
  private static func direction(
    _ gradient: [Double], _ pairs: [(step: [Double], change: [Double])], _ factor: Cholesky
  ) -> [Double] {
    var q = gradient
    var alphas = [Double](repeating: 0, count: pairs.count)
    for (i, pair) in pairs.enumerated().reversed() {
      alphas[i] = pair.step.dot(q) / pair.step.dot(pair.change)
      q.add(-alphas[i], times: pair.change)
    }
    var r = factor.solve(q)
    for (alpha, pair) in zip(alphas, pairs) {
      let beta = pair.change.dot(r) / pair.step.dot(pair.change)
      r.add(alpha - beta, times: pair.step)
    }
    return r.scaled(by: -1)
  }

  /// How far to go where a whole step led uphill: the minimum of the cubic through both ends.
  func shortened(_ from: Prospect, to index: Int, _ weighting: Weighting) -> Double {
    let step = points[index].theta.adding(-1, times: points[from.start].theta)
    let g1 = from.gradient.dot(step), g2 = gradient(index, weighting).dot(step)
    let d1 = g1 + g2 - 3 * (value(index, weighting) - from.value)
    let root = d1 * d1 - g1 * g2
    guard root >= 0 else { return 0.5 }
    let d2 = root.squareRoot(), scale = g2 - g1 + 2 * d2
    let share = 1 - (g2 + d2 - d1) / scale
    return share.isFinite ? min(max(share, 0.1), 0.9) : 0.5
  }
}
