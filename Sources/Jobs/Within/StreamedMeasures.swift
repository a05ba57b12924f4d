import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports

/// What a model comes to on rows that come a few at a time: everything but the area under the curve is
/// counts, which add up.
struct StreamedMeasures {
  private let model: TrainedModel
  private let threshold: Double
  private let unknown: UnknownGroups
  private let pool: WorkerPool
  private let groups: [TableSurvey.Attribute]
  private var counts = MixtureCounts()
  private var cells: SelectedCells
  private var ranks: RankedScores
  private(set) var review: DecisionReview?

  /// - Parameters:
  ///   - groups: all that any of the rows may be of.
  ///   - scores: how many rows there are, where there is room for their scores: the area is exact then.
  init(
    _ model: TrainedModel, groups: [TableSurvey.Attribute], threshold: Double,
    unknown: UnknownGroups, scores: Int?, pool: WorkerPool
  ) {
    self.model = model
    self.groups = groups
    self.threshold = threshold
    self.unknown = unknown
    self.pool = pool
    cells = SelectedCells(groups)
    ranks = scores.map { .exact(ScoreList(room: $0)) } ?? .binned(nil)
  }

  mutating func add<Scalar: KernelScalar>(_ part: Dataset<Scalar>) throws {
    guard part.rows > 0, let labels = part.labels else { return }
    var data = part.with(attributes: zip(part.attributes, groups).map { $0.named($1.groups) })
    data.unknown = unknown
    let predictor = model.predictor
    let probabilities = try predictor.probabilities(data, pool: pool)
    let mixture = try predictor.decisionMixture(
      data, probabilities: probabilities, threshold: threshold)
    try count(data, labels, mixture)
    cells.add(data, labels, mixture)
    try ranks.add(
      scores: try predictor.scores(data, pool: pool), probabilities, labels, data.sampleWeights,
      pool)
    let found = try model.review(
      data, probabilities: probabilities, threshold: threshold, pool: pool)
    if review == nil { review = found } else if let found { review!.add(found) }
  }

  private mutating func count<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ labels: Buffer<UInt8>,
    _ mixture: [(weight: Double, decisions: [UInt8])]
  ) throws(CountingError) {
    let attributes = groups.isEmpty ? [GroupIndex.everyone(data.rows)] : data.attributes
    let weights = data.sampleWeights.map { Buffer($0) }, pool = pool
    try counts.add(mixture) { decisions throws(CountingError) in
      try OutcomeCounts(
        counting: Outcomes(
          attributes: attributes, labels: labels, predictions: Buffer(decisions),
          weights: weights), pool: pool)
    }
  }

  /// The metrics of all rows.
  consuming func metrics() -> FitMetrics {
    guard !counts.parts.isEmpty else { return FitMetrics() }
    return FitMetrics(
      expected: counts.parts, ranks: ranks.statistic, comparesGroups: !groups.isEmpty,
      unknown: unknown)
  }

  /// How the constraints of a method's options are met; nil for methods without.
  func constraint(
    _ method: any Mitigation.Type, _ options: MethodOptions
  ) throws -> ConstraintMeasure? {
    guard let method = method as? any ConstrainedMitigation.Type else { return nil }
    var (rows, selected) = cells.rows(model.encoder)
    rows.unknown = unknown
    return try method.measure(rows, options: options, selected: selected)
  }
}

extension GroupIndex {
  fileprivate static func everyone(_ rows: Int) -> GroupIndex {
    GroupIndex(attribute: "", codes: Buffer(zeroed: rows), names: ["all"])
  }

  /// The same groups among others.
  fileprivate func named(_ names: [String]) -> GroupIndex {
    guard names != self.names else { return self }
    let place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt16($0)) })
    let codes = self.names.map { place[$0]! }
    return GroupIndex(
      attribute: attribute, codes: Buffer((0..<rows).map { codes[self[$0]] }), names: names)
  }
}

