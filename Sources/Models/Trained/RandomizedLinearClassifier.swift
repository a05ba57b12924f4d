import Datasets
import LinearAlgebra

/// A mixture of linear classifiers: member m decides 1[z_m ≥ 0] and is used with probability w_m.
///
/// The probability of a row is that of a positive decision, Σ_m w_m·1[z_m ≥ 0]; expected rates are
/// exact sums over the members. A decision is either drawn, where the member is chosen by a hash of
/// the record's identifier and a key, so that the same person gets the same decision in any order,
/// on any machine and after a change of address; without identifiers the encoded features stand in
/// for them, and people with equal features are decided alike. Or it is the mixture's majority, which is deterministic but meets
/// constraints only nearly.
public struct RandomizedLinearClassifier: Predictor, Equatable {
  public static let kind = "randomized-linear"

  public enum Decision: String, Codable, Sendable, CaseIterable {
    case drawn
    case majority
  }

  public let members: [LinearModel]
  /// Shape `(members)`, adding up to 1.
  public let weights: [Double]
  public let decision: Decision
  public let key: UInt64

  public init(members: [LinearModel], weights: [Double], decision: Decision, key: UInt64) {
    precondition(members.count == weights.count && !members.isEmpty, "a weight for each member")
    let total = weights.reduce(0, +)
    self.members = members
    self.weights = weights.map { $0 / total }
    self.decision = decision
    self.key = key
  }

  public var decidesByThreshold: Bool { decision != .drawn }
  public var featureColumns: Int? { members[0].coefficients.count }

  private struct Configuration: Codable {
    var decision: Decision
    /// As text: JSON numbers lose the last bits of 64.
    var key: String
  }

  public var state: PredictorState {
    let width = members[0].theta.count
    return PredictorState(
      kind: Self.kind,
      configuration: StoredJSON.text(Configuration(decision: decision, key: "\(key)")),
      tensors: [
        NamedTensor("theta", shape: [members.count, width], .float64(members.flatMap(\.theta))),
        NamedTensor("weights", shape: [weights.count], .float64(weights)),
      ])
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    let theta = try state.tensor("theta"), weights = try state.tensor("weights").doubles
    guard theta.shape.count == 2, theta.shape[0] == weights.count, !weights.isEmpty,
      weights.allSatisfy({ $0 >= 0 }), weights.reduce(0, +) > 0, let key = UInt64(stored.key)
    else {
      throw PredictorError.badConfiguration(kind: Self.kind, detail: "a weight for each member")
    }
    let width = theta.shape[1], numbers = theta.doubles
    members = (0..<weights.count).map {
      LinearModel(theta: Array(numbers[$0 * width..<($0 + 1) * width]))
    }
    // As they were written: dividing by their sum again would change a last bit.
    self.weights = weights
    decision = stored.decision
    self.key = key
  }

  /// Σ_m w_m·σ(z_m): ranks rows that the members decide alike.
  public func scores<Scalar: KernelScalar>(_ data: Dataset<Scalar>, pool: WorkerPool) -> [Double] {
    var result = [Double](repeating: 0, count: data.rows)
    for (member, weight) in zip(members, weights) {
      result.add(weight, times: member.probabilities(data.features, pool: pool))
    }
    return result
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> [Double] {
    var result = [Double](repeating: 0, count: data.rows)
    for (member, weight) in zip(members, weights) {
      let z = member.scores(data.features, pool: pool)
      for i in z.indices where z[i] >= 0 { result[i] += weight }
    }
    return result
  }

  public func decisions<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) -> [UInt8] {
    guard decision == .drawn else { return probabilities.map { $0 >= threshold ? 1 : 0 } }
    let draws = data.uniformDraws(key: key)
    var cumulated = 0.0
    var decisions = [UInt8](repeating: 0, count: data.rows)
    for (index, member) in members.enumerated() {
      let low = cumulated
      cumulated += weights[index]
      let high = index + 1 == members.count ? 2 : cumulated
      let z = member.scores(data.features, pool: .default)
      for i in z.indices where draws[i] >= low && draws[i] < high && z[i] >= 0 { decisions[i] = 1 }
    }
    return decisions
  }

  public func decisionMixture<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) -> [(weight: Double, decisions: [UInt8])] {
    guard decision == .drawn else {
      return [
        (1, decisions(data, probabilities: probabilities, threshold: threshold))
      ]
    }
    return zip(members, weights).map { member, weight in
      (weight, member.scores(data.features, pool: .default).map { $0 >= 0 ? 1 : 0 })
    }
  }
}
