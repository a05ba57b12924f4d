import Auditing
import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models

/// What an audit is to look for beyond the rates of groups.
public struct FindingInput: OptionTable {
  public var scans = false
  public var findsProxies = false
  public var statistic = ScanStatistic.bernoulli
  public var measuresDispersion = false
  public var measuresPower = false
  public var bootstrapReplicates: Int?
  /// Also tells what Aequitas would.
  public var tellsAequitas = false
  /// A column of decisions or scores of a second model, or its file.
  public var compareWith: String?
  /// `attribute=group:column,…`
  public var membership: [String] = []

  /// More replicates than this say nothing new, and would fill the memory.
  static let mostReplicates = 1_000_000

  public init() {}

  public static let section: OptionSection? = .findings

  public static let table: [OptionRecord<FindingInput>] = [
    .flag(
      "scan", \.scans,
      "Searches for the worst cells of all crosses, scans the sensitive columns and the features for "
        + "subgroups with surprising outcomes, and audits rich subgroups."),
    .flag(
      "proxies", \.findsProxies,
      "Says how well the features tell each sensitive column, the strongest named."),
    .choice(
      "scan_statistic", \.statistic, value: "statistic",
      "What a scan takes for surprising."),
    .flag(
      "dispersion", \.measuresDispersion,
      "Says how much groups differ beyond noise, and steadies the rates of small groups."),
    .flag(
      "power", \.measuresPower,
      "Gives effect sizes and the smallest gaps that these rows could have shown."),
    .integer(
      "bootstrap", \.bootstrapReplicates, in: 1...mostReplicates, value: "replicates",
      "Bootstrap intervals of every counted metric from this many resamples."),
    .flag(
      "aequitas", \.tellsAequitas,
      "Adds Aequitas's tables: group metrics, their ratios to the reference (the largest group unless "
        + "one is named), and which lie within tau (0.8 unless it is given), alone and jointly."),
    .text(
      "compare_with", \.compareWith, value: "column|file",
      "A second model's decisions or scores (a column), or a model file, to compare with."),
    .texts(
      "membership", \.membership, kind: .entries, value: "attribute=group:column,…",
      "Groups known as chances, as race=White:p_white,Black:p_black."),
  ]

  public func check() throws(JobError) { _ = try memberships() }

  var isEmpty: Bool {
    !scans && !findsProxies && !measuresDispersion && !measuresPower
      && bootstrapReplicates == nil && !tellsAequitas && compareWith == nil && membership.isEmpty
  }

  var needsFeatures: Bool { scans || findsProxies }

  /// Columns that are read as numbers.
  var columns: [String] {
    get throws(JobError) {
      var columns = try memberships().flatMap { $0.groups.map(\.column) }
      if let compareWith, !ModelStore.exists(compareWith) { columns.append(compareWith) }
      return columns
    }
  }

  /// An entry of ``membership`` taken apart.
  struct Names {
    var attribute: String
    var groups: [(name: String, column: String)]
  }

  func memberships() throws(JobError) -> [Names] {
    var found: [Names] = []
    for text in membership {
      let sides = text.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { throw Self.malformed(text) }
      var names = Names(attribute: String(sides[0]), groups: [])
      for pair in sides[1].split(separator: ",") {
        let parts = pair.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw Self.malformed(text) }
        names.groups.append((String(parts[0]), String(parts[1])))
      }
      found.append(names)
    }
    return found
  }

  private static func malformed(_ text: String) -> JobError {
    .usage("\(set: "membership", text): expected ATTRIBUTE=GROUP:COLUMN[,GROUP:COLUMN…]")
  }
}

/// What an audit is to find, with the options that it depends on.
struct FindingSearch {
  var input: FindingInput
  var controls: [String]
  var confidence: Double
  var intersections: Int
  var threshold: Double
  var reference = AuditOptions.Reference.none
  var tau: Double?

  private var isEmpty: Bool { input.isEmpty && controls.isEmpty }

  /// The same of rows that are not at hand: what counts tell.
  func findings(
    counting outcomes: AuditedOutcomes, _ context: JobContext
  ) throws -> AuditFindings? {
    isEmpty ? nil : try search(context).run(counting: outcomes)
  }

