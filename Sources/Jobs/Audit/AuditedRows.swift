import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Models

/// The rows of an audit, and what was found out about them beside the counts.
struct AuditedRows: Sendable {
  var audited: AuditedOutcomes
  var source: String
  var positives: PositiveValues
  var model: TrainedModel?
  /// The column of the scores.
  var score: String?
  /// The line of the file on which a row starts.
  var line: @Sendable (_ row: Int) -> Int
  var missing: [MissingShare]?
  var findings: AuditFindings?
  var consistency: Estimate?
  /// What a model's decisions come to.
  var review: DecisionReview?
  /// The lists of decisions that a model draws from; nil where it draws none.
  var drawn: ExpectedCounts?
  /// Where the rows are those that a model was fitted to.
  var trainedOn: String?

  /// The rows, where these are in memory.
  var outcomes: Outcomes {
    guard case .rows(let outcomes) = audited else { preconditionFailure("rows, not counts") }
    return outcomes
  }

  /// Every metric of every group.
  func result(_ options: AuditOptions, _ pool: WorkerPool) throws -> AuditResult {
    switch audited {
    case .rows: try located { try Audit(options: options).run($0, pool: pool) }
    case .counts(let counts): try Audit(options: options).run(counts.audited)
    }
  }

  /// Says what a reader of a page about the rows must know.
  func tell(_ context: JobContext) {
    if let trainedOn { context.note("note: " + trainedOn) }
  }

  /// The same without the table that they were read from, for documents that are made later.
  var counted: AuditedRows {
    var rows = self
    rows.line = { $0 }
    return rows
  }

  /// Runs a body and says of a score that is no number which line of the file it is in.
  func located<Result>(_ body: (Outcomes) throws -> Result) throws -> Result {
    func named(_ row: Int) -> any Error {
      DataError.notANumber(
        file: source, row: line(row), column: score ?? "", value: "\(outcomes.scores![row])")
    }
    do {
      return try body(outcomes)
    } catch AuditError.counting(.badScore(let row, _)) where score != nil {
      throw named(row)
    } catch CountingError.badScore(let row, _) where score != nil {
      throw named(row)
    }
  }

  static func consistency<Scalar: KernelScalar>(
    of rows: Dataset<Scalar>, _ outcomes: Outcomes, _ neighbors: Int?, _ pool: WorkerPool
  ) throws -> Estimate? {
    guard let neighbors else { return nil }
    let found = try Consistency(neighbors: neighbors).value(rows, outcomes, pool: pool)
    switch found {
    case .value(let value): return Estimate(value: value)
    case .absent(let reason): return .notEstimable(reason)
    }
  }
}
