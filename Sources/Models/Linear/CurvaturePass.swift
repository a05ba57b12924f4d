import Datasets
import LinearAlgebra

/// Second derivatives of sums over rows: Σ hᵢ·x̃ᵢx̃ᵢᵀ with hᵢ = s·p(1−p)·(α_c + β_c·(1−2p)), where
/// α and β are tables over the cells (of the loss and of the probability), and x̃ = (x, 1).
struct CurvaturePass<Scalar: KernelScalar> {
  let pass: ScorePass<Scalar>
  let alpha: Buffer<Scalar>
  let beta: Buffer<Scalar>

  init(_ pass: ScorePass<Scalar>, alpha: [Double], beta: [Double]) {
    self.pass = pass
    self.alpha = Buffer(narrowing: alpha)
    self.beta = Buffer(narrowing: beta)
  }

  var kernels: RowKernels<Scalar> { pass.kernels }
  var features: DesignMatrix<Scalar> { pass.rows.features }

  /// Rows of a Gram tile: the inner dimension of `syrk`, large enough for its kernels.
  static var gramRows: Int { 256 }

  /// h of a tile into the scratch.
  func curvature(
    first: Int, count: Int, _ coefficients: Buffer<Scalar>, _ scratch: TileScratch<Scalar>
  ) {
    // SAFETY: the caller's tile lies inside the rows and fits the scratch.
    pass.scores(first: first, count: count, coefficients, into: scratch)
    Scalar.Kernels.sigmoidSoftplus(scratch.z, count, scratch.p, scratch.softplus)
    let weights = pass.rows.sampleWeights.map { UnsafePointer($0.pointer + first) }
    Scalar.Kernels.curvatureByCell(
      scratch.p, pass.rows.cells.pointer + first, weights, count, alpha.pointer, beta.pointer,
      scratch.h)
  }

  /// The lower triangle of Σ h·x̃x̃ᵀ, shape `(width, width)`; with sets, `(sets·width, sets·width)`
  /// made of diagonal blocks.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func gram(at theta: [Double], over selection: RowSelection) -> Matrix<Double> {
    let coefficients = Buffer<Scalar>(narrowing: theta)
    let chunks = selection.chunks(
      of: Blocking.gramChunk(
        rows: selection.count, columns: kernels.width, dense: kernels.denseColumns))
    let size = (pass.sets?.count ?? 1) * kernels.width
    let total = Matrix<Double>(rows: size, columns: size)
    pass.pool.orderedReduce(
      chunks.count,
      makePartial: { GramPartial(pass) },
      body: { chunk, partial in
        for accumulator in partial.sums { accumulator.clear() }
        for range in chunks[chunk] { accumulateGram(range, coefficients, partial) }
        for accumulator in partial.sums { accumulator.flush() }
      },
      merge: { partial in
        for (set, accumulator) in partial.sums.enumerated() {
          accumulator.add(to: total, at: set * kernels.width)
        }
      })
    return total
  }

  private func accumulateGram(
    _ range: Range<Int>, _ coefficients: Buffer<Scalar>, _ partial: GramPartial<Scalar>
  ) {
    // SAFETY: tiles lie inside `range`; scratch holds a tile.
    let scratch = partial.scratch
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(partial.tileRows, range.upperBound - first)
      curvature(first: first, count: count, coefficients, scratch)
      if let sets = pass.sets, let tile = partial.tile {
        for set in 0..<sets.count {
          let members = tile.gather(
            first: first, count: count, sets: sets.codes, set: set, curvature: scratch.h)
          guard members > 0 else { continue }
          partial.sums[set].add(first: 0, count: members, curvature: tile.curvatures.pointer)
        }
      } else {
        partial.sums[0].add(first: first, count: count, curvature: scratch.h)
      }
      first += count
    }
  }

  /// The diagonal of Σ h·x̃x̃ᵀ, shape of θ; for one set of coefficients.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func diagonal(at theta: [Double], over selection: RowSelection) -> [Double] {
    precondition(pass.sets == nil, "a diagonal of one set of coefficients")
    let coefficients = Buffer<Scalar>(narrowing: theta)
    let chunks = selection.chunks(of: Blocking.chunk(rows: selection.count))
    let total = Buffer<Double>(zeroed: kernels.width)
    pass.pool.orderedReduce(
      chunks.count,
      makePartial: {
        DiagonalSums<Scalar>(kernels, rows: pass.tileRows)
      },
      body: { chunk, partial in
        partial.clear()
        for range in chunks[chunk] {
          var first = range.lowerBound
          while first < range.upperBound {
            let count = min(pass.tileRows, range.upperBound - first)
            curvature(first: first, count: count, coefficients, partial.scratch)
            partial.add(first: first, count: count)
            first += count
          }
        }
      },
      // SAFETY: both have `width` entries.
      merge: { Double.Kernels.widenAdd($0.sums.pointer, total.count, total.pointer) })
    return total.array
  }

  /// Σ h·(x̃·v)·x̃, shape of θ.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func product(at theta: [Double], with v: [Double], over selection: RowSelection) -> [Double] {
    let coefficients = Buffer<Scalar>(narrowing: theta)
    let direction = Buffer<Scalar>(narrowing: v)
    let chunks = selection.chunks(of: Blocking.chunk(rows: selection.count))
    let sets = pass.sets?.count ?? 1
    let request = ScorePass<Scalar>.Request(lossByCell: pass.sets != nil)
    let total = PassAccumulator<Scalar>(kernels, cells: sets, request: request)
    pass.pool.orderedReduce(
      chunks.count,
      makePartial: {
        (
          PassAccumulator<Scalar>(kernels, cells: sets, request: request),
          TileScratch<Scalar>(rows: pass.tileRows)
        )
      },
      body: { chunk, partial in
        partial.0.clear()
        for range in chunks[chunk] {
          accumulateProduct(range, coefficients, direction, partial.1, partial.0)
        }
        partial.0.flush()
      },
      merge: { total.add($0.0) })
    let result = total.result()
    return pass.sets == nil ? result.lossGradient : result.lossByCell
  }

  private func accumulateProduct(
    _ range: Range<Int>, _ coefficients: Buffer<Scalar>, _ direction: Buffer<Scalar>,
    _ scratch: TileScratch<Scalar>, _ sums: PassAccumulator<Scalar>
  ) {
    // SAFETY: tiles lie inside `range`; scratch holds a tile; without sets all rows are in set 0.
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(pass.tileRows, range.upperBound - first)
      curvature(first: first, count: count, coefficients, scratch)
      directionScores(first: first, count: count, direction, scratch)
      Scalar.Kernels.multiply(scratch.h, scratch.z, count, scratch.r)
      if let sets = pass.sets {
        let codes = UnsafePointer(sets.codes.pointer + first)
        Scalar.Kernels.codesScatter(codes, count, scratch.r, sums.lossIntercept)
        kernels.addRowsByCell(
          first: first, count: count, values: scratch.r, cells: codes, dense: sums.lossDense,
          wide: sums.lossWide)
      } else {
        sums.lossIntercept[0] += Scalar.Kernels.sum(scratch.r, count)
        kernels.addRows(
          first: first, count: count, values: scratch.r, dense: sums.lossDense,
          wide: sums.lossWide)
      }
      sums.filled(count)
      first += count
    }
  }

  /// x̃·v of a tile into `z` of the scratch: scores without the offset.
  private func directionScores(
    first: Int, count: Int, _ direction: Buffer<Scalar>, _ scratch: TileScratch<Scalar>
  ) {
    pass.withoutOffset.scores(first: first, count: count, direction, into: scratch)
  }
}

