/// The columns of a `BorderedMatrix` that are eliminated first, in units in which D = (1 + ρ)·I:
/// what they take from the rest, BᵀB/(1 + ρ), and their part of a solution.
///
/// A row of B with few numbers, as of a level that few rows have, is kept as a list of them.
struct DiagonalElimination: Sendable {
  let range: Range<Int>
  /// R, the columns that are left.
  private let others: Int
  /// Where the numbers of each sparse row start, shape `(E + 1)`; dense rows have none.
  private let starts: [Int]
  private let columns: Buffer<Int32>
  private let values: Buffer<Double>
  private let denseRows: [Int]
  private let dense: Matrix<Double>

  /// A row with more numbers than this share of R costs less in a product of matrices.
  private static let denseShare = 4
  /// Rows of the product that one thread works on.
  private static let stripe = 64

  init(_ matrix: BorderedMatrix, _ scale: [Double], _ otherScale: [Double]) {
    range = matrix.eliminated
    others = matrix.rest.rows
    var starts = [0], denseRows: [Int] = []
    starts.reserveCapacity(range.count + 1)
    for e in 0..<range.count {
      let row = matrix.border.pointer(row: e)
      var count = 0
      for j in 0..<others where row[j] != 0 { count += 1 }
      let isDense = count * Self.denseShare > others
      if isDense { denseRows.append(e) }
      starts.append(starts[e] + (isDense ? 0 : count))
    }
    columns = Buffer(uninitialized: starts[range.count])
    values = Buffer(uninitialized: starts[range.count])
    dense = Matrix(rows: denseRows.count, columns: others)
    self.starts = starts
    self.denseRows = denseRows
    for e in 0..<range.count where starts[e] < starts[e + 1] {
      // SAFETY: a row of B has R numbers, and the lists have as many as were counted.
      let row = matrix.border.pointer(row: e)
      var next = starts[e]
      for j in 0..<others where row[j] != 0 {
        columns.pointer[next] = Int32(j)
        values.pointer[next] = row[j] * scale[e] * otherScale[j]
        next += 1
      }
    }
    for (place, e) in denseRows.enumerated() {
      let row = matrix.border.pointer(row: e), target = dense.pointer(row: place)
      for j in 0..<others { target[j] = row[j] * scale[e] * otherScale[j] }
    }
  }

  /// The lower triangle of BᵀB, shape `(R, R)`; what is above it is of no use.
  func product(_ pool: WorkerPool) -> Matrix<Double> {
    let result = Matrix<Double>(rows: others, columns: others)
    let count = others, ld = Int32(others)
    pool.forEach((count + Self.stripe - 1) / Self.stripe) { index in
      // SAFETY: each index has rows of its own; columns of lists are below R and ascend.
      let first = index * Self.stripe, last = min(count, first + Self.stripe)
      if dense.rows > 0 {
        Double.Routines.gemm(
          true, false, Int32(last - first), Int32(last), Int32(dense.rows), 1,
          dense.pointer(row: 0) + first, ld, dense.pointer(row: 0), ld, 0,
          result.pointer(row: first), ld)
      }
      for e in 0..<range.count {
        let end = starts[e + 1]
        for a in place(of: first, in: starts[e]..<end)..<end {
          let i = Int(columns.pointer[a])
          if i >= last { break }
          let row = result.pointer(row: i), factor = values.pointer[a]
          for b in starts[e]...a {
            row[Int(columns.pointer[b])] += factor * values.pointer[b]
          }
        }
      }
    }
    return result
  }

  /// Where the numbers of a list from column `column` on start.
  private func place(of column: Int, in list: Range<Int>) -> Int {
    var low = list.lowerBound, high = list.upperBound
    while low < high {
      let middle = (low + high) / 2
      if Int(columns.pointer[middle]) < column { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// y ← y − Bᵀx/(1 + ρ)
  func subtract(_ x: [Double], ridge: Double, from y: inout [Double]) {
    for e in 0..<range.count where x[e] != 0 {
      let factor = x[e] / (1 + ridge)
      for a in starts[e]..<starts[e + 1] {
        y[Int(columns.pointer[a])] -= factor * values.pointer[a]
      }
    }
    if !denseRows.isEmpty {
      let chosen = denseRows.map { x[$0] }
      dense.multiply(chosen, .transposed, alpha: -1 / (1 + ridge), into: &y, keeping: 1)
    }
  }

  /// (x − B·y)/(1 + ρ)
  func solution(_ x: [Double], ridge: Double, _ y: [Double]) -> [Double] {
    var result = x
    for e in 0..<range.count {
      var sum = 0.0
      for a in starts[e]..<starts[e + 1] {
        sum += values.pointer[a] * y[Int(columns.pointer[a])]
      }
      result[e] -= sum
    }
    for (e, product) in zip(denseRows, dense.times(y)) { result[e] -= product }
    return result.map { $0 / (1 + ridge) }
  }
}
