import Criteria
import Datasets
import LinearAlgebra

/// Every metric of every group, how far the groups lie apart, and how sure that is.
///
/// What is computed depends on what there is: with neither predictions nor scores the labels are
/// audited, without labels the selection.
public struct Audit: Sendable {
  public let options: AuditOptions

  public init(options: AuditOptions = AuditOptions()) { self.options = options }

  /// Counts rows in one pass and audits the counts.
  public func run(
    _ outcomes: Outcomes, pool: WorkerPool = .default
  ) throws(AuditError) -> AuditResult {
    var bins = 0
    if case .histogram(let asked) = options.ranking { bins = asked }
    let counts: OutcomeCounts
    do {
      counts = try OutcomeCounts(counting: outcomes, scoreBins: bins, pool: pool)
    } catch { throw .counting(error) }
    let rows = options.ranking == .exact ? RankedRows(outcomes, counts, pool) : nil
    return try run(counts, rows)
  }

  /// Audits counts, for example merged ones; what needs the order of scores comes from their
  /// histograms.
  public func run(_ counts: OutcomeCounts) throws(AuditError) -> AuditResult {
    try run(counts, nil)
  }

  private func run(
    _ all: OutcomeCounts, _ rows: RankedRows?
  ) throws(AuditError) -> AuditResult {
    let (audited, controls) = try split(all.attributes)
    let counts = all.projected(to: audited)
    try checkReference(counts)
    let pool = rows?.pool ?? .default
    var scopes = [
      AuditScope(counts: counts, ranked: rows?.groups(of: []), options: options, pool: pool)
    ]
    if !controls.isEmpty {
      let ranked = rows?.groups(of: controls)
      scopes += all.strata(of: controls).map { levels, counts in
        AuditScope(
          counts: counts, levels: levels, ranked: ranked, options: options, pool: pool)
      }
    }
    for chosen in Self.choices(of: audited.count, upTo: options.intersections) {
      let places = chosen.map { audited[$0] }
      scopes[0].audit(chosen, ranked: rows?.groups(of: places))
      guard !controls.isEmpty else { continue }
      let ranked = rows?.groups(of: controls + places)
      for s in scopes.indices.dropFirst() { scopes[s].audit(chosen, ranked: ranked) }
    }
    Self.adjustTogether(&scopes)
    var result = AuditResult(
      rows: counts.rows, weight: scopes[0].whole.tally.totalWeight, overall: scopes[0].overall,
      groups: scopes[0].groups, disparities: scopes[0].disparities,
      indices: Indices.all(of: counts), unknown: unknownRows(counts))
    if !controls.isEmpty {
      result.strata = scopes.dropFirst().map { scope in
        let names = zip(controls, scope.levels).map { (all.attributes[$0], all.levels[$0][$1]) }
        return scope.result(controls: Dictionary(names) { first, _ in first })
      }
    }
    let notes = scopes.flatMap(\.notes)
    result.notes = notes.isEmpty ? nil : notes
    return result
  }

  /// Which attributes are audited and which are controls.
  private func split(_ attributes: [String]) throws(AuditError) -> ([Int], [Int]) {
    for name in options.controls where !attributes.contains(name) {
      throw .unknownControl(name, known: attributes)
    }
    let audited = attributes.indices.filter { !options.controls.contains(attributes[$0]) }
    guard !audited.isEmpty else { throw .nothingToAudit }
    return (audited, attributes.indices.filter { options.controls.contains(attributes[$0]) })
  }

  private func unknownRows(_ counts: OutcomeCounts) -> [UnknownRows] {
    counts.attributes.indices.map { a in
      let marginal = counts.marginal(of: [a])
      let tally = zip(marginal.names, marginal.tallies).filter {
        options.isUnknown($0.0, of: counts.attributes[a])
      }.reduce(into: Tally()) { $0 += $1.1 }
      return UnknownRows(
        attribute: counts.attributes[a], rows: tally.rowCount,
        weight: tally.totalWeight, policy: options.unknown.rawValue)
    }
  }

  private func checkReference(_ counts: OutcomeCounts) throws(AuditError) {
    guard case .named(let names) = options.reference else { return }
    let choices = Self.choices(of: counts.attributes.count, upTo: options.intersections)
    let known = choices.map { chosen in
      (chosen.map { counts.attributes[$0] }.joined(separator: "×"), chosen)
    }
    for (attribute, group) in names.sorted(by: { $0.key < $1.key }) {
      guard let chosen = known.first(where: { $0.0 == attribute })?.1 else {
        throw .unknownAttribute(attribute, known: known.map(\.0))
      }
      let groups = counts.marginal(of: chosen).names
      guard groups.contains(group) else {
        throw .unknownReference(group: group, attribute: attribute, known: groups)
      }
    }
  }

  /// Every choice of 1…k of n attributes: single ones first, then pairs, in order.
  package static func choices(of n: Int, upTo k: Int) -> [[Int]] {
    var result: [[Int]] = []
    var last: [[Int]] = [[]]
    for _ in 0..<min(n, k) {
      last = last.flatMap { chosen in (((chosen.last ?? -1) + 1)..<n).map { chosen + [$0] } }
      result += last
    }
    return result
  }

  /// All tables of the audit together, those of the strata included.
  private static func adjustTogether(_ scopes: inout [AuditScope]) {
    var told = adjusted(scopes.flatMap { $0.disparities.map(Tested.init) })[...]
    for s in scopes.indices {
      for row in scopes[s].disparities.indices {
        scopes[s].disparities[row].adjustedP = told.removeFirst()
      }
    }
  }

  /// Holm's adjustment over the hypotheses of the audit, each counted once. Comparisons between
  /// groups, with all rows and with a reference are a family each: asking for a reference does not
  /// change what is said of the gaps.
  static func adjust(_ rows: inout [Disparity]) {
    for (row, p) in adjusted(rows.map(Tested.init)).enumerated() { rows[row].adjustedP = p }
  }

  /// What a disparity's row tests, without the rest of it: there may be many of them.
  private struct Tested {
    let hypothesis: Disparity.Hypothesis?
    let pValue: Double?

    init(_ row: Disparity) { (hypothesis, pValue) = (row.hypothesis, row.pValue) }
  }

  private static func adjusted(_ rows: [Tested]) -> [Double?] {
    var places: [Disparity.Hypothesis: Int] = [:]
    var pValues: [Double] = []
    var families: [Disparity.Method: [Int]] = [:]
    for row in rows {
      guard let p = row.pValue, let key = row.hypothesis, places[key] == nil else { continue }
      places[key] = pValues.count
      families[key.family, default: []].append(pValues.count)
      pValues.append(p)
    }
    for family in families.values {
      for (place, p) in zip(family, Multiplicity.holm(family.map { pValues[$0] })) {
        pValues[place] = p
      }
    }
    return rows.map { row in row.hypothesis.flatMap { places[$0] }.map { pValues[$0] } }
  }
}
