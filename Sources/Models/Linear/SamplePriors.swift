import Datasets
import LinearAlgebra

/// The ridge that a sample of the rows puts on columns of which it knows little.
///
/// A level with two sampled rows, both positive, would start the fit on all rows far away; so would
/// a rare 0/1 column of the dense block. Such a coefficient is held near 0 as if by one row more.
/// Columns that many sampled rows speak for get nothing: a ridge that is small against a column can
/// still be large against a direction in which columns are nearly collinear.
enum SamplePriors {
  /// A dense column of fewer effective rows, (Σx²)²/Σx⁴, than this is rare.
  private static let rareRows = 30.0
  /// Rows that are looked at to tell.
  private static let lookedAt = 4_096

  /// - Parameter oneRow: what one sampled row of weight 1 counts in the objective.
  /// - Returns: shape `(columns + 1)`, the intercept's last and 0.
  static func of<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, _ selection: RowSelection, oneRow: Double
  ) -> [Double] {
    let dense = features.dense
    let d = dense.columns
    let squares = Buffer<Double>(zeroed: d)
    let fourths = Buffer<Double>(zeroed: d)
    var seen = 0
    for range in selection.ranges where seen < lookedAt && d > 0 {
      // SAFETY: ranges lie inside the rows; both buffers have a number a dense column.
      Scalar.Kernels.columnPowers(
        dense.pointer(row: range.lowerBound), range.count, d, dense.rowStride, squares.pointer,
        fourths.pointer)
      seen += range.count
    }
    var priors = [Double](repeating: oneRow, count: features.columns + 1)
    priors[features.columns] = 0
    for j in 0..<d {
      let square = squares[j]
      let fourth = fourths[j]
      let isRare = fourth == 0 || square * square < rareRows * fourth
      // The size of a row that is not zero: Σx⁴/Σx², and 1 where all are.
      priors[j] = isRare ? oneRow * (square > 0 ? fourth / square : 1) : 0
    }
    return priors
  }
}
