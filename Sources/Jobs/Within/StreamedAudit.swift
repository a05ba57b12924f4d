import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Models
import Reports

/// The rows of an audit where they are not to be in memory all at once: their scores in columns where
/// these fit and their order counts, else counts.
struct StreamedAudit {
  private let file: PackedBlocks
  private let budget: MemoryBudget
  private let model: TrainedModel?
  private let score: String?
  private let threshold: Double
  private let context: JobContext
  private var columns: OutcomeColumns?
  private var counts: StreamedCounts?
  // What is found besides.
  private(set) var positives = PositiveValues()
  private(set) var hasLabels = false
  private(set) var hasPositive = false
  private(set) var pooled = 0
  private(set) var oddScores = OddScores()
  private var review: DecisionReview?
  private var drawn = MixtureCounts()
  private var shares: [MissingShare] = []

  init(
    _ file: PackedBlocks, within bytes: Int, model: TrainedModel?, score: String?,
    threshold: Double, _ context: JobContext
  ) throws {
    self.file = file
    self.model = model
    self.score = score
    self.threshold = threshold
    self.context = context
    budget = MemoryBudget(bytes, [file], threads: context.pool.threads)
    try budget.require(besides: budget.predicting(model) + Self.chunk)
  }

  /// Rows that are counted at once, and small counts.
  private static let chunk = 8 << 20

  // MARK: - Reading

  /// Reads all rows.
  mutating func read<Scalar: KernelScalar>(
    _ rows: inout StreamedRows<Scalar>, _ ranking: AuditOptions.Ranking
  ) throws {
    let options = rows.options
    guard !options.sensitive.isEmpty else {
      throw JobError.usage("an audit needs groups: \(set: "sensitive", "COLUMN[,COLUMN…]")")
    }
    let isScored = model != nil || score != nil
    let isExact = isScored && ranking == .exact && holdsScores(options)
    let known = try rows.findMeaning(groups: isScored && !isExact, context)
    let groups = known ?? GroupLists(options)
    columns = OutcomeColumns(
      groups, capacity: isExact ? file.rows : nil, threshold: threshold)
    if !isExact {
      counts = StreamedCounts(
        bins: isScored ? try bins(ranking, groups, options) : 0, pool: context.pool)
    }
    try rows.forEach("auditing", context) { try add($0, options) }
  }

  /// Whether scores and what sorts them fit.
  private func holdsScores(_ options: DataOptions) -> Bool {
    exactBytes(options) <= budget.left(besides: budget.predicting(model) + Self.chunk)
  }

  private func exactBytes(_ options: DataOptions) -> Int {
    let isWeighted = options.weights != nil
    return file.rows
      * (OutcomeColumns.rowBytes(
        attributes: options.sensitive.count + options.controls.count, isScored: true,
        isWeighted: isWeighted) + Self.sorting + (isWeighted ? Self.weight : 0))
  }

  /// What an order of scores takes a row, groups and copies by group included.
  private static let sorting = 64
  private static let weight = 16

  /// How many bins of scores fit; says what they stand for where nobody asked for bins.
  private func bins(
    _ ranking: AuditOptions.Ranking, _ groups: GroupLists, _ options: DataOptions
  ) throws -> Int {
    let others = budget.predicting(model) + Self.chunk
    func bytes(_ bins: Int) -> Int {
      StreamedCounts.bytes(
        bins: bins, combinations: groups.combinations, threads: budget.threads)
    }
    if case .histogram(let asked) = ranking {
      try budget.require(besides: others + bytes(asked))
      return asked
    }
    var bins = StreamedCounts.mostBins
    while bins > Self.fewestBins && bytes(bins) > budget.left(besides: others) { bins /= 2 }
    try budget.require(besides: others + bytes(bins))
    context.note(
      """
      what needs the order of scores is from a histogram of \(NumberText.count(bins)) bins, and says \
      how far off it may be: \(set: MemoryInput.name, budget.text(leaving: others + exactBytes(options))) holds \
      the scores of all rows
      """ as Phrase)
    return bins
  }

  /// Fewer say too little.
  private static let fewestBins = 1 << 10

  // MARK: - A few rows

