import Datasets
import LinearAlgebra

/// The products of a design matrix with vectors over a tile of rows: the bridge to the kernels.
///
/// θ has `columns + 1` entries, the intercept last. Rows of the tile are `first..<first + count`.
struct RowKernels<Scalar: KernelScalar>: Sendable {
  typealias MutablePointer = UnsafeMutablePointer<Scalar>
  let features: DesignMatrix<Scalar>

  var denseColumns: Int { features.dense.columns }
  /// Entries of one accumulator: every column and the intercept.
  var width: Int { features.columns + 1 }

  /// z += x·w over the tile; the intercept is where the caller starts z.
  func addScores(
    first: Int, count: Int, coefficients: UnsafePointer<Scalar>, to z: MutablePointer
  ) {
    // SAFETY: the caller's tile lies inside the rows, and z and θ have the stated lengths.
    if denseColumns > 0 {
      Scalar.rowsDot(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride,
        coefficients, z)
    }
    for (column, start) in zip(features.categorical, features.firstColumns) {
      Scalar.codesGather(column.codes.pointer + first, count, coefficients + start, z)
    }
  }

  /// The same with a coefficient vector for each set of rows; `coefficients` is `(sets, width)`.
  func addScores(
    first: Int, count: Int, coefficients: UnsafePointer<Scalar>, sets: UnsafePointer<UInt16>,
    to z: MutablePointer
  ) {
    // SAFETY: as above, and the caller's set codes are below the number of sets.
    if denseColumns > 0 {
      Scalar.rowsDotBySet(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride,
        coefficients, width, sets, z)
    }
    for (column, start) in zip(features.categorical, features.firstColumns) {
      Scalar.codesGatherBySet(
        column.codes.pointer + first, count, coefficients + start, width, sets, z)
    }
  }

  /// Adds Σ rᵢ·xᵢ: dense columns to `dense` in `Scalar`, levels to `wide` in `Double`.
  func addRows(
    first: Int, count: Int, values r: UnsafePointer<Scalar>, dense: MutablePointer,
    wide: UnsafeMutablePointer<Double>
  ) {
    // SAFETY: `dense` has `denseColumns` entries, `wide` has `width`.
    if denseColumns > 0 {
      Scalar.rowsAdd(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride, r,
        dense)
    }
    for (column, start) in zip(features.categorical, features.firstColumns) {
      Scalar.codesScatter(column.codes.pointer + first, count, r, wide + start)
    }
  }

  /// Adds Σ_{i∈c} rᵢ·xᵢ to the accumulator of each cell c: `dense` is `(cells, denseColumns)`,
  /// `wide` is `(cells, width)`.
  func addRowsByCell(
    first: Int, count: Int, values r: UnsafePointer<Scalar>, cells: UnsafePointer<UInt16>,
    dense: MutablePointer, wide: UnsafeMutablePointer<Double>
  ) {
    // SAFETY: as above; cell codes are below the number of cells.
    if denseColumns > 0 {
      Scalar.rowsAddByCell(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride, r,
        cells, dense, denseColumns)
    }
    for (column, start) in zip(features.categorical, features.firstColumns) {
      Scalar.codesScatterByCell(
        column.codes.pointer + first, count, r, cells, wide + start, width)
    }
  }
}

/// How rows are cut: constants that change the order of sums, hence the last bits of a result.
enum Blocking {
  /// A tile's rows should fill about half of the first-level cache, so that the second product
  /// with the same rows reads from it while the prefetcher already fetches the next tile.
  static let tileBytes = 16_384
  static let tileRows = 32...512
  /// A thread's unit of work. Depends on the rows only, never on the threads.
  static let minimumChunk = 4_096
  static let chunks = 64
  /// `Float` accumulators are added to `Double` ones after this many rows at most.
  static let flushRows = 4_096

  static func tile(rowBytes: Int) -> Int {
    let rows = tileBytes / max(1, rowBytes)
    return min(max(rows, tileRows.lowerBound), tileRows.upperBound) / 8 * 8
  }

  static func chunk(rows: Int) -> Int {
    max(minimumChunk, (rows + chunks - 1) / chunks)
  }
}
