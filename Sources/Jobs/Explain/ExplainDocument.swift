import Datasets
import LinearAlgebra
import Models

/// Reasons for adverse decisions, encoded as the document `equipoise.explain/1`.
public struct ExplainDocument: Encodable, Sendable {
  /// A row that is not selected.
  public struct Row: Encodable, Sendable {
    /// The place in the table, as errors give it and `row` in a condition: in a text the line, else the
    /// number counted from 1.
    public var row: Int
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
      case row, record, id, score, sufficient, share, reasons
      case shortBy = "short_by"
    }
  }

  public struct Reason: Encodable, Sendable {
    public var column: String
    /// What the column takes from the score, beside the reference.
    public var contribution: Double
    /// What the row has in the column; nil where it has no value.
    public var value: String?
    /// What is typical: the mean of the reference rows, or their most frequent category.
    public var typical: String?
    /// The share of the reference rows that have the most frequent category; nil of numbers.
    public var typicalShare: Double?

    enum CodingKeys: String, CodingKey {
      case column, contribution, value, typical
      case typicalShare = "typical_share"
    }

    public func encode(to encoder: any Encoder) throws {
      var reason = encoder.container(keyedBy: CodingKeys.self)
      try reason.encode(column, forKey: .column)
      try reason.encode(contribution, forKey: .contribution)
      try reason.encode(value, forKey: .value)
      try reason.encode(typical, forKey: .typical)
      try reason.encodeIfPresent(typicalShare, forKey: .typicalShare)
    }
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
          row: data.origin.place(ofRow: row), record: records[row], id: ids?[records[row]],
          score: scores[row],
          sufficient: found.isSufficient, shortBy: found.shortBy, share: found.share,
          reasons: found.listed.map { part in
            Reason(
              column: part.column, contribution: part.value,
              value: reasons.value(of: part.column, data.features, row: row),
              typical: reasons.typical(of: part.column),
              typicalShare: reasons.typicalShare(of: part.column))
          }))
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
        "row": .whole(\.row.row), "record": .whole(\.row.record), "id": .text(\.row.id),
        "rank": .whole(\.rank),
        "column": .text(\.reason.column), "contribution": .number(\.reason.contribution),
        "score": .number(\.row.score), "short_by": .number(\.row.shortBy),
        "value": .text(\.reason.value), "typical": .text(\.reason.typical),
      ])
  }

  func write(to path: String) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write("row,record,id,rank,column,contribution,score,short_by,value,typical\n")
    for line in lines {
      let id = CSVField.quoted(line.row.id ?? ""), column = CSVField.quoted(line.reason.column)
      let values = [line.reason.value, line.reason.typical].map { CSVField.quoted($0 ?? "") }
      try file.write(
        "\(line.row.row),\(line.row.record),\(id),\(line.rank),\(column),\(line.reason.contribution),"
          + "\(line.row.score),\(line.row.shortBy),\(values[0]),\(values[1])\n")
    }
    try file.commit()
  }
}
