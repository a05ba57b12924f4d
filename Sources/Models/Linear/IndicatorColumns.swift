import Datasets
import LinearAlgebra
import Synchronization

/// A dense block of features whose one-hot columns are known for what they are.
///
/// Neighbouring columns of 0 and 1 of which every row has exactly one 1 are one categorical column: as
/// codes they take a hundredth of the memory, and a pass over them as much less time. A linear model
/// with these columns is the same model, so that only the order of its coefficients changes.
public struct IndicatorColumns<Scalar: KernelScalar> {
  /// The same features: the other columns, then the categories.
  public let features: DesignMatrix<Scalar>
  /// The number in `features` of each column of the block.
  public let places: [Int]

  /// Fewer one-hot columns than this share of the block are not worth a copy of the others.
  private static var leastShare: Double { 0.25 }

  /// Nil where the block has too few such columns.
  public init?(_ block: Matrix<Scalar>, pool: WorkerPool) {
    let runs = Self.runs(Self.counts(block, pool), rows: block.rows)
    let folded = runs.reduce(0) { $0 + $1.count }
    guard block.rows > 0, Double(folded) >= Self.leastShare * Double(block.columns) else {
      return nil
    }
    let codes = Self.codes(block, runs, pool)
    let kept = runs.indices.filter { codes[$0] != nil }
    let inside = Set(kept.flatMap { Array(runs[$0]) })
    let others = (0..<block.columns).filter { !inside.contains($0) }
    features = DesignMatrix(
      dense: Self.columns(block, others, pool),
      categorical: kept.map { CodeColumn(codes: codes[$0]!, levels: runs[$0].count) })
    var places = [Int](repeating: 0, count: block.columns)
    for (place, column) in (others + kept.flatMap { Array(runs[$0]) }).enumerated() {
      places[column] = place
    }
    self.places = places
  }

  /// (w, b) in the order of the block.
  public func unfolded(_ theta: [Double]) -> [Double] {
    places.map { theta[$0] } + theta.suffix(1)
  }

  private static func ranges(_ rows: Int) -> [Range<Int>] {
    let size = 4_096
    return stride(from: 0, to: rows, by: size).map { $0..<min(rows, $0 + size) }
  }

  /// Of each column how many 1s it has; −1 where it has anything but 0 and 1.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func counts(_ block: Matrix<Scalar>, _ pool: WorkerPool) -> [Int] {
    let width = block.columns, parts = ranges(block.rows)
    let total = Mutex((sums: [Double](repeating: 0, count: width), other: Set<Int>()))
    pool.forEach(parts.count) { part in
      // SAFETY: rows and columns of the block; both buffers have an entry a column.
      let sums = Buffer<Scalar>(zeroed: width), apart = Buffer<Scalar>(zeroed: width)
      for i in parts[part] {
        let row = block.pointer(row: i)
        for j in 0..<width {
          let x = row[j]
          sums.pointer[j] += x
          apart.pointer[j] += abs(x * (x - 1))
        }
      }
      total.withLock {
        for j in 0..<width {
          $0.sums[j] += Double(sums.pointer[j])
          if apart.pointer[j] != 0 { $0.other.insert(j) }
        }
      }
    }
    let found = total.withLock { $0 }
    return (0..<width).map { found.other.contains($0) ? -1 : Int(found.sums[$0]) }
  }

  /// The shortest stretches of columns, from the left, whose 1s are as many as the rows.
  private static func runs(_ counts: [Int], rows: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var first = 0
    while first < counts.count {
      var last = first, sum = 0
      while last < counts.count, counts[last] >= 0, sum < rows {
        sum += counts[last]
        last += 1
      }
      if sum == rows, last > first + 1, last - first <= CodeColumn.maximumLevels {
        runs.append(first..<last)
        first = last
      } else {
        first += 1
      }
    }
    return runs
  }

  /// The codes of each run; nil where some row has no 1. There are as many 1s as rows, so that otherwise
  /// each row has one.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func codes(
    _ block: Matrix<Scalar>, _ runs: [Range<Int>], _ pool: WorkerPool
  ) -> [Buffer<UInt16>?] {
    let parts = ranges(block.rows)
    let codes = runs.map { _ in Buffer<UInt16>(uninitialized: block.rows) }
    let wrong = Mutex<Set<Int>>([])
    pool.forEach(parts.count) { part in
      // SAFETY: runs are of columns of the block, and each row has a code.
      var least = runs.map { _ in Scalar(1) }
      for i in parts[part] {
        let row = block.pointer(row: i)
        for (k, run) in runs.enumerated() {
          let place = weighted(row + run.lowerBound, run.count)
          least[k] = min(least[k], place)
          codes[k].pointer[i] = UInt16(truncatingIfNeeded: Int32(place) &- 1)
        }
      }
      for k in runs.indices where least[k] < 1 { wrong.withLock { _ = $0.insert(k) } }
    }
    let bad = wrong.withLock { $0 }
    return runs.indices.map { bad.contains($0) ? nil : codes[$0] }
  }

  /// Σ (j + 1)·xⱼ of numbers 0 and 1, in four sums that need not wait for each other.
  @inline(__always)
  private static func weighted(_ x: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
    var a: Scalar = 0, b: Scalar = 0, c: Scalar = 0, d: Scalar = 0, place: Scalar = 1
    var j = 0
    // SAFETY: the caller's row has `count` numbers.
    while j + 4 <= count {
      a += place * x[j]
      b += (place + 1) * x[j + 1]
      c += (place + 2) * x[j + 2]
      d += (place + 3) * x[j + 3]
      place += 4
      j += 4
    }
    while j < count {
      a += place * x[j]
      place += 1
      j += 1
    }
    return (a + b) + (c + d)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func columns(
    _ block: Matrix<Scalar>, _ chosen: [Int], _ pool: WorkerPool
  ) -> Matrix<Scalar> {
    let result = Matrix<Scalar>(rows: block.rows, columns: chosen.count)
    let parts = ranges(block.rows)
    pool.forEach(parts.count) { part in
      // SAFETY: chosen columns are the block's, and the result has as many.
      for i in parts[part] {
        let from = block.pointer(row: i), to = result.pointer(row: i)
        for (place, column) in chosen.enumerated() { to[place] = from[column] }
      }
    }
    return result
  }
}