extension ScorePass {
  /// The same rows, scored without their offset.
  var withoutOffset: ScorePass {
    guard rows.offset != nil else { return self }
    return ScorePass(
      rows: ScoreRows(
        features: rows.features, cells: rows.cells, cellCount: rows.cellCount,
        labels: rows.labels, cellWeights: rows.cellWeights, sampleWeights: rows.sampleWeights),
      softplusWeights: softplusWeights.array.map { Double($0) },
      scoreWeights: scoreWeights.array.map { Double($0) }, sets: sets, request: request,
      pool: pool)
  }
}

/// The diagonal of Σ h·x̃x̃ᵀ for one thread.
private final class DiagonalSums<Scalar: KernelScalar> {
  let scratch: TileScratch<Scalar>
  let sums: Buffer<Double>
  private let kernels: RowKernels<Scalar>
  private let scaled: Buffer<Scalar>
  private let fourths: Buffer<Double>

  init(_ kernels: RowKernels<Scalar>, rows: Int) {
    self.kernels = kernels
    scratch = TileScratch(rows: rows)
    sums = Buffer(zeroed: kernels.width)
    scaled = Buffer(zeroed: rows * kernels.denseColumns)
    fourths = Buffer(zeroed: kernels.denseColumns)
  }

  func clear() { sums.pointer.update(repeating: 0, count: sums.count) }

  /// Adds a tile whose curvatures are in the scratch; negative ones count as 0.
  func add(first: Int, count: Int) {
    // SAFETY: the tile lies inside the rows and fits the scratch; codes are below their levels.
    let features = kernels.features
    let dense = kernels.denseColumns
    if dense > 0 {
      _ = Scalar.Kernels.signedRoots(scratch.h, count, scratch.u, scratch.r)
      Scalar.Kernels.rowsScale(
        features.dense.pointer(row: first), count, dense, features.dense.rowStride, scratch.u,
        scaled.pointer)
      Scalar.Kernels.columnPowers(
        scaled.pointer, count, dense, dense, sums.pointer, fourths.pointer)
    }
    kernels.addLevels(first: first, count: count, values: scratch.h, to: sums.pointer)
    sums.pointer[kernels.width - 1] += Scalar.Kernels.sum(scratch.h, count)
  }
}

/// What a thread sums of a Gram matrix: one accumulator a set of rows.
private final class GramPartial<Scalar: KernelScalar> {
  /// With sets a tile is so many times longer at most, as each set has a share of it.
  private static var longest: Int { 16 }

  let tileRows: Int
  let scratch: TileScratch<Scalar>
  let tile: SetTile<Scalar>?
  let sums: [GramAccumulator<Scalar>]

  init(_ pass: ScorePass<Scalar>) {
    let sets = pass.sets?.count ?? 1
    let rows = CurvaturePass<Scalar>.gramRows * min(sets, Self.longest)
    tileRows = rows
    scratch = TileScratch(rows: rows)
    let tile = pass.sets.map { _ in SetTile(of: pass.rows.features, rows: rows) }
    self.tile = tile
    sums = (0..<sets).map { _ in
      GramAccumulator(tile?.kernels ?? pass.kernels, tileRows: rows)
    }
  }
}
