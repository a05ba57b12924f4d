import Datasets
import LinearAlgebra

/// The products of a design matrix with vectors over a tile of rows: the bridge to the kernels.
///
/// θ has `columns + 1` entries, the intercept last. Rows of the tile are `first..<first + count`.
package struct RowKernels<Scalar: KernelScalar>: @unchecked Sendable {
  // SAFETY: nobody writes to the features while they are multiplied.
  package typealias MutablePointer = UnsafeMutablePointer<Scalar>
  package let features: DesignMatrix<Scalar>
  /// The start of each column of codes: `features` keeps them alive.
  private let codes: [UnsafePointer<UInt16>]
  private let starts: [Int]
  /// Entries of one accumulator: every column and the intercept.
  package let width: Int

  package init(features: DesignMatrix<Scalar>) {
    self.features = features
    codes = features.categorical.map { UnsafePointer($0.codes.pointer) }
    starts = features.firstColumns
    width = features.columns + 1
  }

  package var denseColumns: Int { features.dense.columns }

  /// z += x·w over the tile; the intercept is where the caller starts z.
  ///
  /// - Parameter ahead: fetches the dense rows that come so many rows later into cache.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func addScores(
    first: Int, count: Int, coefficients: UnsafePointer<Scalar>, to z: MutablePointer,
    ahead: Int = 0
  ) {
    // SAFETY: the caller's tile lies inside the rows, and z and θ have the stated lengths.
    if denseColumns > 0 {
      Scalar.Kernels.rowsDot(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride,
        coefficients, z, ahead * features.dense.rowStride)
    }
    defer { withExtendedLifetime(features) {} }
    Scalar.Kernels.codesGatherAll(codes, starts, codes.count, first, count, coefficients, z)
  }

  /// The same with a coefficient vector for each set of rows; `coefficients` is `(sets, width)`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func addScores(
    first: Int, count: Int, coefficients: UnsafePointer<Scalar>, sets: UnsafePointer<UInt16>,
    to z: MutablePointer
  ) {
    // SAFETY: as above, and the caller's set codes are below the number of sets.
    if denseColumns > 0 {
      Scalar.Kernels.rowsDotBySet(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride,
        coefficients, width, sets, z)
    }
    defer { withExtendedLifetime(features) {} }
    Scalar.Kernels.codesGatherAllBySet(
      codes, starts, codes.count, first, count, coefficients, width, sets, z)
  }

  /// Adds Σ rᵢ·xᵢ: dense columns to `dense` in `Scalar`, levels to `wide` in `Double`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func addRows(
    first: Int, count: Int, values r: UnsafePointer<Scalar>, dense: MutablePointer,
    wide: UnsafeMutablePointer<Double>, ahead: Int = 0
  ) {
    // SAFETY: `dense` has `denseColumns` entries, `wide` has `width`.
    if denseColumns > 0 {
      Scalar.Kernels.rowsAdd(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride, r,
        dense, ahead * features.dense.rowStride)
    }
    addLevels(first: first, count: count, values: r, to: wide)
  }

  /// Adds rᵢ to the sum of each level that row i has; `wide` has `width` entries.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func addLevels(
    first: Int, count: Int, values r: UnsafePointer<Scalar>,
    to wide: UnsafeMutablePointer<Double>
  ) {
    // SAFETY: codes are below their levels, whose sums start at the column's first.
    defer { withExtendedLifetime(features) {} }
    Scalar.Kernels.codesScatterAll(codes, starts, codes.count, first, count, r, wide)
  }

  /// Adds Σ_{i∈c} rᵢ·xᵢ to the accumulator of each cell c: `dense` is `(cells, denseColumns)`,
  /// `wide` is `(cells, width)`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func addRowsByCell(
    first: Int, count: Int, values r: UnsafePointer<Scalar>, cells: UnsafePointer<UInt16>,
    dense: MutablePointer, wide: UnsafeMutablePointer<Double>
  ) {
    // SAFETY: as above; cell codes are below the number of cells.
    if denseColumns > 0 {
      Scalar.Kernels.rowsAddByCell(
        features.dense.pointer(row: first), count, denseColumns, features.dense.rowStride, r,
        cells, dense, denseColumns)
    }
    addLevelsByCell(first: first, count: count, values: r, cells: cells, to: wide)
  }

  /// Adds rᵢ to the sum, in its cell, of each level that row i has; `wide` is `(cells, width)`.
  package func addLevelsByCell(
    first: Int, count: Int, values r: UnsafePointer<Scalar>, cells: UnsafePointer<UInt16>,
    to wide: UnsafeMutablePointer<Double>
  ) {
    // SAFETY: as above.
    addTables(of: cells, codes.count, first: first, count: count, values: r, to: wide, width)
  }

  /// Adds rᵢ to the tables of some codes, one for each row of the tile, with each of the first `columns`
  /// categorical columns. Their levels start at the column's first in a row of `table`, which has `ld`
  /// entries.
  package func addTables(
    of own: UnsafePointer<UInt16>, _ columns: Int, first: Int, count: Int,
    values r: UnsafePointer<Scalar>, to table: UnsafeMutablePointer<Double>, _ ld: Int
  ) {
    // SAFETY: the caller's table has a row for each code; codes are below their levels.
    defer { withExtendedLifetime(features) {} }
    Scalar.Kernels.codesTables(own, codes, starts, columns, first, count, r, table, ld)
  }
}

/// How rows are cut: constants that change the order of sums, hence the last bits of a result.
package enum Blocking {
  /// A tile's rows fill a quarter of the first-level cache, since the two tiles after it are
  /// fetched into the same cache while it is worked on.
  static let tileBytes = 12_288
  static let tileRows = 8...512
  /// A thread's unit of work. Depends on the rows only, never on the threads.
  package static let minimumChunk = 4_096
  static let chunks = 64
  /// `Float` accumulators are added to `Double` ones after this many rows at most.
  package static let flushRows = 4_096

  package static func tile(rowBytes: Int) -> Int {
    let rows = tileBytes / max(1, rowBytes)
    return min(max((rows + 4) / 8 * 8, tileRows.lowerBound), tileRows.upperBound)
  }

  /// How many rows ahead the first and the second product with a tile fetch. Both fetch, so that
  /// memory is read all the time, and the second one starts where the first has ended.
  static func scoresAhead(_ tile: Int) -> Int { tile }
  static func rowsAhead(_ tile: Int) -> Int { 2 * tile }

  /// A block's sums are turned into fixed point once a block, which takes some twenty instructions a
  /// number: so a block has some rows a number. It depends on the question alone, and is a power of
  /// two, so that blocks of the largest size, cut further, are the same wherever they lie.
  package static let blockRows = minimumChunk...65_536

  static func block(numbers: Int, rowsEach: Int) -> Int {
    let wanted = numbers.multipliedReportingOverflow(by: rowsEach).partialValue
    var rows = blockRows.lowerBound
    while rows < blockRows.upperBound, 2 * rows <= wanted { rows *= 2 }
    return rows
  }

  package static func chunk(rows: Int) -> Int {
    max(minimumChunk, (rows + chunks - 1) / chunks)
  }
}
