import LinearAlgebra

/// Columns of arrays that become columns of a dense matrix, a block of rows at a time: a block stays
/// in cache while its columns are taken apart, and its part of the file leaves memory after it.
struct NumberColumns {
  struct Column: Sendable {
    var array: NPYArray
    var column: Int
    /// Numbers of a row of the array.
    var width: Int
    var name: String
    /// Is subtracted.
    var origin: Double
  }

  private static let blockBytes = 1 << 18

  let columns: [Column]
  /// One column of each array.
  private let arrays: [Column]

  init(_ columns: [Column]) {
    self.columns = columns
    arrays = Dictionary(columns.map { ($0.array.file, $0) }) { first, _ in first }.map(\.value)
  }

  /// Fills the matrix, shape `(n, columns)`; not a number stays as it is.
  ///
  /// - Returns: of each column, how many are not a number and the first row of those, from 1.
  func fill<Scalar: KernelScalar>(
    _ dense: Matrix<Scalar>, pool: WorkerPool
  ) throws(DataError) -> [(count: Int, firstLine: Int)] {
    let widest = columns.map { $0.width * $0.array.kind.size }.max() ?? 1
    let blockRows = max(1, Self.blockBytes / widest)
    var missing = [(count: Int, firstLine: Int)](repeating: (0, 0), count: columns.count)
    var infinite: (column: Int, row: Int)?
    pool.orderedReduce(
      (dense.rows + blockRows - 1) / blockRows, makePartial: { [BlockScan]() },
      body: { block, scans in
        let first = block * blockRows
        scans = fill(first..<min(dense.rows, first + blockRows), of: dense)
      },
      merge: { scans in
        for (j, scan) in scans.enumerated() {
          if missing[j].count == 0, let row = scan.firstMissing { missing[j].firstLine = row + 1 }
          missing[j].count += scan.missing
          if infinite == nil, let row = scan.firstInfinite { infinite = (j, row) }
        }
      })
    guard let infinite else { return missing }
    let column = columns[infinite.column]
    throw .notFinite(
      file: column.array.file, row: infinite.row + 1, column: column.name,
      value: "\(column.array.value(infinite.row * column.width + column.column))")
  }

  private func fill<Scalar: KernelScalar>(
    _ rows: Range<Int>, of dense: Matrix<Scalar>
  ) -> [BlockScan] {
    let scans = columns.enumerated().map { j, column in
      let first = rows.lowerBound * column.width + column.column, kind = column.array.kind
      return kind.type.visit(
        column.array.numbers + first * kind.size, count: rows.count, stride: column.width,
        BlockVisitor(
          target: dense.pointer(row: rows.lowerBound) + j, stride: dense.rowStride,
          firstRow: rows.lowerBound, origin: column.origin))
    }
    for column in arrays {
      let row = column.width * column.array.kind.size, start = column.array.offset
      column.array.bytes.discard(start + rows.lowerBound * row..<start + rows.upperBound * row)
    }
    return scans
  }
}

/// What a column of a block holds besides finite numbers.
private struct BlockScan: Sendable {
  var missing = 0
  var firstMissing: Int?
  var firstInfinite: Int?
}

private struct BlockVisitor<Scalar: KernelScalar>: NumberVisitor {
  let target: UnsafeMutablePointer<Scalar>
  let stride: Int
  let firstRow: Int
  let origin: Double

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> BlockScan {
    var scan = BlockScan()
    for i in 0..<numbers.count {
      let value = numbers[i].number
      target[i * stride] = Scalar(value - origin)
      // x − x is 0 for finite numbers alone.
      if value - value == 0 { continue }
      if value.isNaN {
        scan.missing += 1
        scan.firstMissing = scan.firstMissing ?? firstRow + i
      } else {
        scan.firstInfinite = scan.firstInfinite ?? firstRow + i
      }
    }
    return scan
  }
}
