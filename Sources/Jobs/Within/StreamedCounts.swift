import Criteria
import LinearAlgebra
import Reports

/// Counts of outcomes that come a few rows at a time.
struct StreamedCounts {
  /// Of the histograms that stand for the order of scores; 0 without scores.
  private let bins: Int
  private let pool: WorkerPool
  private var audited: OutcomeCounts?
  private var report: OutcomeCounts?
  private var plain: OutcomeCounts?

  init(bins: Int, pool: WorkerPool) {
    self.bins = bins
    self.pool = pool
  }

  mutating func add(_ rows: Outcomes) throws(CountingError) {
    try add(rows, 0, to: &plain)
    guard rows.scores != nil else { return }
    try add(rows, bins, to: &audited)
    try add(rows, ReportCounts.bins, to: &report)
  }

  private func add(
    _ rows: Outcomes, _ bins: Int, to sum: inout OutcomeCounts?
  ) throws(CountingError) {
    let found = try OutcomeCounts(counting: rows, scoreBins: bins, pool: pool)
    if sum == nil { sum = found } else { try sum!.merge(found) }
  }

  /// All counts, with groups as a table has them that is read at once.
  func counts(_ groups: GroupLists) -> AuditCounts? {
    guard let plain = plain?.reordered(to: groups.sorted) else { return nil }
    let areProbabilities = plain.inputs.contains(.probabilities)
    let curves = areProbabilities ? report?.reordered(to: groups.sorted) : nil
    return AuditCounts(
      audited: audited?.reordered(to: groups.sorted) ?? plain,
      report: ReportCounts(counts: curves ?? plain, areProbabilities: areProbabilities),
      plain: plain)
  }

  /// Bytes that the histograms of one audit take, with those of threads and of sums.
  static func bytes(bins: Int, combinations: Int, threads: Int) -> Int {
    2 * 8 * (bins + ReportCounts.bins) * combinations * (threads + tables)
  }

  /// The most bins, where nobody asks for a number of them.
  static let mostBins = 1 << 16

  /// Tables of counts beside those of threads: sums before and after, and what is made of them.
  private static let tables = 8
}
