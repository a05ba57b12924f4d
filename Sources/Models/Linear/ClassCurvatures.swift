import Datasets
import LinearAlgebra
import Optimization

extension ScoreRows {
  /// Σ s·p(1 − p)·x̃x̃ᵀ over the rows of each class, with p at a model: the Hessian of the log loss
  /// with weights that differ by class is a sum of these. Lower triangles, shape `(width, width)`.
  ///
  /// With many rows they are sums over a sample, scaled up. The diagonal of levels, which a sample
  /// may hardly hold, is then of all rows where it is larger.
  ///
  /// - Parameter classes: the class of each cell, in `0..<count`.
  public func classCurvatures(
    at model: LinearModel, classes: [Int], count: Int, sampleRows: Int,
    pool: WorkerPool = .default
  ) -> [Matrix<Double>] {
    let selection =
      rows < 2 * sampleRows ? RowSelection.all(rows) : .spread(sampleRows, of: rows)
    var members = [[Int]](repeating: [], count: count)
    for range in selection.ranges {
      for i in range { members[classes[Int(cells[i])]].append(i) }
    }
    let scale = Double(rows) / Double(max(1, selection.count))
    let matrices = members.map { indices -> Matrix<Double> in
      let width = features.columns + 1
      guard !indices.isEmpty else { return Matrix(rows: width, columns: width) }
      let part = ScoreRows(
        features: features.selecting(indices), cells: Buffer(zeroed: indices.count), cellCount: 1,
        labels: [0], cellWeights: [Double(indices.count)],
        sampleWeights: sampleWeights.map { weights in Buffer(indices.map { weights[$0] }) })
      let objective = LinearObjective(
        part, terms: [.init(scale, MeanLoss(totalWeight: 1))], l2: 0, pool: pool)
      return objective.hessian(at: model.theta)
    }
    if selection.count < rows && !features.categorical.isEmpty {
      raiseDiagonals(of: matrices, at: model, classes, pool)
    }
    return matrices
  }

  private func raiseDiagonals(
    of matrices: [Matrix<Double>], at model: LinearModel, _ classes: [Int], _ pool: WorkerPool
  ) {
    let width = features.columns + 1
    let mass = Buffer<Double>(zeroed: matrices.count * width)
    let probabilities = model.probabilities(features, pool: pool)
    // SAFETY: classes are below the matrices' count, codes below their column's levels.
    let curvatures = Buffer<Double>(uninitialized: rows)
    for (i, p) in probabilities.enumerated() {
      curvatures.pointer[i] = p * (1 - p) * (sampleWeights.map { Double($0.pointer[i]) } ?? 1)
    }
    let places = Buffer(classes.map { $0 * width })
    for (column, first) in zip(features.categorical, features.firstColumns) {
      for i in 0..<rows {
        let place = places.pointer[Int(cells.pointer[i])] + first
        mass.pointer[place + Int(column.codes.pointer[i])] += curvatures.pointer[i]
      }
    }
    for (k, matrix) in matrices.enumerated() {
      for j in features.dense.columns..<features.columns {
        matrix[j, j] = max(matrix[j, j], mass[k * width + j])
      }
    }
  }
}
