import Auditing
import Criteria
import Datasets
import LinearAlgebra

/// The counts that a document's numbers are quotients of, with histograms of the scores for curves.
public struct ReportCounts: Sendable {
  /// Curves are drawn from this many bins a cell: finer than a picture's pixels.
  public static let bins = 400

  public let counts: OutcomeCounts
  /// Whether scores lie between 0 and 1, so that they may be compared with shares of positives.
  public let areProbabilities: Bool

  public init(counts: OutcomeCounts, areProbabilities: Bool) {
    self.counts = counts
    self.areProbabilities = areProbabilities
  }

  /// Counts rows in one pass. Scores beyond 0…1 are mapped onto it for the curves alone; decisions
  /// are taken before.
  public init(
    counting outcomes: Outcomes, pool: WorkerPool = .default
  ) throws(CountingError) {
    guard let scores = outcomes.scores, scores.count > 0 else {
      self.init(
        counts: try OutcomeCounts(counting: outcomes, pool: pool), areProbabilities: false)
      return
    }
    let values = scores.array
    let least = values.min() ?? 0, most = values.max() ?? 1
    if least >= 0 && most <= 1 {
      let counts = try OutcomeCounts(counting: outcomes, scoreBins: Self.bins, pool: pool)
      self.init(counts: counts, areProbabilities: true)
      return
    }
    let range = most > least ? most - least : 1
    let mapped = Outcomes(
      attributes: outcomes.attributes, labels: outcomes.labels,
      predictions: outcomes.predictions
        ?? Buffer(values.map { $0 >= outcomes.threshold ? 1 : 0 }),
      scores: Buffer(values.map { ($0 - least) / range }), weights: outcomes.weights,
      threshold: outcomes.threshold)
    let counts = try OutcomeCounts(counting: mapped, scoreBins: Self.bins, pool: pool)
    self.init(counts: counts, areProbabilities: false)
  }
}

/// The groups of an attribute or a cross, with their counts.
struct ReportGroups {
  let attribute: String
  /// The attributes that are crossed.
  let chosen: [Int]
  let names: [String]
  /// One level number for each chosen attribute.
  let combinations: [[Int]]
  let tallies: [Tally]

  var isCross: Bool { chosen.count > 1 }

  /// Tables show at most this many groups: the largest.
  static let mostShown = 300

  /// The places of the groups that are shown, in their order.
  var shown: [Int] {
    guard names.count > Self.mostShown else { return Array(names.indices) }
    let largest = names.indices.sorted {
      (tallies[$1].rowCount, $0) < (tallies[$0].rowCount, $1)
    }
    return largest.prefix(Self.mostShown).sorted()
  }

  /// What a table says when groups are left out of it.
  var omission: [String] {
    names.count > Self.mostShown
      ? [
        "The \(Self.mostShown) largest of \(NumberText.count(names.count)) groups are shown; the "
          + "audit's JSON has all."
      ] : []
  }

  /// The same without the groups one of whose values is among the names, and how many rows those have.
  func without(_ names: Set<String>, in counts: OutcomeCounts) -> (groups: ReportGroups, rows: Int)
  {
    let kept = combinations.indices.filter { g in
      !zip(chosen, combinations[g]).contains { names.contains(counts.levels[$0][$1]) }
    }
    let groups = ReportGroups(
      attribute: attribute, chosen: chosen, names: kept.map { self.names[$0] },
      combinations: kept.map { combinations[$0] }, tallies: kept.map { tallies[$0] })
    return (groups, Self.rows(of: tallies) - Self.rows(of: groups.tallies))
  }

  private static func rows(of tallies: [Tally]) -> Int { tallies.reduce(0) { $0 + $1.rowCount } }

  /// Every attribute, then every cross of up to k of them.
  static func all(of counts: OutcomeCounts, upTo k: Int) -> [ReportGroups] {
    Audit.choices(of: counts.attributes.count, upTo: k).map { chosen in
      let marginal = counts.marginal(of: chosen)
      return ReportGroups(
        attribute: chosen.map { counts.attributes[$0] }.joined(separator: "×"), chosen: chosen,
        names: marginal.names, combinations: marginal.combinations, tallies: marginal.tallies)
    }
  }
}
