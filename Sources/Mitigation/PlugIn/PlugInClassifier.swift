import Datasets
import LinearAlgebra
import Models

/// A classifier on the estimated chances of label and group: positive where Σ_c κ_c·π_c(x) ≥ 0,
/// c = 2·group + label.
///
/// The score is that sum over max |κ|, so that it lies in [−1, 1]; the probability is (1 + score)/2,
/// at least 0.5 where the decision is positive, and no calibrated chance. New rows need no group.
public struct PlugInClassifier: Predictor, Equatable {
  public static let kind = "plug-in"

  public let model: LabelGroupModel
  /// Shape `(2·groups)`.
  public let kappa: [Double]

  public init(model: LabelGroupModel, kappa: [Double]) {
    precondition(kappa.count == 2 * model.groups.count, "a coefficient for each cell")
    self.model = model
    self.kappa = kappa
  }

  private struct Configuration: Codable {
    var model: LabelGroupModel
    var kappa: [Double]
  }

  public var featureColumns: Int? { model.label.coefficients.count }

  public var state: PredictorState {
    PredictorState(
      kind: Self.kind,
      configuration: StoredJSON.text(Configuration(model: model, kappa: kappa)), tensors: [])
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    guard stored.kappa.count == 2 * stored.model.groups.count else {
      throw PredictorError.badConfiguration(kind: Self.kind, detail: "a coefficient for each cell")
    }
    self.init(model: stored.model, kappa: stored.kappa)
  }

  public func scores<Scalar: KernelScalar>(_ data: Dataset<Scalar>, pool: WorkerPool) -> [Double] {
    let scale = kappa.maximumNorm
    var scores = [Double](repeating: 0, count: data.rows)
    guard scale > 0 else { return scores }
    model.forEachCell(data.features, pool: pool) { cell, chances in
      scores.add(kappa[cell] / scale, times: chances)
    }
    return scores
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> [Double] {
    scores(data, pool: pool).map { min(max(0.5 * (1 + $0), 0), 1) }
  }
}
