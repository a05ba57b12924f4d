import Datasets
import LinearAlgebra

/// The mean prediction of several linear regressions, each cut to [0, 1]: Σ_m w_m·min(max(z_m, 0), 1).
///
/// A convex loss of the mean is at most the mean of the losses, so bounds on the loss of a group that
/// hold for the mixture hold for this one prediction too.
public struct AveragedLinearModel: Predictor, Equatable {
  public static let kind = "averaged-linear"

  public let members: [LinearModel]
  /// Shape `(members)`, adding up to 1.
  public let weights: [Double]

  public init(members: [LinearModel], weights: [Double]) {
    precondition(members.count == weights.count && !members.isEmpty, "a weight for each member")
    let total = weights.reduce(0, +)
    self.members = members
    self.weights = weights.map { $0 / total }
  }

  public var state: PredictorState {
    PredictorState(
      kind: Self.kind,
      tensors: [
        NamedTensor(
          "theta", shape: [members.count, members[0].theta.count],
          .float64(members.flatMap(\.theta))),
        NamedTensor("weights", shape: [weights.count], .float64(weights)),
      ])
  }

  public init(_ state: PredictorState) throws {
    let theta = try state.tensor("theta"), weights = try state.tensor("weights").doubles
    guard theta.shape.count == 2, theta.shape[0] == weights.count, !weights.isEmpty,
      weights.allSatisfy({ $0 >= 0 }), weights.reduce(0, +) > 0
    else {
      throw PredictorError.badConfiguration(kind: Self.kind, detail: "a weight for each member")
    }
    let width = theta.shape[1], numbers = theta.doubles
    members = weights.indices.map {
      LinearModel(theta: Array(numbers[($0 * width)..<(($0 + 1) * width)]))
    }
    // As they were written: dividing by their sum again would change a last bit.
    self.weights = weights
  }

  public func scores<Scalar: KernelScalar>(_ data: Dataset<Scalar>, pool: WorkerPool) -> [Double] {
    probabilities(data, pool: pool)
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> [Double] {
    var result = [Double](repeating: 0, count: data.rows)
    for (member, weight) in zip(members, weights) {
      let z = member.scores(data.features, pool: pool)
      for i in z.indices { result[i] += weight * min(max(z[i], 0), 1) }
    }
    return result
  }
}
