import Datasets
import Models

/// Predictions as comma-separated text: `score,probability,prediction` in the rows' order.
///
/// The path `-` is standard output.
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
}
