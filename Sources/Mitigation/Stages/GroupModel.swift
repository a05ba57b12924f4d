import Datasets
import Essentials
import LinearAlgebra
import Models
import RowSums

/// Infers a row's group from its features, where decisions may not ask for it: one logistic
/// regression a group against the rest, and the group of the largest score.
///
/// What it infers is what goes with the group in the features. Rates made alike between inferred
/// groups need not be alike between the groups themselves: audit with the true ones.
public struct GroupModel: Sendable, Equatable {
  /// What the groups are of: `sex`, or `sex×race`.
  public let attribute: String
  /// Shape `(G)`.
  public let groups: [String]
  public let models: [LinearModel]

  public init(attribute: String, groups: [String], models: [LinearModel]) {
    precondition(groups.count == models.count, "a model for each group")
    self.attribute = attribute
    self.groups = groups
    self.models = models
  }

  public static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> GroupModel {
    try fit(
      data.jointGroups, data.features, weights: data.sampleWeights,
      l2: 1 / max(data.totalWeight, 1), pool: pool)
  }

  static func fit<Scalar: KernelScalar>(
    _ groups: GroupIndex, _ features: DesignMatrix<Scalar>, weights: [Double]?, l2: Double,
    pool: WorkerPool
  ) throws -> GroupModel {
    let learner = LogisticRegression(l2: l2, certifies: false, pool: pool)
    let models = try (0..<groups.count).map { group in
      let own = Buffer<UInt8>((0..<features.rows).map { groups[$0] == group ? 1 : 0 })
      return try learner.fit(
        ScoreRows(features: features, labels: own, sampleWeights: weights)
      ).model
    }
    return GroupModel(attribute: groups.attribute, groups: groups.names, models: models)
  }

  /// The inferred group of each row; the first of equals.
  public func inferred<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> GroupIndex {
    let codes = Buffer<UInt16>(zeroed: data.rows)
    var best = [Double](repeating: -.infinity, count: data.rows)
    for (group, model) in models.enumerated() {
      let scores = model.scores(data.features, pool: pool)
      for row in scores.indices where scores[row] > best[row] {
        best[row] = scores[row]
        codes[row] = UInt16(group)
      }
    }
    return GroupIndex(attribute: attribute, codes: codes, names: groups)
  }
}

extension GroupModel: Codable {
  private enum Key: String, CodingKey { case attribute, groups, models }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(attribute, forKey: .attribute)
    try container.encode(groups, forKey: .groups)
    try container.encode(models.map(\.theta), forKey: .models)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let groups = try container.decode([String].self, forKey: .groups)
    let thetas = try container.decode([[Double]].self, forKey: .models)
    guard thetas.count == groups.count, thetas.allSatisfy({ !$0.isEmpty }) else {
      throw JSONFault("'models' are not one for each group")
    }
    self.init(
      attribute: try container.decode(String.self, forKey: .attribute), groups: groups,
      models: thetas.map { LinearModel(theta: $0) })
  }
}
