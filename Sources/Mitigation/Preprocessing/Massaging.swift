import Datasets
import LinearAlgebra
import Models

/// Changes the labels nearest to the border until all groups have the same share of positives.
///
/// A logistic regression ranks the rows. In groups with too few positives the negatives that it finds
/// most likely positive become positive; in groups with too many, the positives that it finds least
/// likely become negative: W_g·|share − share_g| of each group. For two groups this is the paper's
/// number W_a·W_b·|share_a − share_b| / W of pairs. Ties go by a hash of the row.
///
/// Kamiran and Calders, *Data preprocessing techniques for classification without discrimination*,
/// Knowledge and Information Systems 33, 2012, section 4.2.
public struct Massaging: Preprocessor {
  public static let name = "massaging"
  public static let summary =
    "Flips the labels nearest the boundary until all groups have the same share of positives."
  public static let source =
    "Kamiran and Calders, Data preprocessing techniques for classification without discrimination, "
    + "KAIS 2012"
  public static let table: [OptionRecord<Massaging>] = [LabelChanges.target(\.target)]

  public var target = LabelTarget.overall

  public init() {}

  public init(target: LabelTarget) { self.target = target }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let labels = LabelChanges.changes(
      rows, priority: try rows.ownProbabilities(pool: context.pool), target, seed: context.seed)
    return fitted(
      labels, FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }
}
