import LinearAlgebra
import Models
import Optimization
import RowSums

/// Second derivatives of the loss by class of rows at one solution: a fit with other weights takes
/// its Hessian from them, and reads the rows for gradients only.
///
/// A reduction asks for many fits of one problem that differ in one weight a cell, so
/// ∇²F = Σ_k u_k·H_k/W + l2·I with u_k the mean weight of class k. H_k depends on the solution too,
/// but little; quasi-Newton steps make up for it.
struct CurvatureModel: Sendable {
  /// Numbers kept at most: cells are classes of their own while their matrices fit in 16 MB.
  static let limit = 1 << 21

  private let classes: [Int]
  private let cellWeights: [Double]
  private let matrices: [Matrix<Double>]
  /// From which share of the rows they are.
  let share: Double
  private let penalizesIntercept: Bool

  init(
    _ reader: RowReader, at theta: [Double], sampleRows: Int, penalizesIntercept: Bool
  ) throws {
    self.penalizesIntercept = penalizesIntercept
    let cells = reader.shape.cells, size = theta.count * theta.count
    // Cells are 2·group + label.
    classes = (0..<cells).map { cells * size <= Self.limit ? $0 : $0 & 1 }
    cellWeights = reader.shape.cellWeights
    let found = try reader.classCurvatures(
      at: LinearModel(theta: theta), classes: classes, sampleRows: sampleRows)
    matrices = found.matrices
    share = found.share
  }

  /// The Hessian of the mean loss with a weight for each row of a cell, and ½·l2·‖w‖², factored.
  func factor(weights: [Double], l2: Double) -> Cholesky? {
    var weighted = [Double](repeating: 0, count: matrices.count)
    var plain = weighted
    for (cell, weight) in weights.enumerated() {
      weighted[classes[cell]] += weight * cellWeights[cell]
      plain[classes[cell]] += cellWeights[cell]
    }
    let total = weighted.reduce(0, +)
    guard total > 0, let width = matrices.first?.rows else { return nil }
    let sum = Matrix<Double>(rows: width, columns: width)
    for (k, matrix) in matrices.enumerated() where plain[k] > 0 && weighted[k] > 0 {
      let factor = weighted[k] / plain[k] / total
      for i in 0..<width {
        for j in 0...i { sum[i, j] += factor * matrix[i, j] }
      }
    }
    for j in 0..<(penalizesIntercept ? width : width - 1) { sum[j, j] += l2 }
    return Cholesky(sum)
  }
}
