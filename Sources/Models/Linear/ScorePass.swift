import Datasets
import LinearAlgebra

/// What one pass over the rows at θ found: sums over cells, and their derivatives in θ.
///
/// With z = x·w + b, p = σ(z), s the sample weight, and the loss table a, b of each cell:
/// `loss[c]` = Σ_{i∈c} s·(a_c·log(1+eᶻ) − b_c·z), `probability[c]` = Σ_{i∈c} s·p. A derivative has
/// `width` entries, the intercept last.
struct ScorePassResult {
  var loss: [Double]
  var probability: [Double]
  /// ∇ of Σ_c loss[c], shape `(width)`; empty when the loss was asked for by cell.
  var lossGradient: [Double]
  /// ∇loss[c], shape `(cells, width)`; empty unless asked for.
  var lossByCell: [Double]
  /// ∇probability[c], shape `(cells, width)`; empty unless asked for.
  var probabilityByCell: [Double]
}

/// One pass over the rows: scores, link, residuals and their products with the features, a tile at
/// a time while it is in cache. The features are read once.
struct ScorePass<Scalar: KernelScalar> {
  /// What the pass sums apart from the loss itself.
  struct Request {
    var lossByCell = false
    var probabilityByCell = false
  }

  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  /// The loss table: the weight of log(1+eᶻ), and that of −z, in each cell.
  let softplusWeights: Buffer<Scalar>
  let scoreWeights: Buffer<Scalar>
  /// The set of each row and the number of sets, when each set has coefficients of its own.
  let sets: (codes: Buffer<UInt16>, count: Int)?
  let request: Request
  let pool: WorkerPool

  init(
    rows: ScoreRows<Scalar>, softplusWeights: [Double], scoreWeights: [Double],
    sets: (codes: Buffer<UInt16>, count: Int)?, request: Request, pool: WorkerPool
  ) {
    self.rows = rows
    kernels = RowKernels(features: rows.features)
    self.softplusWeights = Buffer(narrowing: softplusWeights)
    self.scoreWeights = Buffer(narrowing: scoreWeights)
    self.sets = sets
    self.request = request
    self.pool = pool
  }

  var width: Int { kernels.width }
  var tileRows: Int {
    Blocking.tile(rowBytes: kernels.denseColumns * MemoryLayout<Scalar>.size)
  }

  /// Runs over the selected rows. θ has shape `(width)`, or `(sets, width)`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func run(at theta: [Double], over selection: RowSelection) -> ScorePassResult {
    precondition(theta.count == width * (sets?.count ?? 1), "coefficients of another shape")
    let coefficients = Buffer<Scalar>(narrowing: theta)
    let chunks = selection.chunks(of: Blocking.chunk(rows: selection.count))
    let total = PassAccumulator<Scalar>(kernels, cells: rows.cellCount, request: request)
    pool.orderedReduce(
      chunks.count,
      makePartial: {
        (
          PassAccumulator<Scalar>(kernels, cells: rows.cellCount, request: request),
          TileScratch<Scalar>(rows: tileRows)
        )
      },
      body: { chunk, partial in
        partial.0.clear()
        for range in chunks[chunk] { accumulate(range, coefficients, partial.1, partial.0) }
        partial.0.flush()
      },
      merge: { total.add($0.0) })
    return total.result()
  }

  private func accumulate(
    _ range: Range<Int>, _ coefficients: Buffer<Scalar>, _ scratch: TileScratch<Scalar>,
    _ sums: PassAccumulator<Scalar>
  ) {
    // SAFETY: tiles lie inside `range`, which lies inside the rows; scratch holds a tile.
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(tileRows, range.upperBound - first)
      let cells = rows.cells.pointer + first
      let weights = rows.sampleWeights.map { UnsafePointer($0.pointer + first) }
      scores(
        first: first, count: count, coefficients, into: scratch,
        ahead: Blocking.scoresAhead(tileRows))
      Scalar.Kernels.sigmoidSoftplus(scratch.z, count, scratch.p, scratch.softplus)
      Scalar.Kernels.logisticByCell(
        scratch.z, scratch.p, scratch.softplus, cells, weights, count, rows.cellCount,
        softplusWeights.pointer, scoreWeights.pointer, scratch.r, scratch.u)
      Scalar.Kernels.cellSums(cells, count, scratch.u, rows.cellCount, sums.lossSums)
      Scalar.Kernels.cellSums(cells, count, scratch.r, rows.cellCount, sums.lossIntercept)
      if request.lossByCell {
        kernels.addRowsByCell(
          first: first, count: count, values: scratch.r, cells: cells, dense: sums.lossDense,
          wide: sums.lossWide)
      } else {
        kernels.addRows(
          first: first, count: count, values: scratch.r, dense: sums.lossDense,
          wide: sums.lossWide, ahead: Blocking.rowsAhead(tileRows))
      }
      if request.probabilityByCell {
        Scalar.Kernels.weightedProbability(scratch.p, weights, count, scratch.r, scratch.u)
        Scalar.Kernels.cellSums(cells, count, scratch.u, rows.cellCount, sums.probabilitySums)
        Scalar.Kernels.cellSums(cells, count, scratch.r, rows.cellCount, sums.probabilityIntercept)
        kernels.addRowsByCell(
          first: first, count: count, values: scratch.r, cells: cells,
          dense: sums.probabilityDense, wide: sums.probabilityWide)
      }
      sums.filled(count)
      first += count
    }
  }

  /// z of a tile into the scratch.
  func scores(
    first: Int, count: Int, _ coefficients: Buffer<Scalar>, into scratch: TileScratch<Scalar>,
    ahead: Int = 0
  ) {
    // SAFETY: the caller's tile lies inside the rows.
    let offset = rows.offset.map { UnsafePointer($0.pointer + first) }
    guard let sets else {
      Scalar.Kernels.startScores(offset, count, coefficients[width - 1], scratch.z)
      kernels.addScores(
        first: first, count: count, coefficients: coefficients.pointer, to: scratch.z,
        ahead: ahead)
      return
    }
    let codes = UnsafePointer(sets.codes.pointer + first)
    Scalar.Kernels.startScores(offset, count, 0, scratch.z)
    for set in 0..<sets.count {
      scratch.reserveIntercepts(sets.count)[set] = coefficients[(set + 1) * width - 1]
    }
    Scalar.Kernels.codesGather(codes, count, scratch.reserveIntercepts(sets.count), scratch.z)
    kernels.addScores(
      first: first, count: count, coefficients: coefficients.pointer, sets: codes, to: scratch.z)
  }
}

