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
  public private(set) var combinations: [[Int]]
  /// One tally a combination.
  public private(set) var tallies: [Tally]
  public private(set) var inputs: Inputs
  public private(set) var weighted: Bool
  public private(set) var threshold: Double

  public var overall: Tally { tallies.reduce(into: Tally()) { $0 += $1 } }
  public var rows: Int { tallies.reduce(0) { $0 + $1.rowCount } }
  /// Bins of the score histograms; 0 without.
  public var scoreBins: Int { (tallies.first?.scores?.histogram.count ?? 0) / 2 }

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
    let sums = MarginalSums(sizes: chosen.map { levels[$0].count })
    var table = sums.emptyTable
    for (key, tally) in zip(combinations, tallies) {
      table.add(tally, at: sums.place(of: key, chosen))
    }
    if chosen.count == 1 {
      let count = levels[chosen[0]].count
      return Marginal(
        combinations: (0..<count).map { [$0] }, names: levels[chosen[0]],
        tallies: (0..<count).map { table[$0] ?? Tally() })
    }
    let observed = table.places
    let keys = observed.map { sums.combination(at: $0) }
    return Marginal(
      combinations: keys,
      names: GroupIndex.crossNames(keys.map { key in zip(chosen, key).map { levels[$0][$1] } }),
      tallies: observed.map { table[$0]! })
  }

  /// The counts within each observed combination of some attributes, over the other attributes.
  public func strata(of controls: [Int]) -> [(levels: [Int], counts: OutcomeCounts)] {
    let others = attributes.indices.filter { !controls.contains($0) }
    var members: [[Int]: [Int]] = [:]
    for (index, key) in combinations.enumerated() {
      members[controls.map { key[$0] }, default: []].append(index)
    }
    return members.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { stratum in
      let inside = members[stratum]!
      return (
        stratum,
        OutcomeCounts(
          attributes: others.map { attributes[$0] }, levels: others.map { levels[$0] },
          combinations: inside.map { index in others.map { combinations[index][$0] } },
          tallies: inside.map { tallies[$0] }, inputs: inputs, weighted: weighted,
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
      combinations: kept.map { part.combinations[$0] }, tallies: kept.map { part.tallies[$0] },
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
    combinations = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    tallies = combinations.map { sums[$0]! }
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

  static func inCodePointOrder(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
  }
}

/// Sums by a mixed-radix place: a table when there are few places, else a dictionary.
private struct MarginalSums {
  /// Up to this many places a table is taken.
  static let tableLimit = 1 << 16
  let sizes: [Int]

  struct Table {
    var dense: [Tally?]
    var sparse: [[Int]: Tally] = [:]

    mutating func add(_ tally: Tally, at place: Place) {
      switch place {
      case .number(let number):
        if dense[number] == nil { dense[number] = tally } else { dense[number]! += tally }
      case .key(let key): sparse[key, default: Tally()] += tally
      }
    }

    subscript(number: Int) -> Tally? { dense.isEmpty ? sparse[[number]] : dense[number] }
    subscript(place: Place) -> Tally? {
      switch place {
      case .number(let number): dense[number]
      case .key(let key): sparse[key]
      }
    }

    /// Places that hold something, in increasing order of the combination.
    var places: [Place] {
      guard dense.isEmpty else {
        return dense.indices.filter { dense[$0] != nil }.map { .number($0) }
      }
      return sparse.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { .key($0) }
    }
  }

  enum Place {
    case number(Int)
    case key([Int])
  }

  private var places: Int? {
    var product = 1
    for size in sizes {
      product *= max(1, size)
      if product > Self.tableLimit { return nil }
    }
    return product
  }

  var emptyTable: Table { Table(dense: Array(repeating: nil, count: places ?? 0)) }

  func place(of key: [Int], _ chosen: [Int]) -> Place {
    guard places != nil else { return .key(chosen.map { key[$0] }) }
    var number = 0
    for (c, size) in zip(chosen, sizes) { number = number * max(1, size) + key[c] }
    return .number(number)
  }

  func combination(at place: Place) -> [Int] {
    switch place {
    case .key(let key): return key
    case .number(let number):
      var rest = number
      return sizes.reversed().map { size in
        defer { rest /= max(1, size) }
        return rest % max(1, size)
      }.reversed()
    }
  }
}
