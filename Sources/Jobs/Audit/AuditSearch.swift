import Auditing
import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Mitigation

/// What an audit looks for beyond the rates of groups: subgroups with surprising outcomes, proxies of
/// the sensitive attributes, another model to compare with.
public struct AuditSearch: Sendable {
  /// Searches for the worst cells, scans for bias and audits linear subgroups.
  public var scans: Bool
  public var findsProxies: Bool
  /// How much groups differ beyond noise.
  public var measuresDispersion: Bool
  /// What the rows could have shown, with effect sizes.
  public var measuresPower: Bool
  /// Replicates of a bootstrap of everything that is counted; nil for none.
  public var bootstrapReplicates: Int?
  /// How Aequitas's tables are made; nil for none.
  public var aequitas: AequitasFinding.Options?
  /// What a bias scan takes for surprising.
  public var statistic: ScanStatistic
  /// Attributes within whose strata groups are compared; they are not searched themselves.
  public var controls: [String]
  public var confidence: Double
  public var intersections: Int
  public var seed: UInt64
  public var pool: WorkerPool

  /// Crosses that a search for the worst cell covers at least.
  static let leastIntersections = 2
  /// A feature with more values is an identifier rather than a subgroup.
  static let mostValues = 256
  /// Numbers are cut at their quintiles.
  static let cuts = [0.2, 0.4, 0.6, 0.8]
  /// A scan looks at about this many rows, drawn evenly, and says how many it looked at.
  static let mostRows = 100_000
  /// Starts and null data sets of a scan, and the price of a chosen value: it keeps values out that add
  /// next to nothing.
  static let restarts = 5
  static let replicates = 99
  static let penalty = 0.5

  public init(
    scans: Bool = false, findsProxies: Bool = false, measuresDispersion: Bool = false,
    measuresPower: Bool = false, bootstrapReplicates: Int? = nil,
    statistic: ScanStatistic = .bernoulli, controls: [String] = [],
    confidence: Double = AuditOptions.defaultConfidence, intersections: Int = 1, seed: UInt64 = 0,
    pool: WorkerPool = .default
  ) {
    self.scans = scans
    self.findsProxies = findsProxies
    self.measuresDispersion = measuresDispersion
    self.measuresPower = measuresPower
    self.bootstrapReplicates = bootstrapReplicates
    self.statistic = statistic
    self.controls = controls
    self.confidence = confidence
    self.intersections = intersections
    self.seed = seed
    self.pool = pool
  }

  /// The outcomes without the controls.
  public func audited(_ outcomes: Outcomes) -> Outcomes {
    Outcomes(
      attributes: outcomes.attributes.filter { !controls.contains($0.attribute) },
      labels: outcomes.labels, predictions: outcomes.predictions, scores: outcomes.scores,
      weights: outcomes.weights, threshold: outcomes.threshold)
  }

