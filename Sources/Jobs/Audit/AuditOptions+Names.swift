import Auditing
import Datasets

extension AuditOptions.Reference {
  /// Rules by their names.
  public static let rules: [(name: String, rule: AuditOptions.Reference)] = [
    ("none", .none), ("largest", .largest), ("least-of-metric", .leastOfMetric),
    ("greatest-of-metric", .greatestOfMetric),
  ]

  /// One rule, or groups as `column=group`.
  init(named texts: [String]) throws(JobError) {
    if texts.isEmpty {
      self = .none
      return
    }
    if texts.count == 1, let rule = Self.rules.first(where: { $0.name == texts[0] }) {
      self = rule.rule
      return
    }
    var named: [String: String] = [:]
    for text in texts {
      guard let sign = text.firstIndex(of: "=") else {
        throw .usage("\(set: "reference", text): expected COLUMN=GROUP or a rule")
      }
      let column = String(text[..<sign]), group = String(text[text.index(after: sign)...])
      let isCross = column.contains("*")
      named[GroupIndex.crossName(column)] = isCross ? GroupIndex.crossName(group) : group
    }
    self = .named(named)
  }
}

extension AuditOptions.Ranking {
  /// `exact`, `histogram` or `histogram:BINS`.
  init(named text: String) throws(JobError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts[0], parts.count) {
    case ("exact", 1):
      self = .exact
      return
    case ("histogram", 1):
      self = .histogram(bins: AuditOptions.defaultBins)
      return
    case ("histogram", 2):
      if let bins = Int(parts[1]), (1...AuditOptions.largestBins).contains(bins) {
        self = .histogram(bins: bins)
        return
      }
    default: break
    }
    throw .usage(
      """
      \(set: "ranking", text): expected exact, histogram or histogram:BINS with at most \
      \(AuditOptions.largestBins) bins
      """)
  }
}

/// Options that several jobs have.
extension OptionRecord {
  static func confidence(_ path: WritableKeyPath<Root, Double> & Sendable) -> Self {
    .number("confidence", path, in: OptionKind.openShare, "Level of the intervals.")
  }

  static func intersections(_ path: WritableKeyPath<Root, Int> & Sendable) -> Self {
    .integer(
      "intersections", path, in: 1...Int.max, "Looks at all crosses of up to this many attributes.")
  }
}
