import Equipoise

/// What the groups of an attribute are called in an output: whole, or each cut in one way.
///
/// The table of groups has the most room for them. Tables with less refer to its rows by number.
struct GroupNames {
  /// As sentences have it.
  private var short: [String: String] = [:]
  private var inGroups: [String: String] = [:]
  private var elsewhere: [String: String] = [:]

  static let whole = GroupNames()

  private init() {}

  /// - Parameters:
  ///   - names: all groups of the attribute.
  ///   - listed: the groups of the table of groups, in its order.
  ///   - named: the groups that other tables name.
  ///   - room: columns for a name in the table of groups.
  ///   - others: columns for a name in the others.
  init(_ names: [String], listed: [String], named: Set<String>, room: Int, others: Int) {
    var cut = ShortNames.fitted(names, columns: room)
    // What no other table names needs no room there.
    let isTight =
      Self.longest(zip(names, cut).filter { named.contains($0.0) }.map(\.1)) > others
    let isNumbered = isTight && named.isSubset(of: listed)
    // A number and a blank stand before the name.
    let digits = String(listed.count).count + 1
    if isNumbered {
      cut = ShortNames.fitted(names, columns: room - digits)
    } else if isTight {
      cut = ShortNames.fitted(names, columns: others)
    }
    short = Dictionary(zip(names, cut), uniquingKeysWith: { first, _ in first })
    inGroups = short
    elsewhere = short
    guard isNumbered else { return }
    for (place, name) in listed.enumerated() {
      elsewhere[name] = "\(place + 1)"
      inGroups[name] = "\(place + 1) " + (short[name] ?? name)
    }
  }

  private static func longest(_ names: [String]) -> Int {
    names.map(DisplayText.columns).max() ?? 0
  }

  /// Sentences wrap, so that only very long names are cut.
  func inSentence(_ name: String) -> String {
    let isShort = DisplayText.columns(of: name) <= Self.mostInSentence
    return DisplayText.name(isShort ? name : short[name] ?? name)
  }
  private static let mostInSentence = 24
  func inGroups(_ name: String) -> String { inGroups[name] ?? name }
  func elsewhere(_ name: String) -> String { elsewhere[name] ?? name }
}
