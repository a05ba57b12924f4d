import Datasets
import LinearAlgebra

/// Sums of products of the features with columns S beside them: 0/1 columns of groups, and numbers.
///
/// S has a column for each group of each attribute, then one for each number; K in all. The features
/// are spelled out, D columns. Sums are of the weights times the products, numbers and dense features
/// less a fixed centre near their mean, so that a mean that is large beside the spread costs no
/// digits. Every row is read once; sums are in `Double` and do not depend on the number of threads.
public struct CrossMoments: Sendable {
  /// Σ w.
  public private(set) var weight = 0.0
  /// Σ w·s, shape `(K)`, and Σ w·(x − centre), shape `(D)`.
  public private(set) var s: [Double]
  public private(set) var x: [Double]
  /// Σ w·s·sᵀ, shape `(K, K)`, and Σ w·s·(x − centre)ᵀ, shape `(K, D)`.
  public let ss: Matrix<Double>
  public let sx: Matrix<Double>
  /// What was taken from the dense features, shape `(d)`, and from the numbers.
  public let denseCenter: [Double]
  public let numberCenter: [Double]
  /// Where the columns of each attribute start in S, and where the numbers do.
  public let starts: [Int]

  /// Rows of one partial sum, and of one tile that stays in the second-level cache.
  static let chunkRows = 16_384
  static let tileRows = 256

  /// - Parameters:
  ///   - attributes: shape `(n)` each.
  ///   - numbers: columns of shape `(n)` each.
  public init<Scalar: KernelScalar>(
    features: DesignMatrix<Scalar>, attributes: [GroupIndex], numbers: [[Double]],
    weights: [Double]?, pool: WorkerPool
  ) {
    let n = features.rows
    precondition(attributes.allSatisfy { $0.rows == n }, "a group for each row")
    precondition(numbers.allSatisfy { $0.count == n }, "a number for each row")
    var starts = [0]
    for attribute in attributes { starts.append(starts.last! + attribute.count) }
    self.starts = starts
    let k = starts.last! + numbers.count
    s = [Double](repeating: 0, count: k)
    x = [Double](repeating: 0, count: features.columns)
    ss = Matrix(rows: k, columns: k)
    sx = Matrix(rows: k, columns: features.columns)
    let sampled = Array(stride(from: 0, to: n, by: max(1, n / Self.centerRows)))
    denseCenter = (0..<features.dense.columns).map { j in
      sampled.reduce(0.0) { $0 + Double(features.dense[$1, j]) } / Double(max(1, sampled.count))
    }
    numberCenter = numbers.map { column in
      sampled.reduce(0.0) { $0 + column[$1] } / Double(max(1, sampled.count))
    }
    let pass = MomentSums(
      features: features, codes: attributes.map(\.codes), starts: starts,
      numbers: numbers, weights: weights, denseCenter: denseCenter, numberCenter: numberCenter)
    pool.orderedReduce(
      (n + Self.chunkRows - 1) / Self.chunkRows,
      makePartial: { MomentPartial(pass) },
      body: { chunk, partial in
        partial.clear()
        let first = chunk * Self.chunkRows
        for start in stride(from: first, to: min(n, first + Self.chunkRows), by: Self.tileRows) {
          partial.add(pass, start..<min(n, start + Self.tileRows, first + Self.chunkRows))
        }
      },
      merge: { add($0) })
    for i in 0..<k { for j in 0..<i { ss[i, j] = ss[j, i] } }
  }

  /// The weighted mean of each number.
  public var numberMeans: [Double] {
    numberCenter.indices.map { numberCenter[$0] + s[starts.last! + $0] / weight }
  }

  /// Rows that a centre near the mean is taken from.
  private static let centerRows = 256

  private mutating func add(_ part: MomentPartial) {
    weight += part.weight
    for i in s.indices { s[i] += part.s[i] }
    for j in x.indices { x[j] += part.x[j] }
    for i in 0..<part.ss.count { ss.buffer[i] += part.ss[i] }
    for i in 0..<part.sx.count { sx.buffer[i] += part.sx[i] }
  }
}

/// What a pass reads.
private struct MomentSums<Scalar: KernelScalar>: Sendable {
  var features: DesignMatrix<Scalar>
  var codes: [Buffer<UInt16>]
  var starts: [Int]
  var numbers: [[Double]]
  var weights: [Double]?
  var denseCenter: [Double]
  var numberCenter: [Double]
}

/// The sums of one chunk of rows.
private final class MomentPartial: @unchecked Sendable {
  var weight = 0.0
  let s, x, ss, sx: Buffer<Double>
  /// A tile of centred dense features, its weights, its centred numbers (one column after another)
  /// and those times the weights.
  private let tile, w, t, wt: Buffer<Double>

