import Datasets
import LinearAlgebra
import Models

/// Changes labels chosen at random until all groups have the same share of positives.
///
/// As many as `massaging` changes, but any of the group's labels: a row's place in the order is a
/// hash of its identifier or features and the seed. It shows what the ranking of `massaging` is
/// worth.
///
/// Calders, Kamiran and Pechenizkiy, *Building classifiers with independency constraints*, ICDM
/// workshops 2009, section 4.
public struct LabelFlipping: Preprocessor {
  public static let name = "label-flipping"
  public static let summary =
    "Flips labels chosen at random until all groups have the same share of positives."
  public static let source =
    "Calders, Kamiran and Pechenizkiy, Building classifiers with independency constraints, 2009"
  public static let table: [OptionRecord<LabelFlipping>] = [LabelChanges.target(\.target)]
  public static let keepsUnits = true

  public var target = LabelTarget.overall

  public init() {}

  public init(target: LabelTarget) { self.target = target }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) -> PreprocessingFit {
    let labels = LabelChanges.changes(
      rows, priority: [Double](repeating: 0, count: rows.count), target, seed: context.seed)
    return fitted(
      labels, FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }
}
