import LinearAlgebra

/// Packs the numeric columns of an Arrow table into rows: value − origin, NaN where it is missing.
///
/// Numbers go straight from the producer's memory into the block, a tile of rows at a time.
struct ArrowPacking<Scalar: KernelScalar>: Sendable {
  let table: ArrowTable
  let plan: TablePlan
  /// The numbers of columns of texts, by column.
  let texts: [Int: Buffer<Double>]
  let dense: Matrix<Scalar>

  /// A tile: some rows of one batch.
  private struct Tile: Sendable {
    var batch: Int
    var rows: Range<Int>
  }

  /// What one column of one tile holds besides finite numbers.
  struct Oddities: Sendable {
    var missing = 0
    var firstMissing: Int?
    var firstInfinite: Int?
  }

  /// - Returns: the missing values of each column, and the row of the first, from 1.
  func run(_ pool: WorkerPool) throws(DataError) -> [(count: Int, firstLine: Int)] {
    var tiles: [Tile] = []
    for (b, batch) in table.batches.enumerated() {
      for first in stride(from: 0, to: batch.rows, by: ArrowTable.blockRows) {
        tiles.append(
          Tile(batch: b, rows: first..<min(batch.rows, first + ArrowTable.blockRows)))
      }
    }
    var totals = plan.numbers.map { _ in Oddities() }
    let all = tiles
    pool.orderedReduce(
      tiles.count, makePartial: { plan.numbers.map { _ in Oddities() } },
      body: { t, found in
        for j in plan.numbers.indices { found[j] = pack(all[t], j) }
      },
      merge: { found in
        for j in totals.indices {
          totals[j].missing += found[j].missing
          totals[j].firstMissing = totals[j].firstMissing ?? found[j].firstMissing
          totals[j].firstInfinite = totals[j].firstInfinite ?? found[j].firstInfinite
        }
      })
    for (number, found) in zip(plan.numbers, totals) {
      guard let row = found.firstInfinite else { continue }
      throw .notFinite(
        file: table.file, row: row + 1, column: number.name, value: value(row, number.column))
    }
    return totals.map { ($0.missing, ($0.firstMissing ?? 0) + 1) }
  }

  private func value(_ row: Int, _ column: Int) -> String {
    if let values = texts[column] { return "\(values[row])" }
    guard let batch = table.batches.last(where: { $0.firstRow <= row }) else { return "" }
    return "\(batch.columns[column].number(row - batch.firstRow))"
  }

  private func pack(_ tile: Tile, _ j: Int) -> Oddities {
    let batch = table.batches[tile.batch], number = plan.numbers[j]
    let chunk = batch.columns[number.column]
    if let values = texts[number.column] {
      return pack(tile, j) { values[batch.firstRow + $0] }
    }
    let target = dense.pointer(row: batch.firstRow + tile.rows.lowerBound) + j
    let visitor = TileReader(
      rows: tile.rows, origin: number.origin, target: target, stride: dense.rowStride)
    if chunk.isComplete, chunk.visitNumbers(visitor) == true { return Oddities() }
    return pack(tile, j) { chunk.number($0) }
  }

  /// One value after the other.
  private func pack(_ tile: Tile, _ j: Int, _ value: (Int) -> Double) -> Oddities {
    let batch = table.batches[tile.batch], number = plan.numbers[j]
    let target = dense.pointer(row: batch.firstRow + tile.rows.lowerBound) + j
    var found = Oddities()
    for (k, i) in tile.rows.enumerated() {
      let value = value(i)
      if value.isNaN {
        found.missing += 1
        found.firstMissing = found.firstMissing ?? batch.firstRow + i
      } else if !Scalar(value - number.origin).isFinite {
        found.firstInfinite = found.firstInfinite ?? batch.firstRow + i
      }
      target[k * dense.rowStride] = Scalar(value - number.origin)
    }
    return found
  }
}

/// Copies a tile of one column and tells whether all its numbers are finite.
private struct TileReader<Scalar: KernelScalar>: NumberVisitor {
  var rows: Range<Int>
  var origin: Double
  var target: UnsafeMutablePointer<Scalar>
  var stride: Int

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Bool {
    var odd = UInt64(0)
    numbers.scan(rows) { rows, element in
      var seen = UInt64(0)
      var to = target
      for i in rows {
        let value = Scalar(element(i).number - origin)
        to.pointee = value
        to += stride
        seen |= value - value == 0 ? 0 : 1
      }
      odd = seen
    }
    return odd == 0
  }
}
