import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import RowSums
import TestSupport

/// Synthetic rows with groups whose labels and features differ.
struct Classified {
  let scope: ConstraintScope
  let features: DesignMatrix<Double>
  let labels: [Int]
  let groups: [Int]
  let weights: [Double]?

  /// - Parameter order: the rows in another order, or chosen several times or not at all.
  init(
    rows n: Int, groups k: Int, seed: UInt64, columns d: Int = 4, weights: [Double]? = nil,
    order: [Int]? = nil, controls: Bool = false
  ) {
    var random = SeededGenerator(seed: seed)
    var x: [[Double]] = [], y: [Int] = [], g: [Int] = [], c: [Int] = []
    for _ in 0..<n {
      let group = Int.random(in: 0..<k, using: &random)
      let shift = Double(group) / Double(max(1, k - 1)) - 0.5
      let row = (0..<d).map { j in
        Double.random(in: -1...1, using: &random) + (j < 2 ? shift : 0)
      }
      let score = row[0] + row[1] - 0.5 * row[2] + Double.random(in: -1...1, using: &random)
      x.append(row)
      y.append(score > 0 ? 1 : 0)
      g.append(group)
      c.append(Int.random(in: 0..<2, using: &random))
    }
    let order = order ?? Array(0..<n)
    labels = order.map { y[$0] }
    groups = order.map { g[$0] }
    self.weights = weights.map { all in order.map { all[$0] } }
    features = DesignMatrix(dense: Matrix(order.map { x[$0] }))
    scope = ConstraintScope(
      sensitive: [GroupIndex(attribute: "g", values: groups.map { "g\($0)" })],
      controls: controls
        ? [GroupIndex(attribute: "c", values: order.map { "c\(c[$0])" })] : [],
      labels: Buffer(labels.map { UInt8($0) }), sampleWeights: self.weights)
  }

  func learner(l2: Double = 1e-3, pool: WorkerPool = .default) -> LogisticLearner {
    LogisticLearner(
      LocalRows(
        PenalizedLogisticRegression.Problem(
          features: features, cells: scope.cells, sampleWeights: weights
        ).rows, pool: pool), l2: l2, pool: pool)
  }

  /// The request that no multiplier changes.
  var plainRequest: CellRequest {
    CellRequest(
      labels: (0..<scope.cells.count).map { UInt8(CellIndex.label(of: $0)) },
      weights: Array(repeating: 1, count: scope.cells.count))
  }
}
