import Datasets
import LinearAlgebra

/// Changes labels chosen at random until all groups have the same share of positives.
///
/// As many as `massaging` changes, but any of the group's labels: a row's place in the order is a
/// hash of its identifier or features and the seed. It shows what the ranking of `massaging` is
/// worth.
///
/// Calders, Kamiran and Pechenizkiy, *Building classifiers with independency constraints*, ICDM
/// workshops 2009, section 4.
public enum LabelFlipping: Preprocessor {
  public static let name = "label-flipping"
  public static let summary =
    "Changes labels chosen at random until all groups have the same share of positives."
  public static let source =
    "Calders, Kamiran and Pechenizkiy, Building classifiers with independency constraints, 2009"
  public static let options = [LabelChanges.target]
  public static let keepsUnits = true

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) -> PreprocessingFit {
    LabelChanges.fit(
      rows, priority: [Double](repeating: 0, count: rows.count), request)
  }
}