  private func search(_ context: JobContext) -> AuditSearch {
    var search = AuditSearch(
      scans: input.scans, findsProxies: input.findsProxies,
      measuresDispersion: input.measuresDispersion, measuresPower: input.measuresPower,
      bootstrapReplicates: input.bootstrapReplicates, statistic: input.statistic,
      controls: controls, confidence: confidence, intersections: intersections,
      seed: context.seed, pool: context.pool)
    if input.tellsAequitas {
      search.aequitas = .init(reference: reference, tau: tau ?? AequitasTable.defaultTau)
    }
    return search
  }

  /// What was asked for beyond rates; nil when nothing was.
  func findings<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ outcomes: Outcomes, _ data: DataInput, _ context: JobContext,
    _ location: DataLocation
  ) throws -> AuditFindings? {
    guard !isEmpty else { return nil }
    let search = search(context)
    var findings = try search.run(rows, outcomes)
    if let compareWith = input.compareWith {
      let second = try secondOutcomes(compareWith, rows, outcomes, data, context, location)
      findings.comparison = ModelComparison(confidence: confidence).compare(
        search.audited(outcomes), search.audited(second), names: ("audited", compareWith))
    }
    if !input.membership.isEmpty {
      findings.memberships = try input.memberships().map { names in
        let chances = try membership(names, rows)
        return try MembershipAudit(confidence: confidence).run(chances, outcomes)
      }
    }
    return findings
  }

  /// Chances from columns; an error names the line of the file.
  private func membership<Scalar: KernelScalar>(
    _ names: FindingInput.Names, _ rows: Dataset<Scalar>
  ) throws(JobError) -> Membership {
    do throws(MembershipError) {
      return try Membership(
        attribute: names.attribute, names: names.groups.map(\.name),
        chances: names.groups.map { Buffer(rows.columns[$0.column]!) })
    } catch {
      let place = RowPlace(file: rows.source, row: rows.line(ofRow: error.row))
      throw .data("\(place): \(error.description)")
    }
  }

  /// The second model's outcomes of the same rows: a model file reads them for itself.
  private func secondOutcomes<Scalar: KernelScalar>(
    _ second: String, _ rows: Dataset<Scalar>, _ first: Outcomes, _ data: DataInput,
    _ context: JobContext, _ location: DataLocation
  ) throws -> Outcomes {
    guard ModelStore.exists(second) else { return try columnOutcomes(second, rows, first) }
    let model = try ModelStore.read(second)
    guard location != .path("-") else {
      throw JobError.usage(
        "\(set: "compare_with", "FILE") reads the rows again: give \(option: "data") a file")
    }
    let again: Dataset<Scalar> = try ModelData.read(
      location, for: model, roles: try data.options(auditing: model), pool: context.pool)
    guard again.rows == rows.rows else {
      throw JobError.usage(
        "\(option: "compare_with"): the models keep \(again.rows) and \(rows.rows) of the rows")
    }
    let predicted = try model.evaluate(again, threshold: threshold, pool: context.pool)
    return Outcomes(
      attributes: first.attributes, labels: first.labels,
      predictions: Buffer(predicted.decisions), scores: Buffer(predicted.scores),
      weights: first.weights, threshold: threshold)
  }

  /// The second model's outcomes from a column: decisions where all values are 0 and 1, else scores.
  private func columnOutcomes<Scalar: KernelScalar>(
    _ column: String, _ rows: Dataset<Scalar>, _ first: Outcomes
  ) throws(JobError) -> Outcomes {
    guard first.inputs.contains(.predictions) else {
      throw .usage(
        """
        \(option: "compare_with") compares with \(option: "prediction"), \(option: "score") or \
        \(option: "model"): give one of them
        """)
    }
    let values = rows.columns[column]!
    let decides = values.allSatisfy { $0 == 0 || $0 == 1 }
    return Outcomes(
      attributes: first.attributes, labels: first.labels,
      predictions: decides ? Buffer(values.map { UInt8($0) }) : nil,
      scores: decides ? nil : Buffer(values), weights: first.weights, threshold: first.threshold)
  }
}
