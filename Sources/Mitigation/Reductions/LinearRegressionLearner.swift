import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// The native learner of bounded group loss: weighted linear regression on the rows' own targets.
///
/// A request weights groups; the fit is exact for squared loss. It reports Σ s·loss by cell, for the
/// loss that the constraint bounds (Agarwal, Dudík and Wu, Fair Regression, ICML 2019, section 3).
public final class LinearRegressionLearner<Scalar: KernelScalar>: WeightedLearner {
  public let features: DesignMatrix<Scalar>
  /// y, shape `(n)`.
  public let targets: Buffer<Scalar>
  public let cells: CellIndex
  public let loss: GroupLoss
  public let l2: Double
  public let pool: WorkerPool
  public private(set) var passes = 0.0
  private let sampleWeights: [Double]?
  private var fits: [LinearModel] = []

  public var sums: CellSumKind { .losses }

  /// - Parameters:
  ///   - cells: those of the constraints' scope; the labels in them are not read.
  ///   - l2: the factor of ½‖w‖² beside half the mean squared loss of a request.
  public init(
    _ features: DesignMatrix<Scalar>, targets: Buffer<Scalar>, cells: CellIndex,
    sampleWeights: [Double]? = nil, loss: GroupLoss, l2: Double, pool: WorkerPool = .default
  ) {
    precondition(
      targets.count == features.rows && cells.codes.count == features.rows, "a target for each row")
    self.features = features
    self.targets = targets
    self.cells = cells
    self.sampleWeights = sampleWeights
    self.loss = loss
    self.l2 = l2
    self.pool = pool
  }

  public func fit(_ request: CellRequest) throws -> FittedHypothesis {
    let weights = Buffer<Scalar>(uninitialized: features.rows)
    for i in 0..<features.rows {
      weights[i] = Scalar((sampleWeights?[i] ?? 1) * request.weights[Int(cells.codes[i])])
    }
    let fit = LinearRegression(l2: l2, pool: pool).fit(features, targets: targets, weights: weights)
    guard fit.theta.allFinite else { throw LearnerFailure.notSolved }
    passes += fit.report.passes + 1
    fits.append(fit.model)
    return measured(fit.model, identifier: fits.count - 1)
  }

  private func measured(_ model: LinearModel, identifier: Int) -> FittedHypothesis {
    let predictions = model.scores(features, pool: pool)
    var sums = [Double](repeating: 0, count: cells.count)
    var mean = 0.0, squares = 0.0
    for (i, prediction) in predictions.enumerated() {
      let label = Double(targets[i]), apart = abs(prediction - label)
      sums[Int(cells.codes[i])] +=
        (sampleWeights?[i] ?? 1) * loss.value(label: label, prediction: prediction)
      let before = apart - mean
      mean += before / Double(i + 1)
      squares += before * (apart - mean)
    }
    let n = Double(predictions.count)
    return FittedHypothesis(
      cellSums: sums, identifier: identifier,
      residualDeviation: n > 1 ? (squares / (n - 1)).squareRoot() : 0)
  }

  public func model(_ hypothesis: Hypothesis) -> LinearModel {
    switch hypothesis {
    case .constant(let positive):
      LinearModel(
        coefficients: Array(repeating: 0, count: features.columns), intercept: positive ? 1 : 0)
    case .fitted(let identifier, _): fits[identifier]
    }
  }

  private enum LearnerFailure: Error, CustomStringConvertible {
    case notSolved
    var description: String { "the weighted normal equations have no finite solution" }
  }
}
