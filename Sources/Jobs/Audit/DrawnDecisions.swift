import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Models

extension TrainedModel {
  /// The counts of each list of decisions that the model may draw, with its probability; nil where it
  /// draws none.
  ///
  /// - Parameter probabilities: of the rows, shape `(n)`.
  func expectedCounts<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, probabilities: [Double], threshold: Double, pool: WorkerPool
  ) throws -> ExpectedCounts? {
    let mixture = try predictor.decisionMixture(
      rows, probabilities: probabilities, threshold: threshold)
    guard mixture.count > 1 else { return nil }
    let weights = rows.sampleWeights.map { Buffer($0) }
    return ExpectedCounts(
      try mixture.map { part in
        let outcomes = Outcomes(
          attributes: rows.attributes, labels: rows.labels, predictions: Buffer(part.decisions),
          weights: weights)
        return (part.weight, try OutcomeCounts(counting: outcomes, pool: pool))
      })
  }
}
