import Criteria
import Datasets

extension CountedFrame {
  /// The groups of a choice of attributes with their sums: all levels of one, the observed of a cross.
  func members(_ choice: [Int]) -> [(name: String, tally: Sum)] {
    let sums = sums(by: choice)
    if choice.count == 1 {
      return levels[choice[0]].indices.map { (levels[choice[0]][$0], sums[[$0]] ?? empty) }
    }
    let keys = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let names = GroupIndex.crossNames(keys.map { key in zip(choice, key).map { levels[$0][$1] } })
    return zip(names, keys).map { ($0, sums[$1]!) }
  }

  /// How many rows of each attribute have no known value.
  func unknown(
    _ options: AuditOptions, size: (Sum) -> (rows: Int, weight: Double)
  ) -> [UnknownRows] {
    attributes.indices.map { a in
      let found = members([a]).filter { options.isUnknown($0.name, of: attributes[a]) }
        .map { size($0.tally) }
      return UnknownRows(
        attribute: attributes[a], rows: found.reduce(0) { $0 + $1.rows },
        weight: found.reduce(0) { $0 + $1.weight }, policy: options.unknown.rawValue)
    }
  }
}

/// The reference group of audits whose metrics are no rates.
enum TaskReference {
  /// Throws for a group or an attribute that there is not.
  static func check(
    _ options: AuditOptions, _ attributes: [String], _ levels: [[String]]
  ) throws(AuditError) {
    guard case .named(let names) = options.reference else { return }
    for (attribute, group) in names.sorted(by: { $0.key < $1.key }) {
      guard let place = attributes.firstIndex(of: attribute) else {
        throw .unknownAttribute(attribute, known: attributes)
      }
      guard levels[place].contains(group) else {
        throw .unknownReference(group: group, attribute: attribute, known: levels[place])
      }
    }
  }

  /// The reference's name; nil for none and for rules that go by metric.
  static func name(
    _ options: AuditOptions, _ attribute: String, _ groups: [(name: String, weight: Double)]
  ) -> String? {
    switch options.reference {
    case .none, .leastOfMetric, .greatestOfMetric: return nil
    case .named(let names): return names[attribute]
    case .largest:
      guard let first = groups.first else { return nil }
      return groups.reduce(first) { $1.weight > $0.weight ? $1 : $0 }.name
    }
  }
}
