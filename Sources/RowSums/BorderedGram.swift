import Datasets
import LinearAlgebra

/// Σ h·x̃x̃ᵀ with the levels of one categorical column eliminated: no row has two of them.
///
/// Its blocks, by pairs of columns, are disjoint, so that threads share one matrix and each block
/// is summed over the rows in their order: nothing to clear, to merge or to depend on the threads.
extension LocalRows: BorderedSource {
  public func borderedGram(
    _ asked: CurvatureQuestion, eliminating column: Int
  ) throws -> BorderedMatrix {
    CurvaturePass(data, asked).borderedGram(eliminating: column, pool)
  }
}

extension CurvaturePass {
  /// Columns of the dense block that one thread sums over the rows of each level.
  private static var denseTile: Int { 32 }

  /// The matrix for one set of coefficients; `column` is the one that is eliminated.
  func borderedGram(eliminating column: Int, _ pool: WorkerPool) -> BorderedMatrix {
    precondition(sets == 1, "a matrix of one set of coefficients")
    let features = rows.features, first = features.firstColumns[column]
    let range = first..<first + features.categorical[column].levels
    let matrix = BorderedMatrix(dimension: kernels.width, eliminated: range)
    let h = Buffer<Scalar>(uninitialized: rows.rows)
    addDenseGram(h, to: matrix.rest, pool)
    let blocks = Blocks(kernels, h, matrix, eliminated: column)
    let tiles = (features.dense.columns + Self.denseTile - 1) / Self.denseTile
    let count = features.categorical.count
    pool.forEach(count + count * tiles + count * (count - 1) / 2) { task in
      if task < count {
        blocks.addLevels(task)
      } else if task < count + count * tiles {
        let (k, tile) = ((task - count) / tiles, (task - count) % tiles)
        let start = tile * Self.denseTile
        blocks.addDense(k, start..<min(features.dense.columns, start + Self.denseTile))
      } else {
        blocks.addPair(task - count - count * tiles)
      }
    }
    return matrix
  }

  /// h of every row, and the dense columns' and the intercept's own part.
  private func addDenseGram(
    _ h: Buffer<Scalar>, to rest: Matrix<Double>, _ pool: WorkerPool
  ) {
    let own = RowKernels(features: DesignMatrix(dense: rows.features.dense))
    let dense = own.denseColumns, scorer = scorer, count = rows.rows
    let size = Blocking.chunk(rows: count)
    let total = Matrix<Double>(rows: own.width, columns: own.width)
    pool.orderedReduce(
      (count + size - 1) / size,
      makePartial: {
        (
          GramAccumulator<Scalar>(own, tileRows: Self.gramRows),
          TileScratch<Scalar>(rows: Self.gramRows)
        )
      },
      body: { chunk, partial in
        partial.0.clear()
        let end = min(count, (chunk + 1) * size)
        for first in stride(from: chunk * size, to: end, by: Self.gramRows) {
          let count = min(Self.gramRows, end - first)
          curvature(first: first, count: count, scorer, partial.1)
          // SAFETY: tiles lie inside the rows and fit the scratch; each row has its own place in h.
          (h.pointer + first).update(from: partial.1.h, count: count)
          partial.0.add(first: first, count: count, curvature: partial.1.h)
        }
        partial.0.flush()
      },
      merge: { $0.0.add(to: total, at: 0) })
    let last = rest.rows - 1
    for i in 0..<dense { for j in 0...i { rest[i, j] = total[i, j] } }
    for j in 0..<dense { rest[last, j] = total[dense, j] }
    rest[last, last] = total[dense, dense]
  }
}

/// The blocks of levels of a `BorderedMatrix`.
private struct Blocks<Scalar: KernelScalar>: @unchecked Sendable {
  // SAFETY: each block is written by one call.
  private let features: DesignMatrix<Scalar>
  private let h: Buffer<Scalar>
  private let matrix: BorderedMatrix
  private let eliminated: Int

  init(
    _ kernels: RowKernels<Scalar>, _ h: Buffer<Scalar>, _ matrix: BorderedMatrix, eliminated: Int
  ) {
    features = kernels.features
    self.h = h
    self.matrix = matrix
    self.eliminated = eliminated
  }

  private var others: Int { matrix.rest.rows }

  /// Where the rows of a column's levels start: in B for the one that is eliminated, else in C.
  private func rows(_ k: Int) -> UnsafeMutablePointer<Double> {
    guard k != eliminated else { return matrix.border.buffer.pointer }
    return matrix.rest.buffer.pointer + matrix.place(features.firstColumns[k]) * others
  }

  /// Σ h over the rows of each level: its diagonal, and its part with the intercept.
  func addLevels(_ k: Int) {
    let column = features.categorical[k]
    let sums = Buffer<Double>(zeroed: column.levels)
    // SAFETY: codes are below the levels.
    Scalar.Kernels.codesScatter(column.codes.pointer, h.count, h.pointer, sums.pointer)
    let first = features.firstColumns[k], last = others - 1
    for level in 0..<column.levels {
      matrix.addToDiagonal(first + level, sums[level])
      if k == eliminated {
        matrix.border[level, last] = sums[level]
      } else {
        matrix.rest[last, matrix.place(first + level)] = sums[level]
      }
    }
  }

  /// Some dense columns by the levels of column `k`: in `Scalar` for some thousand rows.
  func addDense(_ k: Int, _ columns: Range<Int>) {
    let column = features.categorical[k], dense = features.dense, width = columns.count
    let sums = Buffer<Scalar>(zeroed: column.levels * width)
    let target = rows(k) + columns.lowerBound
    var pending = 0
    // SAFETY: codes are below the levels; rows of B and C have R numbers, the dense ones first.
    func flush() {
      for level in 0..<column.levels {
        Scalar.Kernels.widenAdd(sums.pointer + level * width, width, target + level * others)
      }
      sums.pointer.update(repeating: 0, count: sums.count)
      pending = 0
    }
    for first in stride(from: 0, to: h.count, by: Blocking.flushRows) {
      let count = min(Blocking.flushRows, h.count - first)
      Scalar.Kernels.rowsAddByCell(
        dense.pointer(row: first) + columns.lowerBound, count, width, dense.rowStride,
        h.pointer + first, column.codes.pointer + first, sums.pointer, width)
      pending += count
      if Scalar.self != Double.self, pending >= Blocking.flushRows { flush() }
    }
    flush()
  }

  /// The table of the `index`-th pair of categorical columns.
  func addPair(_ index: Int) {
    var later = 1
    while later * (later + 1) / 2 <= index { later += 1 }
    let earlier = index - later * (later - 1) / 2
    // In B the rows are the levels that are eliminated; in C those of the later column.
    let (row, column) = earlier == eliminated ? (earlier, later) : (later, earlier)
    let target = rows(row) + matrix.place(features.firstColumns[column])
    let a = features.categorical[row].codes, b = features.categorical[column].codes
    // SAFETY: codes are below the levels of their column, whose block starts at the target.
    Scalar.Kernels.codesContingency(
      UnsafePointer(a.pointer), b.pointer, h.count, h.pointer, target, others)
  }
}
