/// Whether a score means what it says.
public enum CalibrationMetrics: MetricFamily {
  private static let needs: Inputs = [.labels, .scores, .probabilities]

  public static let metrics = [
    Metric(
      "calibration_in_the_large", "E[S] − E[Y]: mean score minus base rate.", needs: needs,
      scale: .score, form: .function(meanGap)),
    Metric(
      "expected_calibration_error", "Σ_b (W_b/W)·|mean label − mean score| over 10 equal bins.",
      needs: needs, scale: .score,
      form: .profile { $0.calibration?.expectedError ?? .absent("no rows") }),
    Metric(
      "maximum_calibration_error", "Largest |mean label − mean score| over 10 equal bins.",
      needs: needs, scale: .score,
      form: .profile { $0.calibration?.largestError ?? .absent("no rows") }),
    Metric(
      "calibration_slope", "b in logit P(Y = 1) = a + b·logit S; 1 when the spread is right.",
      needs: needs, scale: .score, form: .profile(\.recalibration.slope)),
    Metric(
      "calibration_intercept", "a in logit P(Y = 1) = a + logit S; 0 when the mean is right.",
      needs: needs, scale: .score, form: .profile(\.recalibration.intercept)),
  ]

  @Sendable private static func meanGap(_ tally: Tally) -> MetricValue {
    guard let sums = tally.scores?.sums, tally.totalWeight > 0 else { return .absent("no rows") }
    return .value((sums.sum() - tally.weight(of: .positives)) / tally.totalWeight)
  }
}
