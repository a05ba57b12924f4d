import Datasets
import LinearAlgebra

/// One pass over the rows: scores, link, residuals and their products with the features, a tile at
/// a time while it is in cache. The features are read once.
struct ScorePass<Scalar: KernelScalar>: Sendable {
  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let asked: SumsAsked
  let coefficients: Buffer<Scalar>
  /// The loss table: the weight of log(1+eᶻ), and that of −z, in each cell.
  let softplusWeights, scoreWeights: Buffer<Scalar>
  /// How many vectors the coefficients are; with several, the rows of cell c are scored by that of c/2.
  let sets: Int

  init(_ rows: ScoreRows<Scalar>, _ question: ScoreQuestion) {
    self.rows = rows
    kernels = RowKernels(features: rows.features)
    coefficients = Buffer(narrowing: question.theta)
    softplusWeights = Buffer(narrowing: question.softplusWeights)
    scoreWeights = Buffer(narrowing: question.scoreWeights)
    sets = question.sets
    asked = SumsAsked(
      lossByCell: question.lossByCell, probabilityByCell: question.probabilityByCell)
  }

  var width: Int { kernels.width }
  var tileRows: Int { kernels.tileRows }

  /// The sums of one thread.
  final class Partial: BlockPartial {
    private let pass: ScorePass
    private let sums: PassAccumulator<Scalar>
    private let scratch: TileScratch<Scalar>

    init(_ pass: ScorePass) {
      self.pass = pass
      sums = PassAccumulator(pass.kernels, cells: pass.rows.cellCount, asked: pass.asked)
      scratch = TileScratch(rows: pass.tileRows)
    }

    func clear() { sums.clear() }
    func accumulate(_ range: Range<Int>) { pass.accumulate(range, scratch, sums) }

