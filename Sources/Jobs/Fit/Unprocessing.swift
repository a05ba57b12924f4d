import Datasets
import LinearAlgebra
import Mitigation
import Models

extension Experiment {
  /// The same model with the best threshold of each group on the training rows, without a
  /// constraint: what its scores are worth, whatever trade-off its own decisions make.
  ///
  /// Cruz and Hardt, *Unprocessing seven years of algorithmic fairness*, ICLR 2024.
  ///
  /// - Parameter rows: the rows that the thresholds are fitted to; nil: the training rows.
  public func unprocessed(_ run: Run, on rows: Dataset<Scalar>? = nil) throws -> Run {
    let clock = ContinuousClock(), began = clock.now
    let method = UnconstrainedThresholds.self
    let request = FitRequest(
      options: try MethodOptions(from: method.options, of: method.name), seed: seed, pool: pool)
    var model = run.model
    // Decisions rank nobody: what is unprocessed are the scores that they were made from.
    while let outer = model.predictor as? PostprocessedPredictor, outer.rule.meaning == .decisions {
      model.predictor = outer.base
    }
    let scored = try ScoredRows(model, rows ?? train, pool: pool)
    let (rule, fit) = try GroupedRule.fit(method, scored, GroupPolicy(unseen: .pooled), request)
    model.predictor = PostprocessedPredictor(base: model.predictor, rule: rule, key: seed)
    model.report.status = run.model.report.status.worse(of: fit.report.status)
    model.report.objective = fit.report.objective
    model.report.certificate = nil
    var result = try measured(
      model, seconds: run.document.seconds.fit + (clock.now - began) / .seconds(1))
    result.document.method += Self.unprocessedSuffix
    return result
  }

  /// What an unprocessed run's method is called, after the method's name.
  static var unprocessedSuffix: String { ", unprocessed" }
}
