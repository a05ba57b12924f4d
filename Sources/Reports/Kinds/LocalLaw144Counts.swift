import Auditing
import Criteria
import Datasets
import LinearAlgebra

/// What the bias audit of Local Law 144 counts: people selected, and people who score above the
/// sample's median.
public struct LocalLaw144Counts: Sendable {
  /// Scores of all rows, people of unknown category included: it is the sample's median.
  public struct Scoring: Sendable {
    public let counts: OutcomeCounts
    public let median: Double
    /// Rows at the median, which are not above it.
    public let tied: Int
  }

  /// nil when the tool only scores.
  public let selection: OutcomeCounts?
  public let scoring: Scoring?

  /// - Parameter outcomes: predictions are selections; scores are scores. Weights are not used:
  ///   the law counts people.
  public init(
    _ outcomes: Outcomes, pool: WorkerPool = .default
  ) throws(CountingError) {
    selection =
      try outcomes.predictions.map { predictions throws(CountingError) in
        try OutcomeCounts(
          counting: Outcomes(attributes: outcomes.attributes, predictions: predictions),
          pool: pool)
      }
    scoring = try outcomes.scores.map { scores throws(CountingError) in
      try Self.scoring(outcomes.attributes, scores, pool)
    }
  }

  private static func scoring(
    _ attributes: [GroupIndex], _ scores: Buffer<Double>, _ pool: WorkerPool
  ) throws(CountingError) -> Scoring {
    let values = scores.array
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw .badScore(row: bad, of: values.count { !$0.isFinite })
    }
    let median = Self.median(values)
    let above = Buffer<UInt8>(values.map { $0 > median ? 1 : 0 })
    let counts = try OutcomeCounts(
      counting: Outcomes(attributes: attributes, predictions: above, scores: scores), pool: pool)
    return Scoring(counts: counts, median: median, tied: values.count { $0 == median })
  }

  /// The middle value, or the mean of the two in the middle.
  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted(), middle = sorted.count / 2
    return sorted.count % 2 == 1
      ? sorted[middle] : sorted[middle - 1] + 0.5 * (sorted[middle] - sorted[middle - 1])
  }
}

/// The categories of a table with their tallies, and how many people are in none of them.
struct KnownCategories {
  let attribute: String
  let names: [String]
  let tallies: [Tally]
  let unknown: Int
  let rows: Int

  /// Leaves out people one of whose chosen attributes has an unknown category.
  init(_ counts: OutcomeCounts, of chosen: [Int], unknown names: Set<String>) {
    var sums: [[Int]: Tally] = [:]
    var left = 0
    for (key, tally) in zip(counts.combinations, counts.tallies) {
      let levels = chosen.map { counts.levels[$0][key[$0]] }
      if levels.contains(where: names.contains) {
        left += tally.rowCount
      } else {
        sums[chosen.map { key[$0] }, default: Tally()] += tally
      }
    }
    let keys = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    attribute = chosen.map { counts.attributes[$0] }.joined(separator: "×")
    self.names = GroupIndex.crossNames(
      keys.map { key in zip(chosen, key).map { counts.levels[$0][$1] } })
    tallies = keys.map { sums[$0]! }
    unknown = left
    rows = tallies.reduce(0) { $0 + $1.rowCount }
  }
}
