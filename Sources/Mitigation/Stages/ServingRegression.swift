import LinearAlgebra
import Models

extension LogisticRegression {
  /// The regression by which a method infers something on its way, whose strength nobody sets:
  /// `l2 = 1/n` for the n rows that weigh anything, whatever the unit of the weights.
  static func serving(rows: Int, weights: [Double]?, pool: WorkerPool) -> LogisticRegression {
    let counted = weights?.count { $0 > 0 } ?? rows
    return LogisticRegression(l2: 1 / Double(max(counted, 1)), certifies: false, pool: pool)
  }
}
