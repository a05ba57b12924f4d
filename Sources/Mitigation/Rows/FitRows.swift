import Criteria
import Datasets
import LinearAlgebra
import Models
import RowSums

/// Rows that a fit may take for granted: only a check makes them, the same for every caller.
///
/// They have rows and some weight; weights, targets and features within their ranges
/// (``NumberRange``); two classes of labels, or numbers that vary, where the method predicts them;
/// sensitive attributes where it needs them, of few enough combinations; and each label in each group
/// where its criterion compares rates given the label.
public struct FitRows<Scalar: KernelScalar>: Sendable {
  public let data: Dataset<Scalar>
  /// Shape `(n)`, 0 or 1; empty where the rows have no labels, and the method needs none.
  public let labels: Buffer<UInt8>

  public init(
    _ data: Dataset<Scalar>, _ needs: RowNeeds, pool: WorkerPool = .default
  ) throws(DataError) {
    guard data.rows > 0 else { throw .noRowsLeft(file: data.source) }
    if needs.groups, !(needs.takesContinuous && !data.continuousAttributes.isEmpty) {
      try data.requireGroups(for: needs.method)
    }
    try Self.requireOutcome(data, needs)
    try data.requireCombinations()
    guard needs.features == .anything || data.features.columns > 0 else {
      throw .noFeatures(file: data.source)
    }
    try data.requireNumberRanges()
    try Self.requireVariation(data, needs)
    var data = data
    if needs.features == .inRange {
      try data.requireFeatureRange(pool: pool)
      data.hasCheckedFeatures = true
    }
    self.data = data
    labels = data.labels ?? Buffer(zeroed: 0)
  }

  /// There is something to predict, of a kind that the method predicts.
  private static func requireOutcome(
    _ data: Dataset<Scalar>, _ needs: RowNeeds
  ) throws(DataError) {
    switch needs.outcome {
    case .anything: break
    case .labels where data.targets != nil: throw .predictsLabels(method: needs.method)
    case .labels, .labelsOrNumbers:
      guard data.labels != nil || data.targets != nil else {
        throw .needsLabels(method: needs.method)
      }
    }
  }

  /// What is to be predicted differs between rows, and where it has to within groups.
  private static func requireVariation(
    _ data: Dataset<Scalar>, _ needs: RowNeeds
  ) throws(DataError) {
    try data.requireWeight()
    guard needs.outcome != .anything else { return }
    guard data.targets == nil else { return try data.requireVaryingTargets() }
    try data.requireTwoClasses()
    try data.requireLabelsInEachGroup(needs.labelsInGroups, leastGroup: needs.leastGroup)
  }
}

extension FitRows {
  public var count: Int { data.rows }
  var sampleWeights: [Double]? { data.sampleWeights }
  var totalWeight: Double { data.totalWeight }

  /// The cells of the joint groups; without attributes, of one group of all rows.
  var cells: CellIndex {
    let groups =
      data.attributes.isEmpty
      ? [GroupIndex(attribute: "all", codes: Buffer(zeroed: count), names: ["all"])]
      : data.attributes
    return CellIndex(
      attributes: groups, labels: labels, sampleWeights: sampleWeights,
      multiplicities: data.multiplicities)
  }

  var problem: PenalizedLogisticRegression.Problem<Scalar> { problem(leastGroup: 0) }

  /// - Parameter leastGroup: a group of fewer rows is not bound.
  func problem(leastGroup: Int) -> PenalizedLogisticRegression.Problem<Scalar> {
    .init(
      features: data.features, cells: cells(leastGroup: leastGroup), sampleWeights: sampleWeights)
  }

  /// The rows as those who fit ask them.
  ///
  /// - Parameter cells: in which sums are taken.
  func source(_ cells: CellIndex, _ context: FitContext) -> any RowSource {
    PenalizedLogisticRegression.Problem(
      features: data.features, cells: cells, sampleWeights: sampleWeights
    ).source(context.pool)
  }

  /// Predicts the labels as numbers.
  func regressionLearner(
    _ cells: CellIndex, _ specification: ReductionSpecification, _ base: LogisticRegression
  ) -> LinearRegressionLearner<Scalar> {
    let numbers = Buffer<Scalar>(uninitialized: count)
    for i in 0..<count { numbers[i] = Scalar(Double(labels[i])) }
    return LinearRegressionLearner(
      data.features, targets: numbers, cells: cells, sampleWeights: sampleWeights,
      loss: specification.loss.groupLoss, l2: base.l2, pool: base.pool)
  }

  var scoreRows: ScoreRows<Scalar> {
    ScoreRows(features: data.features, labels: labels, sampleWeights: sampleWeights)
  }
}

extension Dataset {
  /// The sensitive numbers, which are no groups, in the order in which they were named.
  var continuousAttributes: [(name: String, values: [Double])] {
    encoder.options.continuous.compactMap { name in columns[name].map { (name, $0) } }
  }

  /// The labels, which changes of training rows need.
  func requireLabels(_ method: String) throws(DataError) -> Buffer<UInt8> {
    guard let labels else { throw .needsLabels(method: method) }
    return labels
  }

  var totalWeight: Double { sampleWeights?.reduce(0, +) ?? Double(rows) }
}
