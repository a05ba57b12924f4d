import Auditing
import Criteria
import LinearAlgebra
import Reports

/// What an audit is made from: rows, or the counts of rows that are not in memory.
enum AuditedOutcomes: Sendable {
  case rows(Outcomes)
  case counts(AuditCounts)

  var hasLabels: Bool {
    switch self {
    case .rows(let outcomes): outcomes.labels != nil
    case .counts(let counts): counts.plain.inputs.contains(.labels)
    }
  }

  /// The counts that a document's numbers are quotients of.
  func reportCounts(_ pool: WorkerPool) throws(CountingError) -> ReportCounts {
    switch self {
    case .rows(let outcomes): try ReportCounts(counting: outcomes, pool: pool)
    case .counts(let counts): counts.report
    }
  }
}

/// Counts of all rows of an audit by their groups.
struct AuditCounts: Sendable {
  /// With histograms for what needs the order of scores.
  var audited: OutcomeCounts
  /// With histograms for curves.
  var report: ReportCounts
  /// Without histograms.
  var plain: OutcomeCounts
}
