import Datasets
import Models

/// Predictions as comma-separated text: `score,probability,prediction` in the rows' order, after the
/// columns of the table that are kept beside them.
///
/// A model of numbers has the one column `prediction`. The path `-` is standard output.
public enum PredictionFile {
  /// - Parameters:
  ///   - leftOut: records of the input that have no prediction, ascending: their fields are
  ///     empty, so that every line belongs to the record at its place.
  ///   - kept: columns of the table, a text a record.
  public static func write(
    _ predictions: Predictions, leftOut: [Int] = [],
    kept: [(name: String, values: [String?])] = [], to path: String
  ) throws(DataError) {
    try write(
      ["score", "probability", "prediction"], rows: predictions.scores.count, leftOut, kept, path
    ) { i in
      "\(predictions.scores[i]),\(predictions.probabilities[i]),\(predictions.decisions[i])"
    }
  }

  public static func write(
    numbers: [Double], leftOut: [Int] = [], kept: [(name: String, values: [String?])] = [],
    to path: String
  ) throws(DataError) {
    try write(["prediction"], rows: numbers.count, leftOut, kept, path) { "\(numbers[$0])" }
  }

  private static func write(
    _ columns: [String], rows: Int, _ leftOut: [Int],
    _ kept: [(name: String, values: [String?])], _ path: String, _ line: (Int) -> String
  ) throws(DataError) {
    if let twice = kept.first(where: { columns.contains($0.name) }) {
      throw .option("keep", value: twice.name, "predictions have a column of this name")
    }
    let file = try AtomicFile(path)
    let header = kept.map { CSVField.quoted($0.name) } + columns
    try file.write(header.joined(separator: ",") + "\n")
    let blanks = String(repeating: ",", count: columns.count - 1)
    // A line without a character would be no record.
    let empty = kept.isEmpty && blanks.isEmpty ? "\"\"" : blanks
    var row = 0, gap = 0
    for record in 0..<rows + leftOut.count {
      let isLeftOut = gap < leftOut.count && leftOut[gap] == record
      let fields = kept.map { CSVField.quoted($0.values[record] ?? "") }
      try file.write(
        (fields + [isLeftOut ? empty : line(row)]).joined(separator: ",") + "\n")
      if isLeftOut { gap += 1 } else { row += 1 }
    }
    try file.commit()
  }
}

extension Dataset {
  /// The kept columns of the rows, without records that were left out.
  var keptColumns: [(name: String, values: JobTable.Column)] {
    guard !texts.isEmpty else { return [] }
    let records = sourceRows
    return texts.map { kept in (kept.name, .texts(records.map { kept.values[$0] })) }
  }
}

extension OptionRecord {
  /// Columns of the table that are written beside results.
  static func keep(_ path: WritableKeyPath<Root, [String]> & Sendable) -> Self {
    .texts(
      "keep", path, value: "columns",
      "Columns of the table to write beside the results, as sex,region; the identifier always is.")
  }
}
