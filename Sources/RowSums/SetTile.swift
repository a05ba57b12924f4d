import Datasets
import LinearAlgebra

/// The rows of one set in a tile, copied side by side, so that the Gram matrix of a set reads no
/// rows of the others. One a thread.
final class SetTile<Scalar: KernelScalar> {
  /// Reads the copied rows.
  let kernels: RowKernels<Scalar>
  let curvatures: Buffer<Scalar>
  private let whole: DesignMatrix<Scalar>
  private let members: Buffer<Int32>

  /// - Parameter rows: the most rows of a tile.
  init(of features: DesignMatrix<Scalar>, rows: Int) {
    whole = features
    kernels = RowKernels(
      features: DesignMatrix(
        dense: Matrix(rows: rows, columns: features.dense.columns),
        categorical: features.categorical.map {
          CodeColumn(codes: Buffer(zeroed: rows), levels: $0.levels)
        }))
    curvatures = Buffer(zeroed: rows)
    members = Buffer(zeroed: rows)
  }

  /// Copies the rows `first..<first + count` whose code is the given one; how many there are.
  ///
  /// - Parameters:
  ///   - codes: the code of each row of the tile.
  ///   - h: the curvature of each row of the tile.
  func gather(
    first: Int, count: Int, codes: UnsafePointer<UInt16>, code: UInt16,
    curvature h: UnsafePointer<Scalar>
  ) -> Int {
    // SAFETY: the caller's tile lies inside the rows and is no longer than the copies.
    var found = 0
    for i in 0..<count {
      members.pointer[found] = Int32(truncatingIfNeeded: i)
      found += codes[i] == code ? 1 : 0
    }
    for k in 0..<found { curvatures.pointer[k] = h[Int(members.pointer[k])] }
    for (column, copy) in zip(whole.categorical, kernels.features.categorical) {
      let from = column.codes.pointer + first, to = copy.codes.pointer
      for k in 0..<found { to[k] = from[Int(members.pointer[k])] }
    }
    let width = whole.dense.columns
    guard width > 0 else { return found }
    for k in 0..<found {
      kernels.features.dense.pointer(row: k).update(
        from: whole.dense.pointer(row: first + Int(members.pointer[k])), count: width)
    }
    return found
  }
}
