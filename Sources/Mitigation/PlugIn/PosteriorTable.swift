import LinearAlgebra

/// The chances of each row's label and group, and what a classifier selects of them.
///
/// Cells are 2·group + label. A classifier is 1[Σ_c κ_c·π_c(x) > 0]; all that its rates and its
/// accuracy depend on is S_c = Σᵢ sᵢ·fᵢ·π_c(xᵢ).
package struct PosteriorTable: Sendable {
  /// π, row-major, shape `(n, cells)`, in single precision: this is the one table of the rows.
  let values: [Float]
  package let cells: Int
  let sampleWeights: [Double]?
  let pool: WorkerPool
  /// T: S of selecting everyone, shape `(cells)`.
  package let totals: [Double]

  package var rows: Int { values.count / max(1, cells) }
  package var total: Double { totals.reduce(0, +) }

  /// Rows of a block: sums go block by block, so that the threads do not matter.
  static let block = 8_192

  package init(
    _ values: [Float], cells: Int, sampleWeights: [Double]?, pool: WorkerPool = .default
  ) {
    precondition(cells > 0 && values.count % cells == 0, "a chance of each cell for each row")
    precondition(
      sampleWeights?.count ?? values.count / cells == values.count / cells, "a weight for each row")
    self.values = values
    self.cells = cells
    self.sampleWeights = sampleWeights
    self.pool = pool
    totals = Self.sums(values, cells, sampleWeights, pool) { _ in true }
  }

  /// The chances of a row.
  package func row(_ i: Int) -> [Float] { Array(values[i * cells..<(i + 1) * cells]) }

  /// S of the classifier with coefficients κ.
  package func selected(_ kappa: [Double]) -> [Double] {
    let values = values, cells = cells
    return Self.sums(values, cells, sampleWeights, pool) { start in
      var score = 0.0
      for c in 0..<cells { score += kappa[c] * Double(values[start + c]) }
      return score > 0
    }
  }

  private static func sums(
    _ values: [Float], _ cells: Int, _ weights: [Double]?, _ pool: WorkerPool,
    where isSelected: @Sendable (_ start: Int) -> Bool
  ) -> [Double] {
    let n = values.count / cells
    var result = [Double](repeating: 0, count: cells)
    pool.orderedReduce(
      (n + block - 1) / block, makePartial: { [Double](repeating: 0, count: cells) },
      body: { index, partial in
        for c in 0..<cells { partial[c] = 0 }
        for i in index * block..<min(n, (index + 1) * block) where isSelected(i * cells) {
          let s = weights?[i] ?? 1
          for c in 0..<cells { partial[c] += s * Double(values[i * cells + c]) }
        }
      },
      merge: { result.add(1, times: $0) })
    return result
  }
}
