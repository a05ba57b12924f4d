import LinearAlgebra
import Optimization
import RowSums

extension RowReader {
  /// Σ s·p(1 − p)·x̃x̃ᵀ over the rows of each class, with p at a model: the Hessian of the log loss
  /// with weights that differ by class is a sum of these. Lower triangles, shape `(width, width)`.
  ///
  /// With many rows they are sums over a sample, scaled up, unless the sample knows too little of too
  /// many columns. The diagonal of levels, which a sample may hardly hold, is then of all rows where it
  /// is larger.
  ///
  /// - Parameter classes: the class of each cell, in `0..<cells`.
  public func classCurvatures(
    at model: LinearModel, classes: [Int], sampleRows: Int
  ) throws -> ClassCurvatures {
    let ones = [Double](repeating: 1, count: shape.cells)
    let asked = CurvatureQuestion(theta: model.theta, alpha: ones, beta: ones.scaled(by: 0))
    guard shape.rows >= 2 * sampleRows, let sample = try source.sample(rows: sampleRows) else {
      return ClassCurvatures(matrices: try classGrams(asked, classes: classes), share: 1)
    }
    let reader = RowReader(sample.source)
    let matrices = try reader.classGrams(asked, classes: classes)
    if knowsTooLittle(matrices, sample) {
      return ClassCurvatures(matrices: try classGrams(asked, classes: classes), share: 1)
    }
    let scale = Double(shape.rows) / Double(max(1, reader.shape.rows))
    for matrix in matrices {
      for i in 0..<matrix.buffer.count { matrix.buffer.pointer[i] *= scale }
    }
    if !shape.levels.isEmpty { try raiseDiagonals(of: matrices, at: model, classes) }
    return ClassCurvatures(matrices: matrices, share: 1 / scale)
  }

  /// Whether the curvature of more than a small share of the columns is that of a few sampled rows.
  private func knowsTooLittle(_ matrices: [Matrix<Double>], _ sample: RowSample) -> Bool {
    let meanWeight = shape.totalWeight / Double(max(1, shape.rows))
    let thin = sample.rareSizes.enumerated().count { j, size in
      let oneRow = size * meanWeight
      return oneRow > 0
        && matrices.reduce(0) { $0 + $1[j, j] } < SampledNewton.thinMass * oneRow
    }
    return Double(thin) > SampledNewton.thinShare * Double(sample.rareSizes.count)
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

/// Second derivatives by class of rows, and from which share of the rows they are.
public struct ClassCurvatures: Sendable {
  public let matrices: [Matrix<Double>]
  public let share: Double
}
