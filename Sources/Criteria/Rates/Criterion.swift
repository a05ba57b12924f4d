/// Rates that are to be alike between groups: what every option, metric and report calls by one name.
///
/// A method makes a criterion's rates alike in its own way, within a difference, a ratio or a
/// penalty; the criterion alone says which rates.
public struct Criterion: Sendable {
  /// The name in options, the same in every interface.
  public let name: String
  /// Other names in use. Those of a single rate are names of its criterion too.
  public let aliases: [String]
  public let rates: [Rate]
  /// What it makes alike, in one sentence.
  public let summary: String
  public let source: String

  public init(
    _ name: String, aliases: [String] = [], _ rates: [Rate], _ summary: String, source: String
  ) {
    precondition(!rates.isEmpty, "a criterion is about rates")
    self.name = name
    self.aliases = aliases
    self.rates = rates
    self.summary = summary
    self.source = source
  }

  /// The criterion of any of its spellings; dashes stand for underscores.
  public static func named(_ text: String) -> Criterion? {
    bySpelling[text.replacing("-", with: "_")]
  }

  private static let bySpelling = Dictionary(
    uniqueKeysWithValues: all.flatMap { one in one.spellings.map { ($0, one) } })

  /// Every text that names the criterion, the name first: its aliases and those of its only rate,
  /// each also as a parity, a difference or a ratio, as metrics are called.
  public var spellings: [String] {
    var words = [name] + aliases
    if let rate { words += [rate.name] + rate.aliases }
    var seen: Set<String> = []
    return words.flatMap { word in
      [word] + Self.endings.filter { !word.hasSuffix($0) }.map { word + $0 }
    }.filter { seen.insert($0).inserted }
  }

  private static let endings = ["_parity", "_difference", "_ratio", ".difference", ".ratio"]
}

extension Criterion: Hashable {
  public static func == (left: Criterion, right: Criterion) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Criterion: CustomStringConvertible {
  public var description: String { name }
}

/// What follows from the rates.
extension Criterion {
  /// The only rate; nil where there are several.
  public var rate: Rate? { rates.count == 1 ? rates[0] : nil }

  /// Whether every rate is linear in decisions, as constraints on sums over cells need.
  public var isLinear: Bool { rates.allSatisfy(\.isLinear) }

  /// Whether each rate counts one decision in the rows of one label or of all, as a mean of
  /// predictions does.
  public var comparesPredictions: Bool { rates.allSatisfy { $0.countedPrediction != nil } }

  /// The labels, 0 or 1, that rows of every group must have for the rates to exist.
  public var labelsNeeded: Set<Int> { rates.reduce(into: []) { $0.formUnion($1.labelsNeeded) } }

  /// The metric whose disparity says how far apart groups are: the rate's, or the criterion's own
  /// where it joins several.
  public var metric: String { rate?.name ?? name }

  /// What fits report of it: a rate that they leave out lies as far apart as its complement.
  public var disparity: String {
    var metric = metric
    if let rate, !Rate.ofFits.contains(rate), let rest = rate.complement,
      Rate.ofFits.contains(rest)
    {
      metric = rest.name
    }
    return metric + ".difference"
  }
}

extension Rate {
  /// The rates between groups that every fit reports.
  public static let ofFits: [Rate] = [
    selectionRate, truePositiveRate, falsePositiveRate, falseNegativeRate, trueNegativeRate,
    precision, accuracy,
  ]
}
