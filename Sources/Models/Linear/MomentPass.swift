import Datasets
import LinearAlgebra

extension ScorePass {
  /// The sums that linear scores need, once for all θ: Σ_{i∈c} sᵢ·x̃ᵢ for each cell, then
  /// Σᵢ aᵢₖ·x̃ᵢ for each continuous attribute (already weighted and centred), shape `(width)` each.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func moments(attributes: [Buffer<Scalar>]) -> [[Double]] {
    let byCell = collect(cells: rows.cells, count: rows.cellCount) { first, count, scratch in
      let weights = self.rows.sampleWeights.map { UnsafePointer($0.pointer + first) }
      Scalar.Kernels.startScores(weights, count, weights == nil ? 1 : 0, scratch.r)
    }
    let zero = Buffer<UInt16>(zeroed: attributes.isEmpty ? 0 : rows.rows)
    let byAttribute = attributes.flatMap { values in
      collect(cells: zero, count: 1) { first, count, scratch in
        Scalar.Kernels.startScores(values.pointer + first, count, 0, scratch.r)
      }
    }
    return byCell + byAttribute
  }

  private func collect(
    cells: Buffer<UInt16>, count slots: Int,
    values: @escaping @Sendable (Int, Int, TileScratch<Scalar>) -> Void
  ) -> [[Double]] {
    let request = Request(lossByCell: true)
    let chunks = RowSelection.all(rows.rows).chunks(of: Blocking.chunk(rows: rows.rows))
    let total = PassAccumulator<Scalar>(kernels, cells: slots, request: request)
    pool.orderedReduce(
      chunks.count,
      makePartial: {
        (
          PassAccumulator<Scalar>(kernels, cells: slots, request: request),
          TileScratch<Scalar>(rows: tileRows)
        )
      },
      body: { chunk, partial in
        partial.0.clear()
        for range in chunks[chunk] {
          var first = range.lowerBound
          while first < range.upperBound {
            let count = min(tileRows, range.upperBound - first)
            // SAFETY: the tile lies inside the rows; codes are below `slots`.
            let codes = UnsafePointer(cells.pointer + first)
            values(first, count, partial.1)
            Scalar.Kernels.codesScatter(codes, count, partial.1.r, partial.0.lossIntercept)
            kernels.addRowsByCell(
              first: first, count: count, values: partial.1.r, cells: codes,
              dense: partial.0.lossDense, wide: partial.0.lossWide)
            partial.0.filled(count)
            first += count
          }
        }
        partial.0.flush()
      },
      merge: { total.add($0.0) })
    let flat = total.result().lossByCell
    return (0..<slots).map { Array(flat[($0 * width)..<(($0 + 1) * width)]) }
  }
}
