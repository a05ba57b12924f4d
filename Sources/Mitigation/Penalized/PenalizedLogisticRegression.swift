import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// Logistic regression with a fairness penalty of a chosen strength.
///
/// Minimizes (1/W)·Σᵢ sᵢ·[log(1 + e^{zᵢ}) − yᵢzᵢ] + ½·l2·‖w‖² + strength·P(θ) with P one of
/// `Penalties.all`; the intercept is never penalized by l2. Smooth penalties on σ(z) are not convex
/// in θ, so a fit follows the path of strengths from the unpenalized optimum.
///
/// A strong smooth penalty makes the groups' mean *probabilities* alike, which is not the same as
/// alike shares above the threshold: those can overshoot. `fit(targetGap:)` looks at what is above
/// the threshold.
public struct PenalizedLogisticRegression: Sendable {
  public var penalty: any Penalty
  public var base: LogisticRegression

  /// Strengths between 0 and the wanted one grow by this factor a step: near enough for a warm
  /// start to stay in the basin of the path.
  static let pathGrowth = 10.0
  /// The path starts at this strength: below it a penalty changes nothing visible.
  static let firstStrength = 0.01

  public init(penalty: any Penalty, base: LogisticRegression) {
    self.penalty = penalty
    self.base = base
  }

  /// What is fitted: rows with their cells, and continuous sensitive attributes, if any, whose
  /// covariance with the score is penalized alike.
  public struct Problem<Scalar: KernelScalar> {
    public let rows: ScoreRows<Scalar>
    public let cells: CellIndex
    /// sᵢ·(aᵢ − ā) of each continuous attribute, ā its weighted mean: shape `(n)` each.
    let centredAttributes: [Buffer<Scalar>]

    /// - Parameter continuous: sensitive numbers, an array of shape `(n)` an attribute.
    public init(
      features: DesignMatrix<Scalar>, cells: CellIndex, sampleWeights: [Double]? = nil,
      continuous: [[Double]] = []
    ) {
      self.cells = cells
      rows = ScoreRows(
        features: features, cells: cells.codes, cellCount: cells.count,
        labels: (0..<cells.count).map { Double(CellIndex.label(of: $0)) },
        cellWeights: cells.weights,
        sampleWeights: sampleWeights.map(Buffer.init(narrowing:)))
      centredAttributes = continuous.map { values in
        precondition(values.count == features.rows, "a value for each row")
        let total = cells.totalWeight
        let sum = values.indices.reduce(0.0) { $0 + (sampleWeights?[$1] ?? 1) * values[$1] }
        return Buffer(
          narrowing: values.indices.map { (sampleWeights?[$0] ?? 1) * (values[$0] - sum / total) })
      }
    }

    /// The rows as those who fit ask them.
    func source(_ pool: WorkerPool) -> LocalRows<Scalar> {
      LocalRows(rows, attributes: centredAttributes, pool: pool)
    }

    /// The same with continuous attributes only: all rows are in one group.
    public init(
      features: DesignMatrix<Scalar>, labels: Buffer<UInt8>, sampleWeights: [Double]? = nil,
      continuous: [[Double]]
    ) {
      let everyone = GroupIndex(
        attribute: "all", codes: Buffer(zeroed: features.rows), names: ["all"])
      let cells = CellIndex(
        attributes: [everyone], labels: labels, sampleWeights: sampleWeights)
      self.init(
        features: features, cells: cells, sampleWeights: sampleWeights, continuous: continuous)
    }
  }

  /// F at a strength; for the path the strength is changed in place.
  public func objective<Scalar: KernelScalar>(
    _ problem: Problem<Scalar>, strength: Double
  ) -> LinearObjective {
    objective(problem.source(base.pool), problem.cells, strength: strength)
  }

  /// F of rows wherever they are, in the cells that are given.
  func objective(
    _ source: any RowSource, _ cells: CellIndex, strength: Double
  ) -> LinearObjective {
    precondition(strength >= 0, "a strength cannot be negative")
    var terms = penalty.terms(cells)
    if source.shape.attributes > 0 {
      let more = penalty.continuousTerms(totalWeight: cells.totalWeight)
      precondition(more != nil, "'\(penalty.name)' is not defined for continuous attributes")
      terms += more ?? []
    }
    return LinearObjective(
      source,
      terms: [.init(1, MeanLoss(totalWeight: cells.totalWeight))]
        + terms.map { .init(strength, $0) },
      l2: base.l2, fitsIntercept: base.fitsIntercept)
  }

  public func fit<Scalar: KernelScalar>(
    _ problem: Problem<Scalar>, strength: Double
  ) throws -> LinearFit {
    try path(problem, strengths: [strength])[0]
  }

  /// The fits at all strengths, each started from its neighbour's solution. Results come in the
  /// order asked for, whatever it is.
  public func path<Scalar: KernelScalar>(
    _ problem: Problem<Scalar>, strengths: [Double]
  ) throws -> [LinearFit] {
    try path(problem.source(base.pool), problem.cells, strengths: strengths)
  }

  /// The same of rows wherever they are.
  func path(
    _ source: any RowSource, _ cells: CellIndex, strengths: [Double]
  ) throws -> [LinearFit] {
    var walker = PenaltyPath(objective: objective(source, cells, strength: 0), base: base)
    return try walker.walk(toEach: strengths)
  }
}
