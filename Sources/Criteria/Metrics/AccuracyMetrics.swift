/// How often predictions are right.
public enum AccuracyMetrics: MetricFamily {
  private static let both: Inputs = [.labels, .predictions]

  public static let metrics =
    Rate.all.filter { $0.whole == .all && $0.needs == both }.map { Metric($0) } + joint

  private static let joint = [
    Metric(
      "balanced_accuracy_score", "½ (true positive rate + true negative rate).", needs: both,
      form: .function(balancedAccuracy)),
    Metric(
      "f1_score", "2 TP / (2 TP + FP + FN).", needs: both, form: .function(f1)),
    Metric(
      "matthews_correlation", "(TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)).", needs: both,
      scale: .score, form: .function(correlation)),
  ]

  @Sendable private static func balancedAccuracy(_ tally: Tally) -> MetricValue {
    let positives = tally.weight(of: .positives), negatives = tally.weight(of: .negatives)
    guard positives > 0 else { return .absent("no positive labels") }
    guard negatives > 0 else { return .absent("no negative labels") }
    return .value(
      0.5
        * (tally.weight(of: .truePositive) / positives
          + tally.weight(of: .trueNegative) / negatives))
  }

  /// B. Matthews, *Comparison of the predicted and observed secondary structure of T4 phage
  /// lysozyme*, Biochimica et Biophysica Acta 405, 1975.
  @Sendable private static func correlation(_ tally: Tally) -> MetricValue {
    let w = tally.weights
    let margins: [(OutcomeSet, String)] = [
      (.positives, "no positive labels"), (.negatives, "no negative labels"),
      (.selected, "no positive predictions"), (.rejected, "no negative predictions"),
    ]
    var scale = 1.0
    for (margin, reason) in margins {
      let weight = tally.weight(of: margin)
      guard weight > 0 else { return .absent(reason) }
      scale *= weight.squareRoot()
    }
    return .value((w[3] * w[0] - w[1] * w[2]) / scale)
  }

  @Sendable private static func f1(_ tally: Tally) -> MetricValue {
    let hits = 2 * tally.weight(of: .truePositive), misses = tally.weight(of: .wrong)
    guard hits + misses > 0 else {
      return .absent("no positive labels and no positive predictions")
    }
    return .value(hits / (hits + misses))
  }
}
