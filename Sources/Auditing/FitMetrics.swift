import Criteria
import Datasets
import LinearAlgebra

/// What a fit is described by: how accurate it is and how far groups lie apart.
///
/// `accuracy_score`, `roc_auc_score` and `selection_rate` are of all rows. For each rate, `NAME.difference` is largest
/// minus smallest over the groups and `NAME.ratio` smallest over largest; with several attributes
/// the worst of them, and each as `ATTRIBUTE.NAME.difference`. They are what an audit of the same
/// decisions says, intervals and reasons included: a number that does not exist is absent with its
/// reason, and one that some groups have no part in says over how many groups it was taken.
///
///     run.document.train[.selectionRate.difference].value
public struct FitMetrics: Sendable, Equatable {
  /// Rates between groups that are told of every fit.
  static let rates = Rate.ofFits.map(\.name)
  /// What is told of all rows.
  static let wholes = ["accuracy_score", "roc_auc_score", "selection_rate"]
  /// Every disparity that a fit can have, of all attributes together.
  public static let compared =
    DisparityKind.allCases.flatMap { kind in
      (rates + OddsComposite.allCases.map(\.rawValue) + numberGaps).map { MeasureName($0, kind) }
    }
  /// The level of the intervals.
  public static let confidence = 0.95

  /// Expected rates of drawn decisions count as rates of as many rows, so their intervals are a
  /// little wide.
  public private(set) var estimates: [MeasureName: Estimate] = [:]
  /// Between which groups each disparity lies.
  public private(set) var sides: [MeasureName: GapSides] = [:]
  /// The only attribute, whose disparities have no attribute in their names.
  private var onlyAttribute: String?

  /// Nothing is measured.
  public init() {}

  init(_ estimates: [MeasureName: Estimate]) { self.estimates = estimates }

  /// A number, or why there is none.
  public subscript(name: MeasureName) -> Estimate {
    estimates[name] ?? (isOfOnlyAttribute(name) ? estimates[name.of(nil)] : nil)
      ?? .notEstimable("'\(name)' is not measured")
  }

  /// Whether there is such a number, be it absent.
  public func has(_ name: MeasureName) -> Bool {
    estimates[name] != nil || isOfOnlyAttribute(name) && estimates[name.of(nil)] != nil
  }

  /// Between which groups a disparity lies; nil for what is no disparity, or absent.
  public func sides(of name: MeasureName) -> GapSides? {
    sides[name] ?? (isOfOnlyAttribute(name) ? sides[name.of(nil)] : nil)
  }

  private func isOfOnlyAttribute(_ name: MeasureName) -> Bool {
    name.attribute != nil && name.attribute == onlyAttribute
  }

  /// What is measured, by name.
  public var names: [MeasureName] {
    estimates.keys.map { (name: $0, text: $0.description) }.sorted { $0.text < $1.text }.map(\.name)
  }

  /// - Parameters:
  ///   - scores: what ranks the rows, for the area under the curve.
  ///   - mixture: the decisions that rows may get, each with its probability; rates are expectations
  ///     over them.
  public init<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, scores: [Double],
    mixture: [(weight: Double, decisions: [UInt8])], pool: WorkerPool = .default
  ) throws(CountingError) {
    guard let labels = data.labels else {
      self.init()
      return
    }
    let attributes =
      data.attributes.isEmpty ? [Self.everyone(data.rows)] : data.attributes
    let weights = data.sampleWeights.map { Buffer($0) }
    var counts: [(weight: Double, counts: OutcomeCounts)] = []
    for part in mixture {
      let outcomes = Outcomes(
        attributes: attributes, labels: labels, predictions: Buffer(part.decisions),
        weights: weights)
      counts.append((part.weight, try OutcomeCounts(counting: outcomes, pool: pool)))
    }
    let everyone = Self.everyone(data.rows)
    let ranks = RankStatistic.exact(
      of: everyone, scores: Buffer(scores), labels: labels, weights: weights,
      order: rowsSortedByScore(Buffer(scores)))[0]
    self.init(
      expected: counts, ranks: ranks, comparesGroups: !data.attributes.isEmpty,
      unknown: data.unknown)
  }

  /// From counts alone, so that rows need not be in memory.
  ///
  /// - Parameters:
  ///   - counts: of the rows by each list of decisions, with its probability.
  ///   - ranks: of all rows; nil: the area under the curve is not known.
  ///   - comparesGroups: the attributes are those of the data, not one group of all rows.
  package init(
    expected counts: [(weight: Double, counts: OutcomeCounts)], ranks: RankStatistic?,
    comparesGroups: Bool = true, unknown: UnknownGroups = .ownGroup
  ) {
    let expected = ExpectedCounts(counts)
    let all = expected.whole(ranks)
    let options = AuditOptions(confidence: Self.confidence, unknown: unknown)
    for metric in Self.wholes.compactMap(Metrics.named) {
      estimates[MeasureName(metric.name, nil)] = all.estimate(metric, options)
    }
    guard comparesGroups else { return }
    let attributes = expected.attributes
    let metrics = Self.rates.compactMap(Metrics.named)
    var disparities: [(row: Disparity, isFew: Bool)] = []
    // The rows of each list of decisions are counted.
    let enough = options.minimumCount * counts.count
    for a in attributes.indices {
      let table = expected.table(of: [a], all: all, options), rows = table.rows(for: metrics)
      let few = table.fewRows(behind: metrics, enough)
      disparities += rows.map { row in
        (row, !few.isEmpty && row.restsOnFew(among: rows) { few[$0]?.contains($1) ?? false })
      }
    }
    add(disparities, attributes: attributes)
  }

  private static func everyone(_ rows: Int) -> GroupIndex {
    GroupIndex(attribute: "", codes: Buffer(zeroed: rows), names: ["all"])
  }

  /// The disparities between the groups of each attribute, and the worst over the attributes: absent
  /// where one of them is, because it could be the worst.
  mutating func add(_ disparities: [(row: Disparity, isFew: Bool)], attributes: [String]) {
    if attributes.count == 1 { onlyAttribute = attributes[0] }
    for (disparity, isFew) in disparities {
      let name = disparity.name
      let side = disparity.value.map { _ in GapSides(disparity, restsOnFew: isFew) }
      guard attributes.count > 1 else {
        estimates[name.of(nil)] = disparity.estimate
        sides[name.of(nil)] = side
        continue
      }
      estimates[name] = disparity.estimate
      sides[name] = side
      var own = disparity.estimate
      own.reason = own.reason.map { "\(disparity.attribute): \($0)" }
      let known = estimates[name.of(nil)]
      if known == nil || Self.isWorse(own, than: known?.value, disparity.kind) {
        estimates[name.of(nil)] = own
        sides[name.of(nil)] = side
      }
    }
  }

  /// Absent is worse than any number, and nothing is worse than absent.
  private static func isWorse(
    _ estimate: Estimate, than other: Double?, _ kind: DisparityKind
  ) -> Bool {
    guard let other else { return false }
    guard let value = estimate.value else { return true }
    return kind == .ratio ? value < other : value > other
  }
}
