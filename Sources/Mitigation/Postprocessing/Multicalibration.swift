import Datasets
import Models

/// Corrects scores until no group, of any attribute or of any cross, is off in any bin of scores.
///
/// Groups are all values of each attribute and all observed crosses. Predictions p start at the
/// score. While there is a group and a bin [b/B, (b + 1)/B) of p, of at least `smallest` of the
/// weight, whose mean label differs from its mean p by more than `tolerance`, p moves there by the
/// difference and is clipped to [0, 1]. Each step lowers Σ w(y − p)²/W by at least
/// smallest·tolerance², so that the loop ends.
///
/// Hébert-Johnson, Kim, Reingold, Rothblum, *Multicalibration*, ICML 2018, algorithm 1, on the
/// training distribution.
public struct Multicalibration: Postprocessor {
  public static let name = "multicalibration"
  public static let summary =
    "Adjusts scores until every group and intersection is calibrated in every bin."
  public static let source =
    "Hébert-Johnson, Kim, Reingold, Rothblum, Multicalibration: calibration for the "
    + "(computationally-identifiable) masses, ICML 2018"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  /// Bins of equal width.
  public var bins = 10
  public var corrections = CorrectionSettings()

  public init() {}

  public init(bins: Int) { self.bins = bins }

  public static let table: [OptionRecord<Multicalibration>] =
    [
      .integer("score_bins", \.bins, in: 1...1000, "bins of equal width")
        .spelled(OptionAliases(otherNames: ["bins"]))
    ]
    + CorrectionSettings.table.map { $0.nested(in: \.corrections) }

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let found = try CalibrationBoosting.fit(rows, corrections, bins: bins, context)
    return fitted(found.rule, found.report)
  }
}

/// Corrects scores until the mean of every group, of any attribute or of any cross, is right.
///
/// The same loop with one bin: mean label and mean prediction of a group agree within a tolerance.
public struct Multiaccuracy: Postprocessor {
  public static let name = "multiaccuracy"
  public static let summary =
    "Adjusts scores until each group's and intersection's mean equals its outcome rate."
  public static let source =
    "Kim, Ghorbani, Zou, Multiaccuracy: black-box post-processing for fairness in classification, "
    + "AIES 2019"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  public var corrections = CorrectionSettings()

  public init() {}

  public static let table: [OptionRecord<Multiaccuracy>] =
    CorrectionSettings.table.map { $0.nested(in: \.corrections) }

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let found = try CalibrationBoosting.fit(rows, corrections, bins: 1, context)
    return fitted(found.rule, found.report)
  }
}