  init<Scalar: KernelScalar>(_ pass: MomentSums<Scalar>) {
    let k = pass.starts.last! + pass.numbers.count
    let d = pass.features.columns
    let rows = CrossMoments.tileRows
    s = Buffer(zeroed: k)
    x = Buffer(zeroed: d)
    ss = Buffer(zeroed: k * k)
    sx = Buffer(zeroed: k * d)
    tile = Buffer(zeroed: rows * pass.features.dense.columns)
    w = Buffer(zeroed: rows)
    t = Buffer(zeroed: rows * pass.numbers.count)
    wt = Buffer(zeroed: rows * pass.numbers.count)
  }

  func clear() {
    weight = 0
    for buffer in [s, x, ss, sx] { buffer.pointer.update(repeating: 0, count: buffer.count) }
  }

  func add<Scalar: KernelScalar>(_ pass: MomentSums<Scalar>, _ range: Range<Int>) {
    let n = range.count
    let first = range.lowerBound
    let rows = CrossMoments.tileRows
    for i in 0..<n { w.pointer[i] = pass.weights?[first + i] ?? 1 }
    for (c, column) in pass.numbers.enumerated() {
      for i in 0..<n {
        t.pointer[c * rows + i] = column[first + i] - pass.numberCenter[c]
        wt.pointer[c * rows + i] = t.pointer[c * rows + i] * w.pointer[i]
      }
    }
    weight += Double.Kernels.sum(w.pointer, n)
    pass.features.dense.center(range, by: pass.denseCenter, into: tile)
    addOwn(pass, n, first)
    addFeatures(pass, n, first, row: x.pointer, factors: w.pointer)
    for (a, codes) in pass.codes.enumerated() { addGroups(pass, codes, a, n, first) }
    let start = pass.starts.last!
    let d = pass.features.columns
    for c in pass.numbers.indices {
      addFeatures(
        pass, n, first, row: sx.pointer + (start + c) * d, factors: wt.pointer + c * rows)
    }
  }

  /// row[j] += Σ factor·x_j.
  private func addFeatures<Scalar: KernelScalar>(
    _ pass: MomentSums<Scalar>, _ n: Int, _ first: Int, row: UnsafeMutablePointer<Double>,
    factors: UnsafeMutablePointer<Double>
  ) {
    // SAFETY: rows of D numbers; levels start at their column's number; codes are below the levels.
    let dense = pass.features.dense.columns
    if dense > 0 { Double.Kernels.rowsAdd(tile.pointer, n, dense, dense, factors, row) }
    for (column, start) in zip(pass.features.categorical, pass.features.firstColumns) {
      Double.Kernels.codesScatter(column.codes.pointer + first, n, factors, row + start)
    }
  }

  /// Sums of the features in each group of an attribute.
  private func addGroups<Scalar: KernelScalar>(
    _ pass: MomentSums<Scalar>, _ codes: Buffer<UInt16>, _ a: Int, _ n: Int, _ first: Int
  ) {
    // SAFETY: as above; groups of the attribute have rows of their own from its start on.
    let dense = pass.features.dense.columns
    let d = pass.features.columns
    let own = sx.pointer + pass.starts[a] * d
    let groups = UnsafePointer(codes.pointer + first)
    if dense > 0 {
      Double.Kernels.rowsAddByCell(tile.pointer, n, dense, dense, w.pointer, groups, own, d)
    }
    for (column, start) in zip(pass.features.categorical, pass.features.firstColumns) {
      Double.Kernels.codesContingency(
        groups, column.codes.pointer + first, n, w.pointer, own + start, d)
    }
  }

  /// The upper triangle of S with itself, by blocks.
  private func addOwn<Scalar: KernelScalar>(
    _ pass: MomentSums<Scalar>, _ n: Int, _ first: Int
  ) {
    // SAFETY: as above, with rows of K numbers.
    let start = pass.starts.last!
    let k = start + pass.numbers.count
    let rows = CrossMoments.tileRows
    for (a, codes) in pass.codes.enumerated() {
      let groups = UnsafePointer(codes.pointer + first)
      let own = pass.starts[a]
      Double.Kernels.codesScatter(groups, n, w.pointer, s.pointer + own)
      for (b, others) in pass.codes.enumerated().dropFirst(a) {
        Double.Kernels.codesContingency(
          groups, others.pointer + first, n, w.pointer,
          ss.pointer + own * k + pass.starts[b], k)
      }
      for c in pass.numbers.indices {
        for i in 0..<n {
          ss.pointer[(own + Int(groups[i])) * k + start + c] += wt.pointer[c * rows + i]
        }
      }
    }
    for c in pass.numbers.indices {
      s.pointer[start + c] += Double.Kernels.sum(wt.pointer + c * rows, n)
      for other in c..<pass.numbers.count {
        ss.pointer[(start + c) * k + start + other] += Double.Routines.dot(
          Int32(n), wt.pointer + c * rows, t.pointer + other * rows)
      }
    }
  }
}
