import Datasets
import LinearAlgebra

/// The lower triangle of Σ h·x̃x̃ᵀ for one thread, made of blocks by kind of column:
/// dense×dense by `syrk`, levels×dense by sums over the rows of a level, levels×levels by weighted
/// contingency tables, and the intercept's row. A categorical column is never expanded.
package final class GramAccumulator<Scalar: KernelScalar>: @unchecked Sendable {
  private let kernels: RowKernels<Scalar>
  private let width: Int
  private let dense: Int
  private let levels: Int
  /// (dense, dense), then the intercept's dense part, then (levels, dense): in `Scalar`.
  private let square, denseIntercept, levelsByDense: Buffer<Scalar>
  /// Rows scaled by √h, and the roots themselves.
  private let scaled, positive, negative: Buffer<Scalar>
  private let sums: Matrix<Double>
  private var pending = 0

  package init(_ kernels: RowKernels<Scalar>, tileRows: Int) {
    self.kernels = kernels
    width = kernels.width
    dense = kernels.denseColumns
    levels = kernels.features.columns - dense
    square = Buffer(zeroed: dense * dense)
    denseIntercept = Buffer(zeroed: dense)
    levelsByDense = Buffer(zeroed: levels * dense)
    scaled = Buffer(zeroed: tileRows * dense)
    positive = Buffer(zeroed: tileRows)
    negative = Buffer(zeroed: tileRows)
    sums = Matrix(rows: width, columns: width)
  }

  package func clear() {
    clearScalars()
    // The upper triangle is neither read nor written.
    for i in 0..<width { sums.pointer(row: i).update(repeating: 0, count: i + 1) }
  }

  private func clearScalars() {
    for buffer in [square, denseIntercept, levelsByDense] {
      buffer.pointer.update(repeating: 0, count: buffer.count)
    }
    pending = 0
  }

  /// `Double` sums need no moving until the end.
  private static var flushRows: Int {
    Scalar.self == Double.self ? .max : Blocking.flushRows
  }

  /// Adds a tile of rows with curvatures h, which may be negative.
  package func add(first: Int, count: Int, curvature h: UnsafeMutablePointer<Scalar>) {
    addDense(first: first, count: count, curvature: h)
    addLevels(first: first, count: count, curvature: h)
    pending += count
    if pending >= Self.flushRows { flush() }
  }

  private func addDense(first: Int, count: Int, curvature h: UnsafeMutablePointer<Scalar>) {
    guard dense > 0 else { return }
    // SAFETY: the tile lies inside the rows; the buffers have the shapes stated above.
    let x = kernels.features.dense.pointer(row: first)
    let stride = kernels.features.dense.rowStride
    let anyNegative = Scalar.Kernels.signedRoots(h, count, positive.pointer, negative.pointer)
    for (roots, sign) in [(positive, Scalar(1)), (negative, Scalar(-1))] {
      if sign < 0 && !anyNegative { break }
      Scalar.Kernels.rowsScale(x, count, dense, stride, roots.pointer, scaled.pointer)
      Scalar.Routines.syrk(
        true, Int32(dense), Int32(count), sign, scaled.pointer, Int32(dense), 1, square.pointer,
        Int32(dense))
    }
    Scalar.Kernels.rowsAdd(x, count, dense, stride, h, denseIntercept.pointer, 0)
  }

  private func addLevels(first: Int, count: Int, curvature h: UnsafeMutablePointer<Scalar>) {
    let features = kernels.features
    // SAFETY: codes are below the levels of their column, whose rows in `sums` start at its first.
    if features.categorical.isEmpty {
      sums.pointer(row: width - 1)[width - 1] += Scalar.Kernels.sum(h, count)
      return
    }
    kernels.addLevels(first: first, count: count, values: h, to: sums.pointer(row: width - 1))
    for (k, (column, start)) in zip(features.categorical, features.firstColumns).enumerated() {
      let codes = UnsafePointer(column.codes.pointer + first)
      if dense > 0 {
        Scalar.Kernels.rowsAddByCell(
          features.dense.pointer(row: first), count, dense, features.dense.rowStride, h, codes,
          levelsByDense.pointer + (start - dense) * dense, dense)
      }
      kernels.addTables(
        of: codes, k, first: first, count: count, values: h, to: sums.pointer(row: start), width)
    }
  }

  /// Moves what is summed in `Scalar` to `Double`.
  package func flush() {
    for i in 0..<dense {
      Scalar.Kernels.widenAdd(square.pointer + i * dense, i + 1, sums.pointer(row: i))
    }
    Scalar.Kernels.widenAdd(denseIntercept.pointer, dense, sums.pointer(row: width - 1))
    for level in 0..<levels {
      Scalar.Kernels.widenAdd(
        levelsByDense.pointer + level * dense, dense, sums.pointer(row: dense + level))
    }
    clearScalars()
  }

  /// Adds to the block of `total` that starts at (`origin`, `origin`). The diagonal of the levels
  /// is the intercept's row: Σ h over the rows of a level is both.
  package func add(to total: Matrix<Double>, at origin: Int) {
    for i in 0..<width {
      Double.Kernels.widenAdd(sums.pointer(row: i), i + 1, total.pointer(row: origin + i) + origin)
    }
    let last = sums.pointer(row: width - 1)
    for level in dense..<(dense + levels) {
      total.pointer(row: origin + level)[origin + level] += last[level]
    }
    total.pointer(row: origin + width - 1)[origin + width - 1] += interceptOfLevels
  }

  /// What the intercept's own entry lacks: with categorical columns it is the sum over the levels of one.
  private var interceptOfLevels: Double {
    guard let column = kernels.features.categorical.first else { return 0 }
    let last = sums.pointer(row: width - 1)
    var sum = 0.0
    for level in 0..<column.levels { sum += last[dense + level] }
    return sum
  }

  /// Writes the lower triangle row by row.
  func triangle(to numbers: UnsafeMutablePointer<Double>) {
    // SAFETY: the caller has room for width·(width + 1)/2 numbers.
    var next = numbers
    let last = sums.pointer(row: width - 1)
    for i in 0..<width {
      next.update(from: sums.pointer(row: i), count: i + 1)
      if i >= dense, i < dense + levels { next[i] += last[i] }
      next += i + 1
    }
    (next - 1).pointee += interceptOfLevels
  }
}
