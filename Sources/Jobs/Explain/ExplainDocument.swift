import Datasets
import LinearAlgebra
import Models

/// Reasons for adverse decisions, encoded as the document `equipoise.explain/1`.
public struct ExplainDocument: Encodable, Sendable {
  /// A row that is not selected.
  public struct Row: Encodable, Sendable {
    /// Of the table, counted from 0.
    public var record: Int
    public var id: String?
    public var score: Double
    public var sufficient: Bool
    /// How far the score stays below the cut with the listed columns at the reference.
    public var shortBy: Double
    /// What the reasons are of all that speaks against the row.
    public var share: Double
    public var reasons: [Reason]

    enum CodingKeys: String, CodingKey {
      case record, id, score, sufficient, share, reasons
      case shortBy = "short_by"
    }
  }

  public struct Reason: Encodable, Sendable {
    public var column: String
    /// What the column takes from the score, beside the reference.
    public var contribution: Double
  }

  public var schema = "equipoise.explain/1"
  public var method: String
  public var positives: PositiveValues?
  public var threshold: Double
  /// The threshold as a score.
  public var cut: Double
  public var rows: Int
  /// The reference rows: how many, and from where.
  public var reference: Int
  public var referenceSource: String
  /// Rows that are not selected, and those of them whose reasons do not explain it.
  public var adverse = 0
  public var insufficient = 0
  public var explained: [Row] = []

  enum CodingKeys: String, CodingKey {
    case schema, method, positives, threshold, cut, rows, reference, adverse, insufficient
    case referenceSource = "reference_source"
    case explained
  }

  init(
    _ model: TrainedModel, cut: Double, threshold: Double, rows: Int, reference: Int,
    referenceSource: String
  ) {
    method = model.method
    positives = model.encoder.positives.isEmpty ? nil : model.encoder.positives
    self.cut = cut
    self.threshold = threshold
    self.rows = rows
    self.reference = reference
    self.referenceSource = referenceSource
  }

  mutating func add<Scalar: KernelScalar>(
    _ reasons: LinearReasons<Scalar>, _ data: Dataset<Scalar>, _ scores: [Double],
    adverse rows: [Int], most: Int
  ) {
    let records = data.sourceRows, ids = data.texts.first?.values
    for row in rows {
      let found = reasons.reasons(
        reasons.parts(data.features, row: row), score: scores[row], most: most)
      adverse += 1
      if !found.isSufficient { insufficient += 1 }
      explained.append(
        Row(
          record: records[row], id: ids?[records[row]], score: scores[row],
          sufficient: found.isSufficient, shortBy: found.shortBy, share: found.share,
          reasons: found.listed.map { Reason(column: $0.column, contribution: $0.value) }))
    }
  }

  private typealias Line = (row: Row, rank: Int, reason: Reason)

  private var lines: [Line] {
    explained.flatMap { row in
      row.reasons.enumerated().map { (row, $0.offset + 1, $0.element) }
    }
  }

  /// One row a reason.
  var table: JobTable {
    JobTable(
      lines,
      [
        "record": .whole(\.row.record), "id": .text(\.row.id), "rank": .whole(\.rank),
        "column": .text(\.reason.column), "contribution": .number(\.reason.contribution),
        "score": .number(\.row.score), "short_by": .number(\.row.shortBy),
      ])
  }

  func write(to path: String) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write("record,id,rank,column,contribution,score,short_by\n")
    for line in lines {
      let id = CSVField.quoted(line.row.id ?? ""), column = CSVField.quoted(line.reason.column)
      try file.write(
        "\(line.row.record),\(id),\(line.rank),\(column),\(line.reason.contribution),"
          + "\(line.row.score),\(line.row.shortBy)\n")
    }
    try file.commit()
  }
}
