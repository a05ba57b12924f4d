import Datasets
import LinearAlgebra

extension LocalRows {
  public func sample(rows count: Int) throws -> RowSample? {
    let selection = RowSelection.spread(min(count, data.rows), of: data.rows)
    let indices = selection.ranges.flatMap { Array($0) }
    let chosen = data.selecting(indices)
    return RowSample(
      LocalRows(
        chosen, attributes: attributes.map { RowChoice.rows(indices).of($0) }, pool: pool))
  }
}

extension RowSample {
  public init<Scalar: KernelScalar>(_ rows: LocalRows<Scalar>) {
    self.init(source: rows, rareSizes: RareColumns.sizes(rows.data.features))
  }
}

extension ScoreRows {
  /// The given rows, copied.
  func selecting(_ indices: [Int]) -> ScoreRows {
    let choice = RowChoice.rows(indices)
    let cells = choice.of(cells), weights = sampleWeights.map { choice.of($0) }
    var cellWeights = [Double](repeating: 0, count: cellCount)
    for i in indices.indices {
      cellWeights[Int(cells.pointer[i])] += weights.map { Double($0.pointer[i]) } ?? 1
    }
    return ScoreRows(
      features: features.selecting(indices), cells: cells, cellCount: cellCount, labels: labels,
      cellWeights: cellWeights, sampleWeights: weights, offset: offset.map { choice.of($0) })
  }
}
