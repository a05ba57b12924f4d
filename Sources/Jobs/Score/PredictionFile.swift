import Datasets
import Models

/// Predictions as comma-separated text: `score,probability,prediction` in the rows' order, after the
/// columns of the table that are kept beside them. They may come a few rows at a time.
///
/// A model of numbers has the one column `prediction`. The path `-` is standard output.
public struct PredictionFile {
  private let file: AtomicFile
  /// What stands in place of a prediction that there is not.
  private let empty: String

  /// - Parameters:
  ///   - numbers: whether numbers are predicted, and nothing is decided.
  ///   - kept: names of columns of the table.
  init(numbers: Bool, kept: [String], to path: String) throws(DataError) {
    let columns = numbers ? ["prediction"] : ["score", "probability", "prediction"]
    if let twice = kept.first(where: columns.contains) {
      throw .option("keep", value: twice, "predictions have a column of this name")
    }
    file = try AtomicFile(path)
    let header = kept.map { CSVField.quoted($0) } + columns
    try file.write(header.joined(separator: ",") + "\n")
    let blanks = String(repeating: ",", count: columns.count - 1)
    // A line without a character would be no record.
    empty = kept.isEmpty && blanks.isEmpty ? "\"\"" : blanks
  }

  /// Adds the rows that come next.
  ///
  /// - Parameters:
  ///   - leftOut: records of them that have no prediction, ascending: their fields are empty, so that
  ///     every line belongs to the record at its place.
  ///   - kept: columns of the table, a text a record.
  func add(
    _ predictions: Predictions, leftOut: [Int] = [],
    kept: [(name: String, values: [String?])] = []
  ) throws(DataError) {
    try add(predictions.scores.count, leftOut, kept) { i in
      "\(predictions.scores[i]),\(predictions.probabilities[i]),\(predictions.decisions[i])"
    }
  }

  func add(
    numbers: [Double], leftOut: [Int] = [], kept: [(name: String, values: [String?])] = []
  ) throws(DataError) {
    try add(numbers.count, leftOut, kept) { "\(numbers[$0])" }
  }

  private func add(
    _ rows: Int, _ leftOut: [Int], _ kept: [(name: String, values: [String?])],
    _ line: (Int) -> String
  ) throws(DataError) {
    var row = 0, gap = 0
    for record in 0..<rows + leftOut.count {
      let isLeftOut = gap < leftOut.count && leftOut[gap] == record
      let fields = kept.map { CSVField.quoted($0.values[record] ?? "") }
      try file.write(
        (fields + [isLeftOut ? empty : line(row)]).joined(separator: ",") + "\n")
      if isLeftOut { gap += 1 } else { row += 1 }
    }
  }

  /// Makes the file appear.
  func commit() throws(DataError) { try file.commit() }

  // MARK: - All rows at once

  public static func write(
    _ predictions: Predictions, leftOut: [Int] = [],
    kept: [(name: String, values: [String?])] = [], to path: String
  ) throws(DataError) {
    let file = try PredictionFile(numbers: false, kept: kept.map(\.name), to: path)
    try file.add(predictions, leftOut: leftOut, kept: kept)
    try file.commit()
  }

  public static func write(
    numbers: [Double], leftOut: [Int] = [], kept: [(name: String, values: [String?])] = [],
    to path: String
  ) throws(DataError) {
    let file = try PredictionFile(numbers: true, kept: kept.map(\.name), to: path)
    try file.add(numbers: numbers, leftOut: leftOut, kept: kept)
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
