import Datasets

extension ScoredRows {
  /// The error that all labels of a group are alike.
  func oneClass(_ group: Int, positivesMissing: Bool) -> DataError {
    .oneClassInGroup(
      file: source, column: groups.attribute, group: groups.names[group],
      value: labelNames[positivesMissing ? 0 : 1])
  }

  /// Throws when a group has no weight at all, or none of a label that is needed.
  func requireLabels(
    _ curves: [ThresholdCurve], positives: Bool, negatives: Bool
  ) throws(DataError) {
    for (group, curve) in curves.enumerated() {
      guard curve.total > 0 else {
        throw .option("weights", "group '\(groups.names[group])' has no weight")
      }
      if positives && curve.positives == 0 { throw oneClass(group, positivesMissing: true) }
      if negatives && curve.negatives == 0 { throw oneClass(group, positivesMissing: false) }
    }
  }

  /// Throws when a score lies outside [0, 1], naming its row.
  func requireProbabilities() throws(DataError) {
    for row in 0..<count where !(scores[row] >= 0 && scores[row] <= 1) {
      throw .notAProbability(
        file: source, row: line(row), column: column, value: "\(scores[row])")
    }
  }
}
