import Datasets
import LinearAlgebra

/// Scores that are no probabilities, and where the first of them stands.
struct OddScores {
  private(set) var count = 0
  private(set) var first: (value: Double, place: RowPlace)?
  private(set) var rows = 0
  private(set) var least = Double.infinity
  private(set) var most = -Double.infinity

  /// Adds the rows that come next; throws for a score that is no number.
  mutating func add<Scalar: KernelScalar>(
    _ scores: [Double], _ column: String, _ data: Dataset<Scalar>
  ) throws(DataError) {
    if let row = scores.firstIndex(where: { !$0.isFinite }) {
      throw .notANumber(
        file: data.source, row: data.line(ofRow: row), column: column, value: "\(scores[row])")
    }
    count(scores, data)
  }

  /// The same of scores that may be any.
  mutating func count<Scalar: KernelScalar>(_ scores: [Double], _ data: Dataset<Scalar>) {
    rows += scores.count
    least = min(least, scores.min() ?? least)
    most = max(most, scores.max() ?? most)
    guard let row = scores.firstIndex(where: { $0 < 0 || $0 > 1 }) else { return }
    count += scores.count { $0 < 0 || $0 > 1 }
    guard first == nil else { return }
    first = (scores[row], RowPlace(file: data.source, row: data.line(ofRow: row)))
  }
}