    func finish(to numbers: UnsafeMutablePointer<Double>) {
      sums.finish(to: numbers, probabilities: pass.asked.probabilityByCell)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func accumulate(
    _ range: Range<Int>, _ scratch: TileScratch<Scalar>, _ sums: PassAccumulator<Scalar>
  ) {
    // SAFETY: tiles lie inside `range`, which lies inside the rows; scratch holds a tile.
    let scorer = Scorer(rows: rows, kernels: kernels, coefficients: coefficients, sets: sets)
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(tileRows, range.upperBound - first)
      let cells = rows.cells.pointer + first
      let weights = rows.sampleWeights.map { UnsafePointer($0.pointer + first) }
      scorer.scores(
        first: first, count: count, into: scratch, ahead: Blocking.scoresAhead(tileRows))
      Scalar.Kernels.sigmoidSoftplus(scratch.z, count, scratch.p, scratch.softplus)
      Scalar.Kernels.logisticByCell(
        scratch.z, scratch.p, scratch.softplus, cells, weights, count, rows.cellCount,
        softplusWeights.pointer, scoreWeights.pointer, scratch.r, scratch.u)
      Scalar.Kernels.cellSums(cells, count, scratch.u, rows.cellCount, sums.lossSums)
      Scalar.Kernels.cellSums(cells, count, scratch.r, rows.cellCount, sums.lossIntercept)
      if asked.lossByCell {
        kernels.addRowsByCell(
          first: first, count: count, values: scratch.r, cells: cells, dense: sums.lossDense,
          wide: sums.lossWide)
      } else {
        kernels.addRows(
          first: first, count: count, values: scratch.r, dense: sums.lossDense,
          wide: sums.lossWide, ahead: Blocking.rowsAhead(tileRows))
      }
      if asked.probabilityByCell {
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
}

/// The scores of tiles of rows.
struct Scorer<Scalar: KernelScalar> {
  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let coefficients: Buffer<Scalar>
  let sets: Int
  /// Whether the rows' own scores are added.
  var addsOffset = true

  /// z of a tile into the scratch.
  func scores(first: Int, count: Int, into scratch: TileScratch<Scalar>, ahead: Int = 0) {
    // SAFETY: the caller's tile lies inside the rows.
    let offset = addsOffset ? rows.offset.map { UnsafePointer($0.pointer + first) } : nil
    let width = kernels.width
    guard sets > 1 else {
      Scalar.Kernels.startScores(offset, count, coefficients.pointer[width - 1], scratch.z)
      kernels.addScores(
        first: first, count: count, coefficients: coefficients.pointer, to: scratch.z,
        ahead: ahead)
      return
    }
    let codes = scratch.sets(of: rows.cells.pointer + first, count)
    Scalar.Kernels.startScores(offset, count, 0, scratch.z)
    for set in 0..<sets {
      scratch.reserveIntercepts(sets)[set] = coefficients[(set + 1) * width - 1]
    }
    Scalar.Kernels.codesGather(codes, count, scratch.reserveIntercepts(sets), scratch.z)
    kernels.addScores(
      first: first, count: count, coefficients: coefficients.pointer, sets: codes, to: scratch.z)
  }
}

/// Vectors as long as a tile, one set a thread.
package final class TileScratch<Scalar: KernelScalar> {
  private let buffer: Buffer<Scalar>
  private var intercepts: Buffer<Scalar>?
  private let rows: Int
  private var codes: Buffer<UInt16>?
  package let z, p, softplus, r, h, u: UnsafeMutablePointer<Scalar>

  package init(rows: Int) {
    self.rows = rows
    buffer = Buffer(zeroed: 6 * rows)
    // SAFETY: six disjoint parts of a buffer that lives as long as the scratch.
    z = buffer.pointer
    p = z + rows
    softplus = p + rows
    r = softplus + rows
    h = r + rows
    u = h + rows
  }

  /// The set of each row of a tile: cells are 2·set + label.
  func sets(of cells: UnsafePointer<UInt16>, _ count: Int) -> UnsafePointer<UInt16> {
    let codes = codes ?? Buffer(zeroed: rows)
    self.codes = codes
    // SAFETY: both hold a tile.
    for i in 0..<count { codes.pointer[i] = cells[i] >> 1 }
    return UnsafePointer(codes.pointer)
  }

  /// The entry of a table by cell for each row of a tile.
  func codes(
    of cells: UnsafePointer<UInt16>, _ count: Int, in table: UnsafePointer<UInt16>
  ) -> UnsafePointer<UInt16> {
    let codes = codes ?? Buffer(zeroed: rows)
    self.codes = codes
    // SAFETY: both hold a tile, and the table has an entry a cell.
    for i in 0..<count { codes.pointer[i] = table[Int(cells[i])] }
    return UnsafePointer(codes.pointer)
  }

  func reserveIntercepts(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    if let intercepts, intercepts.count >= count { return intercepts.pointer }
    let made = Buffer<Scalar>(zeroed: count)
    intercepts = made
    return made.pointer
  }
}

/// What a pass sums apart from the loss itself.
struct SumsAsked {
  var lossByCell = false
  var probabilityByCell = false
}

/// The sums of a pass: in `Scalar` for some thousand rows of the dense block, in `Double` beyond.
final class PassAccumulator<Scalar: KernelScalar>: @unchecked Sendable {
  private let kernels: RowKernels<Scalar>
  private let cells: Int
  private let asked: SumsAsked
  private let lossSlots: Int
  private let probabilitySlots: Int
  private let scalars: Buffer<Scalar>
  private let doubles: Buffer<Double>
  private var pending = 0

  // SAFETY: disjoint parts of the two buffers, which live as long as the accumulator.
  let lossDense, probabilityDense: UnsafeMutablePointer<Scalar>
  let lossSums, probabilitySums, lossIntercept, probabilityIntercept: UnsafeMutablePointer<Double>
  let lossWide, probabilityWide: UnsafeMutablePointer<Double>

  init(_ kernels: RowKernels<Scalar>, cells: Int, asked: SumsAsked) {
    self.kernels = kernels
    self.cells = cells
    self.asked = asked
    lossSlots = asked.lossByCell ? cells : 1
    probabilitySlots = asked.probabilityByCell ? cells : 0
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

  /// Writes the sums of the loss by cell, of the probability by cell if they are wanted, then the slopes
  /// of both, each with the intercept last.
  func finish(to numbers: UnsafeMutablePointer<Double>, probabilities: Bool) {
    flush()
    let width = kernels.width
    if asked.lossByCell {
      for c in 0..<cells { lossWide[(c + 1) * width - 1] = lossIntercept[c] }
    } else {
      lossWide[width - 1] = (0..<cells).reduce(0) { $0 + lossIntercept[$1] }
    }
    for c in 0..<probabilitySlots { probabilityWide[(c + 1) * width - 1] = probabilityIntercept[c] }
    // SAFETY: the caller has room for all these sums.
    numbers.update(from: lossSums, count: cells)
    var next = numbers + cells
    if probabilities {
      next.update(from: probabilitySums, count: cells)
      next += cells
    }
    next.update(from: lossWide, count: (lossSlots + probabilitySlots) * width)
  }

  /// Writes the slopes of the loss alone.
  func finishSlopes(to numbers: UnsafeMutablePointer<Double>) {
    flush()
    let width = kernels.width
    for slot in 0..<lossSlots { lossWide[(slot + 1) * width - 1] = lossIntercept[slot] }
    numbers.update(from: lossWide, count: lossSlots * width)
  }
}

extension RowKernels {
  package var tileRows: Int { Blocking.tile(rowBytes: denseColumns * MemoryLayout<Scalar>.size) }
}
