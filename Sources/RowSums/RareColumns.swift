import Datasets
import LinearAlgebra

/// The columns of which a sample of rows knows little.
///
/// A level with two sampled rows, both positive, would start the fit on all rows far away; so would a
/// rare 0/1 column of the dense block. A fit to a sample holds such a coefficient near 0 as if by one row
/// more. Columns that many sampled rows speak for get nothing: a ridge that is small against a column
/// can still be large against a direction in which columns are nearly collinear.
enum RareColumns {
  /// A dense column of fewer effective rows, (Σx²)²/Σx⁴, than this is rare.
  private static let rareRows = 30.0
  /// Rows that are looked at to tell.
  private static let lookedAt = 4_096

  /// The square of the size of a row that is not zero, of each rare column; 0 of the others.
  ///
  /// - Returns: shape `(columns + 1)`, the intercept's last and 0.
  static func sizes<Scalar: KernelScalar>(_ features: DesignMatrix<Scalar>) -> [Double] {
    let dense = features.dense
    let d = dense.columns
    let squares = Buffer<Double>(zeroed: d)
    let fourths = Buffer<Double>(zeroed: d)
    if d > 0, features.rows > 0 {
      // SAFETY: the rows are the block's; both buffers have a number a dense column.
      Scalar.Kernels.columnPowers(
        dense.pointer(row: 0), min(features.rows, lookedAt), d, dense.rowStride, squares.pointer,
        fourths.pointer)
    }
    var sizes = [Double](repeating: 1, count: features.columns + 1)
    sizes[features.columns] = 0
    for j in 0..<d {
      let square = squares[j]
      let fourth = fourths[j]
      let isRare = fourth == 0 || square * square < rareRows * fourth
      // The size of a row that is not zero: Σx⁴/Σx², and 1 where all are.
      sizes[j] = isRare ? (square > 0 ? fourth / square : 1) : 0
    }
    return sizes
  }
}
