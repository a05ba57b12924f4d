import LinearAlgebra
import RowSums

extension RowReader {
  /// Σ s·p(1 − p)·x̃x̃ᵀ over the rows of each class, with p at a model: the Hessian of the log loss
  /// with weights that differ by class is a sum of these. Lower triangles, shape `(width, width)`.
  ///
  /// With many rows they are sums over a sample, scaled up. The diagonal of levels, which a sample
  /// may hardly hold, is then of all rows where it is larger.
  ///
  /// - Parameter classes: the class of each cell, in `0..<count`.
  public func classCurvatures(
    at model: LinearModel, classes: [Int], sampleRows: Int
  ) throws -> [Matrix<Double>] {
    let ones = [Double](repeating: 1, count: shape.cells)
    let asked = CurvatureQuestion(theta: model.theta, alpha: ones, beta: ones.scaled(by: 0))
    guard shape.rows >= 2 * sampleRows, let sample = try source.sample(rows: sampleRows) else {
      return try classGrams(asked, classes: classes)
    }
    let reader = RowReader(sample.source)
    let scale = Double(shape.rows) / Double(max(1, reader.shape.rows))
    let matrices = try reader.classGrams(asked, classes: classes)
    for matrix in matrices {
      for i in 0..<shape.width {
        for j in 0...i { matrix[i, j] *= scale }
      }
    }
    if !shape.levels.isEmpty { try raiseDiagonals(of: matrices, at: model, classes) }
    return matrices
  }

  private func raiseDiagonals(
    of matrices: [Matrix<Double>], at model: LinearModel, _ classes: [Int]
  ) throws {
    var mass = matrices.map { _ in [Double](repeating: 0, count: shape.width) }
    for (cell, curvatures) in try levelCurvatures(model.theta).enumerated() {
      mass[classes[cell]].add(1, times: curvatures)
    }
    for (matrix, mass) in zip(matrices, mass) {
      for j in shape.denseColumns..<shape.columns { matrix[j, j] = max(matrix[j, j], mass[j]) }
    }
  }
}