  public func run<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ all: Outcomes
  ) throws -> AuditFindings {
    let outcomes = audited(all)
    var findings = try run(
      all: { try counts(all) }, audited: { try counts(outcomes) })
    if scans { findings.biasScan = scan(rows, outcomes) }
    if findsProxies {
      findings.proxies = try Proxies(seed: seed, pool: pool).find(rows, leavingOut: controls)
    }
    return findings
  }

  /// What counts tell: nothing that looks at features.
  func run(counting outcomes: AuditedOutcomes) throws -> AuditFindings {
    switch outcomes {
    case .rows(let rows):
      try run(all: { try counts(rows) }, audited: { try counts(audited(rows)) })
    case .counts(let found):
      try run(
        all: { found.plain },
        audited: {
          found.plain.projected(
            to: found.plain.attributes.indices.filter {
              !controls.contains(found.plain.attributes[$0])
            })
        })
    }
  }

  /// - Parameters:
  ///   - all: the counts by all attributes and controls.
  ///   - audited: by the attributes alone.
  private func run(
    all: () throws -> OutcomeCounts, audited: () throws -> OutcomeCounts
  ) throws -> AuditFindings {
    var findings = AuditFindings()
    if !controls.isEmpty {
      findings.stratified = StratifiedComparison.all(
        of: try all(), controls: controls, confidence: confidence)
    }
    if scans || measuresDispersion || measuresPower || bootstrapReplicates != nil
      || aequitas != nil
    {
      addCounted(try audited(), to: &findings)
    }
    return findings
  }

  /// What counts alone tell.
  private func addCounted(_ counts: OutcomeCounts, to findings: inout AuditFindings) {
    if scans {
      findings.worstCells = WorstCells(
        intersections: max(intersections, Self.leastIntersections), confidence: confidence
      ).find(counts)
      findings.richSubgroups = RichSubgroups.rates.compactMap {
        RichSubgroups(seed: seed, pool: pool).audit(counts, event: $0)
      }
    }
    if measuresDispersion {
      findings.dispersion = AuditFindings.NamedDispersion.all(
        of: counts, intersections: intersections, confidence: confidence)
      let steadied = ShrunkenRates.all(
        of: counts, intersections: intersections, confidence: confidence)
      findings.shrinkage = steadied.isEmpty ? nil : steadied
    }
    if measuresPower {
      findings.detectable = DetectableGap.all(
        of: counts, intersections: intersections, confidence: confidence)
    }
    if let aequitas {
      findings.aequitas = AequitasFinding.all(
        of: counts, intersections: intersections, options: aequitas)
    }
    if let bootstrapReplicates {
      findings.bootstrap = BootstrapTable(
        counts, intersections: intersections, confidence: confidence,
        bootstrap: CellBootstrap(replicates: bootstrapReplicates, seed: seed, pool: pool))
    }
  }

  private func counts(_ outcomes: Outcomes) throws(AuditError) -> OutcomeCounts {
    do {
      return try OutcomeCounts(counting: outcomes, pool: pool)
    } catch { throw .counting(error) }
  }

  /// Scans over the sensitive attributes and all features, in both directions.
  private func scan<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ outcomes: Outcomes
  ) -> [AuditFindings.NamedScan] {
    let attributes = Self.scanned(rows, outcomes.attributes)
    let sample = Self.sample(outcomes.rows, seed: seed)
    var found: [AuditFindings.NamedScan] = []
    for question in Self.questions(outcomes, statistic) {
      for direction in BiasScan.Direction.allCases {
        let scan = BiasScan(
          statistic: statistic, direction: direction, penalty: Self.penalty,
          restarts: Self.restarts, replicates: Self.replicates, seed: seed, pool: pool)
        guard
          let finding = scan.run(
            attributes, observed: question.observed, expected: question.expected,
            weights: outcomes.weights, chosen: { sample[$0] && question.chosen($0) })
        else { continue }
        found.append(
          AuditFindings.NamedScan(
            question: question.name, attributes: attributes.map(\.attribute),
            rowsScanned: sample.count { $0 }, of: outcomes.rows, finding: finding))
      }
    }
    return found
  }

  /// Which rows are scanned: all, or each with one chance.
  private static func sample(_ rows: Int, seed: UInt64) -> [Bool] {
    guard rows > mostRows else { return [Bool](repeating: true, count: rows) }
    var random = CounterRandom(seed: seed, stream: UInt64.max)
    let chance = Double(mostRows) / Double(rows)
    return (0..<rows).map { _ in random.uniform() < chance }
  }

  /// What is observed, against what expectation, in which rows.
  private struct Question {
    var name: String
    var observed: [Double]
    var expected: [Double]?
    var chosen: @Sendable (Int) -> Bool = { _ in true }
  }

  /// Whether scores can be what a statistic expects of labels.
  private static func areExpectations(_ scores: [Double], of statistic: ScanStatistic) -> Bool {
    switch statistic {
    case .bernoulli: scores.allSatisfy { $0 >= 0 && $0 <= 1 }
    case .poisson: scores.allSatisfy { $0 >= 0 && $0.isFinite }
    case .gaussian: scores.allSatisfy(\.isFinite)
    case .berkJones: false
    }
  }

  private static func questions(
    _ outcomes: Outcomes, _ statistic: ScanStatistic
  ) -> [Question] {
    var questions: [Question] = []
    let labels = outcomes.labels.map { $0.array.map { Double($0) } }
    let scores = outcomes.scores?.array
    let decisions: [Double]? =
      outcomes.predictions.map { $0.array.map { Double($0) } }
      ?? scores.map { $0.map { $0 >= outcomes.threshold ? 1 : 0 } }
    if let labels, let scores, areExpectations(scores, of: statistic) {
      questions.append(
        Question(name: "labels against scores", observed: labels, expected: scores))
    }
    if let decisions {
      questions.append(
        Question(name: "selection against the overall rate", observed: decisions))
      if let truth = outcomes.labels {
        questions.append(
          Question(
            name: "false positives against the overall rate", observed: decisions,
            chosen: { truth[$0] == 0 }))
        questions.append(
          Question(
            name: "false negatives against the overall rate",
            observed: decisions.map { 1 - $0 }, chosen: { truth[$0] == 1 }))
      }
    } else if let labels {
      questions.append(Question(name: "labels against the overall rate", observed: labels))
    }
    return questions
  }

  /// The attributes and the features as groups: numbers by quintiles; no name twice.
  static func scanned<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ attributes: [GroupIndex]
  ) -> [GroupIndex] {
    var result = attributes
    var names = Set(attributes.map(\.attribute))
    for (column, codes) in zip(rows.encoder.categorical, rows.features.categorical)
    where codes.levels <= mostValues && names.insert(column.name).inserted {
      let names = column.levels + (column.hasMissing ? [FeatureEncoder.missingName] : [])
      // Values that no training row has are a group only where rows have them.
      let hasUnseen = codes.codes.array.contains { Int($0) >= names.count }
      result.append(
        GroupIndex(
          attribute: column.name, codes: codes.codes,
          names: names + (hasUnseen ? [FeatureEncoder.unseenName] : [])))
    }
    for (j, column) in rows.encoder.numeric.enumerated()
    where column.scale > 0 && j < rows.features.dense.columns
      && names.insert(column.name).inserted
    {
      // Storage has rounded the standardized values: a ten-thousandth of a deviation undoes it.
      let parts = pow(10, 4 + log10(column.scale).rounded(.up))
      let values = Buffer(
        (0..<rows.rows).map { i in
          let value = Double(rows.features.dense[i, j]) / column.scale + column.mean
          return (value * parts).rounded() / parts
        })
      let sorted = values.array.sorted()
      let edges = Set(cuts.map { sorted[Int($0 * Double(sorted.count - 1))] })
        .filter { $0 > sorted[0] }.sorted()
      guard !edges.isEmpty else { continue }
      result.append(GroupIndex(attribute: column.name, values: values, edges: edges))
    }
    return result
  }
}

extension ModelStore {
  /// Whether there is a file of this name, so that it is no column.
  public static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
