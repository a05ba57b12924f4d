import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Models

/// The rows of an audit, and what was found out about them beside the counts.
struct AuditedRows: Sendable {
  var outcomes: Outcomes
  var source: String
  var label: String?
  var positive: String?
  var model: TrainedModel?
  /// The column of the scores.
  var score: String?
  /// The line of the file on which a row starts.
  var line: @Sendable (_ row: Int) -> Int
  var missing: [MissingShare]?
  var findings: AuditFindings?
  var consistency: Estimate?

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

extension Dataset {
  /// A column read as numbers that must be decisions, 0 or 1.
  func decisions(of column: String) throws(DataError) -> [UInt8] {
    var decisions: [UInt8] = []
    decisions.reserveCapacity(rows)
    for (index, value) in columns[column]!.enumerated() {
      guard value == 0 || value == 1 else {
        throw .notADecision(
          file: source, row: line(ofRow: index), column: column, value: "\(value)")
      }
      decisions.append(UInt8(value))
    }
    return decisions
  }
}
