import Datasets
import Models

/// Predictions as comma-separated text: `score,probability,prediction` in the rows' order.
///
/// A model of numbers has the one column `prediction`. The path `-` is standard output.
public enum PredictionFile {
  public static func write(_ predictions: Predictions, to path: String) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write("score,probability,prediction\n")
    for i in predictions.scores.indices {
      try file.write(
        "\(predictions.scores[i]),\(predictions.probabilities[i]),\(predictions.decisions[i])\n")
    }
    try file.commit()
  }

  public static func write(numbers: [Double], to path: String) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write("prediction\n")
    for number in numbers { try file.write("\(number)\n") }
    try file.commit()
  }
}