  private mutating func add<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ options: DataOptions
  ) throws {
    positives = rows.positives
    hasLabels = rows.labels != nil
    guard rows.rows > 0 else { return }
    if !hasPositive, let labels = rows.labels { hasPositive = labels.array.contains(1) }
    let found = try model.map { try predicted($0, rows) } ?? outcomes(rows)
    if options.mode.tellsMissing { add(MissingShare.counted(rows)) }
    var counts = counts
    self.counts = nil
    try columns!.add(found, of: rows) { part throws(CountingError) in try counts?.add(part) }
    self.counts = counts
  }

  private mutating func outcomes<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>
  ) throws -> Outcomes {
    let scores = score.map { rows.columns[$0]! }
    if let score, let scores { try oddScores.add(scores, score, rows) }
    return Outcomes(
      attributes: rows.attributes + rows.controls, labels: rows.labels,
      predictions: rows.predictions, scores: scores.map { Buffer($0) },
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
  }

  private mutating func predicted<Scalar: KernelScalar>(
    _ model: TrainedModel, _ rows: Dataset<Scalar>
  ) throws -> Outcomes {
    let answered = try PlacedGroup.finding(in: rows) { try model.predictor.pooledRows(rows) }
    pooled += answered?.count { $0 } ?? 0
    let predicted = try PlacedGroup.finding(in: rows) {
      try model.evaluate(rows, threshold: threshold, pool: context.pool)
    }
    let found = try model.review(
      rows, probabilities: predicted.probabilities, decisions: predicted.decisions,
      threshold: threshold, pool: context.pool)
    if review == nil { review = found } else if let found { review!.add(found) }
    let weights = rows.sampleWeights.map { Buffer($0) }, pool = context.pool
    if !model.predictor.decidesByThreshold {
      try drawn.add(
        try model.predictor.decisionMixture(
          rows, probabilities: predicted.probabilities, threshold: threshold)
      ) { decisions throws(CountingError) in
        try OutcomeCounts(
          counting: Outcomes(
            attributes: rows.attributes, labels: rows.labels, predictions: Buffer(decisions),
            weights: weights), pool: pool)
      }
    }
    return Outcomes(
      attributes: rows.attributes + rows.controls, labels: rows.labels,
      predictions: Buffer(predicted.decisions), scores: Buffer(predicted.scores),
      weights: weights, threshold: threshold)
  }

  private mutating func add(_ more: [MissingShare]) {
    for share in more {
      let known = shares.firstIndex {
        $0.column == share.column && $0.attribute == share.attribute && $0.value == share.value
      }
      guard let known else {
        shares.append(share)
        continue
      }
      shares[known] = MissingShare(
        share.column, share.attribute, share.value, rows: shares[known].rows + share.rows,
        missing: shares[known].missing + share.missing)
    }
  }

  // MARK: - What came of it

  /// The rows of the audit, with what was found out besides counts.
  mutating func finish(auditsLabels: Bool) throws -> AuditedRows {
    guard var columns else { preconditionFailure("rows that were read") }
    self.columns = nil
    let groups = columns.groups
    var audited: AuditedOutcomes?
    if var counts {
      try columns.empty { part throws(CountingError) in try counts.add(part) }
      audited = counts.counts(groups).map { .counts($0) }
    }
    let reviewed = review?.ordered(by: groups)
    return AuditedRows(
      audited: audited ?? .rows(columns.all()), source: file.path, positives: positives,
      model: model, score: score, line: { $0 },
      missing: auditsLabels ? missing(groups) : nil, review: reviewed,
      drawn: reviewed?.all.drawn ?? 0 == 0 || drawn.parts.count < 2
        ? nil : expected(groups))
  }

  private func expected(_ groups: GroupLists) -> ExpectedCounts {
    ExpectedCounts(
      drawn.parts.map { part in
        let names = part.counts.attributes.map { name in
          groups.sorted[groups.attributes.firstIndex(of: name)!]
        }
        return (part.weight, part.counts.reordered(to: names))
      })
  }

  /// In the order of columns, attributes and groups.
  private func missing(_ groups: GroupLists) -> [MissingShare] {
    var columns: [String] = []
    for share in shares where !columns.contains(share.column) { columns.append(share.column) }
    let found = MissingShare.incomplete(shares)
    return columns.flatMap { column in
      zip(groups.attributes, groups.sorted).flatMap { attribute, names in
        names.compactMap { name in
          found.first { $0.column == column && $0.attribute == attribute && $0.value == name }
        }
      }
    }
  }
}
