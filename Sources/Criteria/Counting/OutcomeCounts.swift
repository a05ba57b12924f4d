import Datasets
import LinearAlgebra

/// The counts of all observed combinations of groups: the whole state of an audit of counts.
///
/// States of partitions, processes or days add up. Counts of rows are integers, so a merge of any
/// split has the same bytes as one pass; sums of weights and scores agree to rounding.
public struct OutcomeCounts: Sendable, Equatable {
  public private(set) var attributes: [String]
  /// `levels[a]`: the names of attribute a's groups, in its code order.
  public private(set) var levels: [[String]]
  /// The observed combinations, one level number an attribute, in increasing order.
  public private(set) var combinations: Combinations
  /// One tally a combination.
  public private(set) var tallies: TallyTable
  public private(set) var inputs: Inputs
  public private(set) var weighted: Bool
  public private(set) var threshold: Double

  public var overall: Tally { tallies.reduce(into: Tally()) { $0 += $1 } }
  public var rows: Int { tallies.rows.reduce(SIMD4<Int>.zero, &+).wrappedSum() }
  /// Bins of the score histograms; 0 without.
  public var scoreBins: Int { (tallies.first?.scores?.histogram.count ?? 0) / 2 }

  public init(
    attributes: [String], levels: [[String]], combinations: some Sequence<[Int]>,
    tallies: some Sequence<Tally>, inputs: Inputs, weighted: Bool, threshold: Double
  ) {
    self.init(
      attributes: attributes, levels: levels,
      combinations: Combinations(combinations, width: attributes.count),
      tallies: TallyTable(tallies), inputs: inputs, weighted: weighted, threshold: threshold)
  }

