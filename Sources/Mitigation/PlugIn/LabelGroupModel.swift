import Datasets
import Essentials
import LinearAlgebra
import Models
import RowSums

/// The chance of each label and group together, given the features: P(y, g | x) = P(y | x)·P(g | x, y).
///
/// P(y | x) is a logistic regression, and P(g | x, y) one for each group against the rest among the
/// rows of a label, scaled to add up to 1; with two groups a single one.
public struct LabelGroupModel: Sendable, Equatable {
  /// What the groups are of: `sex`, or `sex×race`.
  public let attribute: String
  /// Shape `(G)`.
  public let groups: [String]
  public let label: LinearModel
  /// For label 0 and for label 1 a model a group; nil where no such row has weight: never.
  public let members: [[LinearModel?]]

  public init(
    attribute: String, groups: [String], label: LinearModel, members: [[LinearModel?]]
  ) {
    precondition(
      members.count == 2 && members.allSatisfy { $0.count == groups.count },
      "a model or none for each label and group")
    self.attribute = attribute
    self.groups = groups
    self.label = label
    self.members = members
  }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, learner: LogisticRegression
  ) throws -> LabelGroupModel {
    let data = rows.data, cells = rows.cells, groups = cells.groups
    var quick = learner
    quick.certifies = false
    let label = try quick.fit(rows.scoreRows).model
    let members = try (0...1).map { wanted -> [LinearModel?] in
      let present = (0..<groups.count).map { cells.weights[2 * $0 + wanted] > 0 }
      let zero = LinearModel(theta: [Double](repeating: 0, count: label.theta.count))
      if present.count(where: { $0 }) < 2 { return present.map { $0 ? zero : nil } }
      let weights = (0..<data.rows).map { row in
        rows.labels[row] == wanted ? data.sampleWeights?[row] ?? 1 : 0
      }
      func against(_ group: Int) throws -> LinearModel {
        let own = Buffer<UInt8>((0..<data.rows).map { groups[$0] == group ? 1 : 0 })
        return try quick.fit(
          ScoreRows(features: data.features, labels: own, sampleWeights: weights)
        ).model
      }
      if groups.count == 2 {
        let second = try against(1)
        return [LinearModel(theta: second.theta.map { -$0 }), second]
      }
      return try present.indices.map { present[$0] ? try against($0) : nil }
    }
    return LabelGroupModel(
      attribute: groups.attribute, groups: groups.names, label: label, members: members)
  }

  /// Calls `body` with the chances of each cell (2·group + label) in turn, shape `(n)` each.
  func forEachCell<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, pool: WorkerPool,
    _ body: (_ cell: Int, _ chances: [Double]) -> Void
  ) {
    let positive = label.probabilities(features, pool: pool)
    for wanted in 0...1 {
      let share = wanted == 1 ? positive : positive.map { 1 - $0 }
      var sums = [Double](repeating: 0, count: positive.count)
      let raw = members[wanted].map { $0?.probabilities(features, pool: pool) }
      for values in raw { if let values { sums.add(1, times: values) } }
      for (group, values) in raw.enumerated() {
        guard let values else { continue }
        body(
          2 * group + wanted,
          values.indices.map { sums[$0] > 0 ? share[$0] * values[$0] / sums[$0] : 0 })
      }
    }
  }
}

extension LabelGroupModel: Codable {
  private enum Key: String, CodingKey { case attribute, groups, label, members }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(attribute, forKey: .attribute)
    try container.encode(groups, forKey: .groups)
    try container.encode(label.theta, forKey: .label)
    try container.encode(members.map { $0.map { $0?.theta } }, forKey: .members)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let groups = try container.decode([String].self, forKey: .groups)
    let members = try container.decode([[[Double]?]].self, forKey: .members)
    let label = try container.decode([Double].self, forKey: .label)
    let width = label.count
    guard width > 0, members.count == 2,
      members.allSatisfy({
        $0.count == groups.count && $0.allSatisfy { $0?.count ?? width == width }
      })
    else {
      throw JSONFault("'members' is not a model for each label and group")
    }
    self.init(
      attribute: try container.decode(String.self, forKey: .attribute), groups: groups,
      label: LinearModel(theta: label),
      members: members.map { $0.map { $0.map { LinearModel(theta: $0) } } })
  }
}
