import Datasets
import LinearAlgebra
import Models

/// The groups that a transform was fitted to, by name.
public struct FittedGroups: Codable, Sendable, Equatable {
  /// The attributes whose observed combinations the groups are.
  public let attributes: [String]
  /// Shape `(G)`.
  public let names: [String]

  public init(_ joint: GroupIndex, of attributes: [GroupIndex]) {
    self.attributes = attributes.map(\.attribute)
    names = joint.names
  }

  public var count: Int { names.count }

  /// The position of each row's group, shape `(n)`; `count` for a group that was not fitted.
  ///
  /// - Parameter unseen: what such a group is: an error that names it, or a group of its own.
  public func codes(
    among found: [GroupIndex], unseen: UnseenGroupPolicy
  ) throws(PredictorError) -> Buffer<UInt16> {
    if attributes.count == 1, let own = found.first(where: { $0.attribute == attributes[0] }),
      own.names == names
    {
      return own.codes
    }
    let codes = try GroupIndex.codes(
      of: attributes, as: names, among: found, accepting: { _ in unseen == .pooled })
    return Buffer(codes.map { UInt16($0 < 0 ? count : $0) })
  }
}

extension OptionRecord {
  /// What becomes of rows whose group a transform was not fitted to.
  static func unseenGroup(
    _ path: WritableKeyPath<Root, UnseenGroupPolicy> & Sendable, pooled: String
  ) -> Self {
    .choice(
      "unseen_group", path, "what a group without training rows gets: an error, or \(pooled)")
  }
}

extension Matrix {
  /// A column in double precision.
  ///
  /// The loops are over a known type: converting a number of an unknown one looks its type up, which
  /// costs more than a sort of the column.
  func doubles(column j: Int) -> Buffer<Double> {
    let values = Buffer<Double>(uninitialized: rows)
    if let own = self as? Matrix<Double> {
      for i in 0..<rows { values[i] = own[i, j] }
    } else if let own = self as? Matrix<Float> {
      for i in 0..<rows { values[i] = Double(own[i, j]) }
    } else {
      preconditionFailure("features are Float or Double")
    }
    return values
  }
}

extension Dataset {
  /// The combinations of the attributes that these rows have; a part of a table may lack some.
  var jointGroups: GroupIndex { GroupIndex.cross(attributes).withUsedNames() }

  /// Throws when a group has no weight: it has no distribution to be repaired.
  func requireWeight(in groups: GroupIndex) throws(DataError) {
    var weights = [Double](repeating: 0, count: groups.count)
    for i in 0..<rows { weights[groups[i]] += sampleWeights?[i] ?? 1 }
    guard let empty = weights.firstIndex(of: 0) else { return }
    throw .option("weights", "group '\(groups.names[empty])' has no weight")
  }
}

extension FitRows {
  /// The probabilities of a logistic regression fitted to the rows themselves: the order in which
  /// rows lie on either side of the border between the labels.
  func ownProbabilities(pool: WorkerPool) throws -> [Double] {
    let learner = LogisticRegression(l2: 1 / max(totalWeight, 1), certifies: false, pool: pool)
    return try learner.fit(scoreRows).model.probabilities(data.features, pool: pool)
  }
}