  init(
    attributes: [String], levels: [[String]], combinations: Combinations, tallies: TallyTable,
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

  /// Groups of a choice of attributes, with their tallies.
  public struct Marginal: Sendable, Equatable {
    /// One level number for each chosen attribute.
    public let combinations: [[Int]]
    public let names: [String]
    public let tallies: [Tally]
  }

  /// The tallies of one attribute's groups, or of the observed groups of a cross.
  public func marginal(of chosen: [Int]) -> Marginal {
    precondition(!chosen.isEmpty, "a marginal needs an attribute")
    let sizes = chosen.map { max(1, levels[$0].count) }
    let (keys, tallies) =
      MixedRadix(sizes, limit: Self.marginalLimit).map { numbered(chosen, $0) } ?? keyed(chosen)
    if chosen.count == 1 {
      let places = Dictionary(uniqueKeysWithValues: zip(keys.map { $0[0] }, tallies))
      let count = levels[chosen[0]].count
      return Marginal(
        combinations: (0..<count).map { [$0] }, names: levels[chosen[0]],
        tallies: (0..<count).map { places[$0] ?? Tally() })
    }
    return Marginal(
      combinations: keys,
      names: GroupIndex.crossNames(keys.map { key in zip(chosen, key).map { levels[$0][$1] } }),
      tallies: tallies)
  }

  /// Up to this many possible groups are summed into a table.
  static let marginalLimit = 1 << 18

  /// The groups that hold something, in increasing order, through a table of all possible ones.
  private func numbered(_ chosen: [Int], _ radix: MixedRadix) -> ([[Int]], [Tally]) {
    var sums = TallySums(count: radix.count, like: tallies)
    for k in combinations.indices {
      var number = 0
      for (attribute, stride) in zip(chosen, radix.strides) {
        number += stride * combinations[k, attribute]
      }
      sums.add(k, of: tallies, at: number)
    }
    let found = (0..<radix.count).filter { sums.isTouched[$0] }
    return (found.map { radix.digits(of: $0) }, found.map { sums[$0] })
  }

  /// The same through a dictionary.
  private func keyed(_ chosen: [Int]) -> ([[Int]], [Tally]) {
    var sums: [[Int]: Tally] = [:]
    for k in combinations.indices {
      sums[chosen.map { combinations[k, $0] }, default: Tally()] += tallies[k]
    }
    let keys = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    return (keys, keys.map { sums[$0]! })
  }

  /// The counts within each observed combination of some attributes, over the other attributes.
  public func strata(of controls: [Int]) -> [(levels: [Int], counts: OutcomeCounts)] {
    let others = attributes.indices.filter { !controls.contains($0) }
    var members: [[Int]: [Int]] = [:]
    for index in combinations.indices {
      members[controls.map { combinations[index, $0] }, default: []].append(index)
    }
    return members.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { stratum in
      let inside = members[stratum]!
      return (
        stratum,
        OutcomeCounts(
          attributes: others.map { attributes[$0] }, levels: others.map { levels[$0] },
          combinations: inside.lazy.map { index in others.map { combinations[index, $0] } },
          tallies: inside.lazy.map { tallies[$0] }, inputs: inputs, weighted: weighted,
          threshold: threshold)
      )
    }
  }

  /// The counts over some of the attributes alone.
  public func projected(to chosen: [Int]) -> OutcomeCounts {
    if chosen == Array(attributes.indices) { return self }
    let part = marginal(of: chosen)
    let kept = part.tallies.indices.filter { part.tallies[$0].rowCount > 0 }
    return OutcomeCounts(
      attributes: chosen.map { attributes[$0] }, levels: chosen.map { levels[$0] },
      combinations: kept.lazy.map { part.combinations[$0] },
      tallies: kept.lazy.map { part.tallies[$0] },
      inputs: inputs, weighted: weighted, threshold: threshold)
  }

  /// Adds the counts of other rows with the same attributes. New levels are taken in.
  ///
  /// When the levels differ, the union is kept in code-point order.
  ///
  /// - Throws: `CountingError.incompatible` when the attributes, the kinds of columns, the threshold
  ///   or the bins of the scores differ; nothing is added then.
  public mutating func merge(_ other: OutcomeCounts) throws(CountingError) {
    try checkMergeable(with: other)
    let union = zip(levels, other.levels).map { a, b in
      a == b ? a : Set(a + b).sorted(by: Self.inCodePointOrder)
    }
    let both = [self, other].map { $0.renumbered(to: union) }
    var sums: [[Int]: Tally] = [:]
    for part in both {
      for (key, tally) in part { sums[key, default: Tally()] += tally }
    }
    levels = union
    let keys = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    combinations = Combinations(keys, width: attributes.count)
    tallies = TallyTable(keys.lazy.map { sums[$0]! })
    if !other.inputs.contains(.probabilities) { inputs.remove(.probabilities) }
  }

  private func checkMergeable(with other: OutcomeCounts) throws(CountingError) {
    func differ(_ what: String, _ a: some Any, _ b: some Any) -> CountingError {
      .incompatible("\(what) differ: \(a) and \(b)")
    }
    guard attributes == other.attributes else {
      throw differ("attributes", attributes, other.attributes)
    }
    guard inputs.union(.probabilities) == other.inputs.union(.probabilities) else {
      throw differ("kinds of columns", inputs.names, other.inputs.names)
    }
    guard weighted == other.weighted else { throw .incompatible("only one of both has weights") }
    guard threshold == other.threshold else {
      throw differ("thresholds", threshold, other.threshold)
    }
    guard tallies.isEmpty || other.tallies.isEmpty || scoreBins == other.scoreBins else {
      throw differ("numbers of score bins", scoreBins, other.scoreBins)
    }
  }

  /// The tallies with level numbers that refer to other lists of levels, which hold all of ours.
  func renumbered(to union: [[String]]) -> [([Int], Tally)] {
    let number = zip(levels, union).map { old, new in
      let place = Dictionary(uniqueKeysWithValues: new.enumerated().map { ($1, $0) })
      return old.map { place[$0] ?? -1 }
    }
    return zip(combinations, tallies).map { key, tally in
      (zip(number, key).map { $0[$1] }, tally)
    }
  }

  /// The same counts with the levels of each attribute in another order, which lists all of them.
  public func reordered(to lists: [[String]]) -> OutcomeCounts {
    guard lists != levels else { return self }
    let rows = renumbered(to: lists).sorted { $0.0.lexicographicallyPrecedes($1.0) }
    return OutcomeCounts(
      attributes: attributes, levels: lists, combinations: rows.map(\.0), tallies: rows.map(\.1),
      inputs: inputs, weighted: weighted, threshold: threshold)
  }

  static func inCodePointOrder(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
  }
}

/// Numbers of combinations: the last digit changes fastest.
struct MixedRadix {
  let sizes: [Int]
  let strides: [Int]
  let count: Int

  /// Nil when there are more combinations than the limit.
  init?(_ sizes: [Int], limit: Int) {
    var strides = Array(repeating: 1, count: sizes.count), product = 1
    for a in sizes.indices.reversed() {
      strides[a] = product
      let (value, overflow) = product.multipliedReportingOverflow(by: sizes[a])
      guard !overflow, value <= limit else { return nil }
      product = value
    }
    self.sizes = sizes
    self.strides = strides
    count = product
  }

  func digits(of number: Int) -> [Int] { zip(strides, sizes).map { number / $0 % $1 } }
}