/// Rows, weights and selected weights of each cell (groups, label).
private struct SelectedCells {
  private struct Cell {
    var rows = 0
    var weight = 0.0
    var selected = 0.0

    mutating func count(_ weight: Double, _ share: Double) {
      rows += 1
      self.weight += weight
      selected += weight * share
    }
  }

  private let groups: [TableSurvey.Attribute]
  private var cells: [Cell]

  init(_ groups: [TableSurvey.Attribute]) {
    self.groups = groups
    cells = Array(repeating: Cell(), count: 2 * groups.reduce(1) { $0 * $1.groups.count })
  }

  mutating func add<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ labels: Buffer<UInt8>,
    _ mixture: [(weight: Double, decisions: [UInt8])]
  ) {
    for i in 0..<data.rows {
      var key = 0
      for attribute in data.attributes { key = key * attribute.count + attribute[i] }
      let weight = data.sampleWeights?[i] ?? 1
      var share = 0.0
      for part in mixture where part.decisions[i] == 1 { share += part.weight }
      cells[2 * key + Int(labels[i])].count(weight, share)
    }
  }

  /// A row a cell, and the share of it that is selected.
  func rows(_ encoder: FeatureEncoder) -> (rows: Dataset<Double>, selected: [Double]) {
    let keys = cells.indices.filter { cells[$0].rows > 0 }, found = keys.map { cells[$0] }
    var rest = keys.map { $0 / 2 }
    var attributes: [GroupIndex] = []
    for group in groups.reversed() {
      let count = group.groups.count
      attributes.append(
        GroupIndex(
          attribute: group.name, codes: Buffer(rest.map { UInt16($0 % count) }),
          names: group.groups
        ).withUsedNames())
      rest = rest.map { $0 / count }
    }
    let rows = Dataset<Double>(
      source: "", encoder: encoder,
      features: DesignMatrix(dense: Matrix(rows: keys.count, columns: 0)),
      labels: Buffer(keys.map { UInt8($0 & 1) }), sampleWeights: found.map(\.weight),
      attributes: attributes.reversed(), multiplicities: found.map(\.rows))
    return (rows, found.map { $0.weight > 0 ? $0.selected / $0.weight : 0 })
  }
}

/// Scores with their labels.
private struct ScoreList {
  var scores: [Double] = []
  var labels: [UInt8] = []
  var weights: [Double]?

  init(room rows: Int) {
    scores.reserveCapacity(rows)
    labels.reserveCapacity(rows)
  }
}

/// How the positives rank against the negatives.
private enum RankedScores {
  case exact(ScoreList)
  /// Counts by a histogram of the probabilities.
  case binned(OutcomeCounts?)

  mutating func add(
    scores: [Double], _ probabilities: [Double], _ labels: Buffer<UInt8>, _ weights: [Double]?,
    _ pool: WorkerPool
  ) throws(CountingError) {
    switch self {
    case .exact(var list):
      self = .binned(nil)
      list.scores += scores
      list.labels += labels.array
      if let weights {
        var all = list.weights ?? []
        list.weights = nil
        all.reserveCapacity(list.scores.capacity)
        all += weights
        list.weights = all
      }
      self = .exact(list)
    case .binned(let known):
      let found = try OutcomeCounts(
        counting: Outcomes(
          attributes: [.everyone(scores.count)], labels: labels, scores: Buffer(probabilities),
          weights: weights.map { Buffer($0) }), scoreBins: StreamedCounts.mostBins, pool: pool)
      guard var sum = known else {
        self = .binned(found)
        return
      }
      try sum.merge(found)
      self = .binned(sum)
    }
  }

  var statistic: RankStatistic? {
    switch self {
    case .binned(let counts): return counts.flatMap { RankStatistic(histogramOf: $0.overall) }
    case .exact(let list):
      let scores = Buffer(list.scores)
      return RankStatistic.exact(
        of: .everyone(scores.count), scores: scores, labels: Buffer(list.labels),
        weights: list.weights.map { Buffer($0) }, order: rowsSortedByScore(scores))[0]
    }
  }
}
