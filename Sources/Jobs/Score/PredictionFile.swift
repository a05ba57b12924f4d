import Datasets
import Models

/// Predictions as comma-separated text: `score,probability,prediction` in the rows' order.
///
/// A model of numbers has the one column `prediction`. The path `-` is standard output.
public enum PredictionFile {
  /// - Parameter leftOut: records of the input that have no prediction, ascending: their fields are
  ///   empty, so that every line belongs to the record at its place.
  public static func write(
    _ predictions: Predictions, leftOut: [Int] = [], to path: String
  ) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write("score,probability,prediction\n")
    var gaps = RecordGaps(leftOut)
    for i in predictions.scores.indices {
      for _ in 0..<gaps.next() { try file.write(",,\n") }
      try file.write(
        "\(predictions.scores[i]),\(predictions.probabilities[i]),\(predictions.decisions[i])\n")
    }
    for _ in 0..<gaps.rest { try file.write(",,\n") }
    try file.commit()
  }

  public static func write(
    numbers: [Double], leftOut: [Int] = [], to path: String
  ) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write("prediction\n")
    var gaps = RecordGaps(leftOut)
    for number in numbers {
      // A line without a character would be no record.
      for _ in 0..<gaps.next() { try file.write("\"\"\n") }
      try file.write("\(number)\n")
    }
    for _ in 0..<gaps.rest { try file.write("\"\"\n") }
    try file.commit()
  }
}

/// How many records without a row stand before each row of a table.
private struct RecordGaps {
  private let leftOut: [Int]
  private var at = 0, record = 0

  init(_ leftOut: [Int]) { self.leftOut = leftOut }

  /// Before the next row.
  mutating func next() -> Int {
    let first = at
    while at < leftOut.count && leftOut[at] == record {
      at += 1
      record += 1
    }
    record += 1
    return at - first
  }

  /// After the last row.
  var rest: Int { leftOut.count - at }
}
