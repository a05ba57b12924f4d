import Datasets
import LinearAlgebra
import Optimization

extension ScoreRows {
  /// Σ s·p(1 − p)·x̃x̃ᵀ over the rows of each class, with p at a model: the Hessian of the log loss
  /// with weights that differ by class is a sum of these. Lower triangles, shape `(width, width)`.
  ///
  /// With many rows they are sums over a sample, scaled up, unless the sample knows too little of too
  /// many columns. The diagonal of levels, which a sample may hardly hold, is then of all rows where it
  /// is larger.
  ///
  /// - Parameter classes: the class of each cell, in `0..<count`.
  public func classCurvatures(
    at model: LinearModel, classes: [Int], count: Int, sampleRows: Int,
    pool: WorkerPool = .default
  ) -> ClassCurvatures {
    let few = rows < 2 * sampleRows
    let selection = few ? RowSelection.all(rows) : .spread(sampleRows, of: rows)
    let matrices = classGrams(at: model, classes, count, over: selection, pool)
    if few { return ClassCurvatures(matrices: matrices, share: 1) }
    if knowsTooLittle(matrices, selection) {
      let exact = classGrams(at: model, classes, count, over: .all(rows), pool)
      return ClassCurvatures(matrices: exact, share: 1)
    }
    let scale = Double(rows) / Double(max(1, selection.count))
    for matrix in matrices {
      for i in 0..<matrix.buffer.count { matrix.buffer.pointer[i] *= scale }
    }
    if !features.categorical.isEmpty { raiseDiagonals(of: matrices, at: model, classes, pool) }
    return ClassCurvatures(matrices: matrices, share: 1 / scale)
  }

  /// The sums over selected rows: classes are sets of rows with coefficients of their own, alike.
  private func classGrams(
    at model: LinearModel, _ classes: [Int], _ count: Int, over selection: RowSelection,
    _ pool: WorkerPool
  ) -> [Matrix<Double>] {
    // SAFETY: cells are below the classes' count, ranges inside the rows.
    let codes = Buffer<UInt16>(zeroed: rows)
    for range in selection.ranges {
      for i in range { codes.pointer[i] = UInt16(classes[Int(cells.pointer[i])]) }
    }
    let pass = ScorePass(
      rows: self, softplusWeights: Array(repeating: 1, count: cellCount), scoreWeights: labels,
      sets: (codes, count), request: .init(), pool: pool)
    let ones = [Double](repeating: 1, count: cellCount)
    let whole = CurvaturePass(pass, alpha: ones, beta: ones.scaled(by: 0)).gram(
      at: (0..<count).flatMap { _ in model.theta }, over: selection)
    let width = pass.width
    return (0..<count).map { k in
      let block = Matrix<Double>(rows: width, columns: width)
      for i in 0..<width {
        block.pointer(row: i).update(
          from: whole.pointer(row: k * width + i) + k * width, count: i + 1)
      }
      return block
    }
  }

  /// Whether the curvature of more than a small share of the columns is that of a few sampled rows.
  private func knowsTooLittle(_ matrices: [Matrix<Double>], _ selection: RowSelection) -> Bool {
    let oneRow = SamplePriors.of(
      features, selection, oneRow: totalWeight / Double(max(1, rows)))
    let thin = oneRow.indices.count { j in
      oneRow[j] > 0
        && matrices.reduce(0) { $0 + $1[j, j] } < SampledNewton.thinMass * oneRow[j]
    }
    return Double(thin) > SampledNewton.thinShare * Double(oneRow.count)
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

/// Second derivatives by class of rows, and from which share of the rows they are.
public struct ClassCurvatures: Sendable {
  public let matrices: [Matrix<Double>]
  public let share: Double
}
