import Datasets
import LinearAlgebra

/// The counts of all observed combinations of groups: the whole state of an audit of counts.
///
/// States of partitions, processes or days add up. Counts of rows are integers, so a merge of any
/// split has the same bytes as one pass; sums of weights and scores agree to rounding.
public struct OutcomeCounts: Sendable, Equatable, Codable {
  public private(set) var attributes: [String]
  /// `levels[a]`: the names of attribute a's groups, in its code order.
  public private(set) var levels: [[String]]
  /// The observed combinations, one level number an attribute, in increasing order.
  public private(set) var combinations: [[Int]]
  /// One tally a combination.
  public private(set) var tallies: [Tally]
  public private(set) var inputs: Inputs
  public private(set) var weighted: Bool
  public private(set) var threshold: Double

  public var overall: Tally { tallies.reduce(into: Tally()) { $0 += $1 } }
  public var rows: Int { tallies.reduce(0) { $0 + $1.rowCount } }

  public init(
    attributes: [String], levels: [[String]], combinations: [[Int]], tallies: [Tally],
    inputs: Inputs, weighted: Bool, threshold: Double
  ) {
    precondition(attributes.count == levels.count, "levels for each attribute")
    precondition(combinations.count == tallies.count, "a tally for each combination")
    self.attributes = attributes
    self.levels = levels
    self.combinations = combinations
    self.tallies = tallies
    self.inputs = inputs
    self.weighted = weighted
    self.threshold = threshold
  }

  /// The tallies of one attribute's groups, or of the observed groups of a cross.
  public func marginal(of chosen: [Int]) -> (names: [String], tallies: [Tally]) {
    precondition(!chosen.isEmpty, "a marginal needs an attribute")
    if chosen.count == 1 {
      var sums = Array(repeating: Tally(), count: levels[chosen[0]].count)
      for (key, tally) in zip(combinations, tallies) { sums[key[chosen[0]]] += tally }
      return (levels[chosen[0]], sums)
    }
    var sums: [[Int]: Tally] = [:]
    for (key, tally) in zip(combinations, tallies) {
      sums[chosen.map { key[$0] }, default: Tally()] += tally
    }
    let keys = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let names = keys.map { key in
      zip(chosen, key).map { levels[$0][$1] }.joined(separator: "×")
    }
    return (names, keys.map { sums[$0]! })
  }

  /// Adds the counts of other rows with the same attributes. New levels are taken in.
  ///
  /// When the levels differ, the union is kept in code-point order.
  public mutating func merge(_ other: OutcomeCounts) {
    precondition(attributes == other.attributes, "counts of different attributes")
    precondition(
      inputs == other.inputs && weighted == other.weighted && threshold == other.threshold,
      "counts of different kinds of columns")
    let union = zip(levels, other.levels).map { a, b in
      a == b ? a : Set(a + b).sorted(by: Self.inCodePointOrder)
    }
    var sums: [[Int]: Tally] = [:]
    for part in [self, other] {
      let renumber = zip(part.levels, union).map { old, new in
        let place = Dictionary(uniqueKeysWithValues: new.enumerated().map { ($1, $0) })
        return old.map { place[$0]! }
      }
      for (key, tally) in zip(part.combinations, part.tallies) {
        sums[zip(renumber, key).map { $0[$1] }, default: Tally()] += tally
      }
    }
    levels = union
    combinations = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    tallies = combinations.map { sums[$0]! }
  }

  static func inCodePointOrder(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
  }
}