/// Vectors as long as a tile, one set a thread.
final class TileScratch<Scalar: KernelScalar> {
  private let buffer: Buffer<Scalar>
  private var intercepts: Buffer<Scalar>?
  let z, p, softplus, r, h, u: UnsafeMutablePointer<Scalar>

  init(rows: Int) {
    buffer = Buffer(zeroed: 6 * rows)
    // SAFETY: six disjoint parts of a buffer that lives as long as the scratch.
    z = buffer.pointer
    p = z + rows
    softplus = p + rows
    r = softplus + rows
    h = r + rows
    u = h + rows
  }

  func reserveIntercepts(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    if let intercepts, intercepts.count >= count { return intercepts.pointer }
    let made = Buffer<Scalar>(zeroed: count)
    intercepts = made
    return made.pointer
  }
}

/// The sums of a pass: in `Scalar` for some thousand rows of the dense block, in `Double` beyond.
final class PassAccumulator<Scalar: KernelScalar>: @unchecked Sendable {
  private let kernels: RowKernels<Scalar>
  private let cells: Int
  private let request: ScorePass<Scalar>.Request
  private let lossSlots: Int
  private let probabilitySlots: Int
  private let scalars: Buffer<Scalar>
  private let doubles: Buffer<Double>
  private var pending = 0

  // SAFETY: disjoint parts of the two buffers, which live as long as the accumulator.
  let lossDense, probabilityDense: UnsafeMutablePointer<Scalar>
  let lossSums, probabilitySums, lossIntercept, probabilityIntercept: UnsafeMutablePointer<Double>
  let lossWide, probabilityWide: UnsafeMutablePointer<Double>

  init(_ kernels: RowKernels<Scalar>, cells: Int, request: ScorePass<Scalar>.Request) {
    self.kernels = kernels
    self.cells = cells
    self.request = request
    lossSlots = request.lossByCell ? cells : 1
    probabilitySlots = request.probabilityByCell ? cells : 0
    let dense = kernels.denseColumns
    let width = kernels.width
    scalars = Buffer(zeroed: (lossSlots + probabilitySlots) * dense)
    doubles = Buffer(zeroed: 4 * cells + (lossSlots + probabilitySlots) * width)
    lossDense = scalars.pointer
    probabilityDense = lossDense + lossSlots * dense
    lossSums = doubles.pointer
    probabilitySums = lossSums + cells
    lossIntercept = probabilitySums + cells
    probabilityIntercept = lossIntercept + cells
    lossWide = probabilityIntercept + cells
    probabilityWide = lossWide + lossSlots * width
  }

  func clear() {
    scalars.pointer.update(repeating: 0, count: scalars.count)
    doubles.pointer.update(repeating: 0, count: doubles.count)
    pending = 0
  }

  func filled(_ rows: Int) {
    pending += rows
    if pending >= Blocking.flushRows { flush() }
  }

  func flush() {
    let dense = kernels.denseColumns
    let width = kernels.width
    for slot in 0..<lossSlots {
      Scalar.Kernels.widenAdd(lossDense + slot * dense, dense, lossWide + slot * width)
    }
    for slot in 0..<probabilitySlots {
      Scalar.Kernels.widenAdd(
        probabilityDense + slot * dense, dense, probabilityWide + slot * width)
    }
    scalars.pointer.update(repeating: 0, count: scalars.count)
    pending = 0
  }

  func add(_ other: PassAccumulator) {
    Double.Kernels.widenAdd(other.doubles.pointer, doubles.count, doubles.pointer)
  }

  func result() -> ScorePassResult {
    let width = kernels.width
    func array(_ start: UnsafeMutablePointer<Double>, _ count: Int) -> [Double] {
      Array(UnsafeBufferPointer(start: start, count: count))
    }
    if request.lossByCell {
      for c in 0..<cells { lossWide[(c + 1) * width - 1] = lossIntercept[c] }
    } else {
      lossWide[width - 1] = array(lossIntercept, cells).reduce(0, +)
    }
    for c in 0..<probabilitySlots {
      probabilityWide[(c + 1) * width - 1] = probabilityIntercept[c]
    }
    let loss = array(lossWide, lossSlots * width)
    return ScorePassResult(
      loss: array(lossSums, cells), probability: array(probabilitySums, cells),
      lossGradient: request.lossByCell ? [] : loss, lossByCell: request.lossByCell ? loss : [],
      probabilityByCell: array(probabilityWide, probabilitySlots * width))
  }
}
