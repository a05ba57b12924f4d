import Criteria
import Datasets

extension MethodOption {
  static let criterionName = "criterion"

  /// What methods called this option before it had one name.
  fileprivate static let formerNames = [
    "constraint", "penalty", "rate", "statistic", "metric", "cost",
  ]

  /// The criterion that a text names, where this is the option of a method that does not offer it.
  func criterionElsewhere(_ text: String) -> Criterion? {
    formerName.flatMap { Self.formerNames.contains($0) ? Criterion.named(text) : nil }
  }

  fileprivate static func spellings(of criteria: [Criterion]) -> [String: Synonym] {
    var synonyms: [String: Synonym] = [:]
    for criterion in criteria {
      for spelling in criterion.spellings where spelling != criterion.name {
        synonyms[spelling] = Synonym(value: criterion.name)
      }
    }
    return synonyms
  }
}

extension OptionAliases {
  /// The names and values that the option of a criterion had.
  static func criterionAliases(
    _ offered: [Criterion], formerName: String, synonyms: [String: OptionSynonym] = [:]
  ) -> Self {
    Self(
      formerName: formerName,
      otherNames: MethodOption.formerNames.filter { $0 != formerName },
      synonyms: MethodOption.spellings(of: offered).merging(synonyms) { _, own in own })
  }

}

extension OptionRecord {
  /// The option of every method that makes something alike: which criterion.
  ///
  /// - Parameters:
  ///   - offered: what the method can make alike.
  ///   - formerName: what the method called the option before.
  ///   - synonyms: spellings of the method's own, beside those of the criteria.
  static func criterion(
    _ path: WritableKeyPath<Root, Criterion> & Sendable, of offered: [Criterion],
    formerName: String, synonyms: [String: OptionSynonym] = [:], _ help: String
  ) -> Self {
    let name = MethodOption.criterionName, kind = OptionKind.choice(offered.map(\.name))
    return OptionRecord(
      name, kind, help,
      set: { root, input throws(DataError) in
        root[keyPath: path] =
          Criterion.named(try kind.text(input, name)) ?? root[keyPath: path]
      }, get: { .text($0[keyPath: path].name) }
    ).spelled(.criterionAliases(offered, formerName: formerName, synonyms: synonyms))
  }

  /// An option that names a rate of decisions.
  static func rate(
    _ name: String, _ path: WritableKeyPath<Root, Rate> & Sendable, _ help: String
  ) -> Self {
    let kind = OptionKind.choice(Rate.ofDecisions.map(\.name))
    var synonyms: [String: OptionSynonym] = [:]
    for rate in Rate.ofDecisions {
      for alias in rate.aliases { synonyms[alias] = OptionSynonym(value: rate.name) }
    }
    return OptionRecord(
      name, kind, help,
      set: { root, input throws(DataError) in
        root[keyPath: path] = Rate.named(try kind.text(input, name)) ?? root[keyPath: path]
      }, get: { .text($0[keyPath: path].name) }
    ).spelled(OptionAliases(synonyms: synonyms))
  }
}

extension Criterion {
  /// The rate of a criterion that a method took for it has only one.
  var onlyRate: Rate {
    guard let rate else { preconditionFailure("a criterion of one rate") }
    return rate
  }
}

extension MethodOptions {
  /// The criterion of a method that takes one, the first where it takes several; nil where the value
  /// is none of rates.
  public var criterion: Criterion? {
    guard case .text(let text)? = values[MethodOption.criterionName] else { return nil }
    return Criterion.named(MethodOption.bounds(in: text).first?.name ?? text)
  }
}
