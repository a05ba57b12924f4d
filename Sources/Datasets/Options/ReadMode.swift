/// What a reader is to make of a table, besides the roles of its columns.
public struct ReadMode: Equatable, Sendable {
  /// Columns that are neither features nor sensitive but wanted as numbers: scores, chances.
  public var numbers: [String]
  /// False packs no features: an audit needs none.
  public var packsFeatures: Bool
  /// The rows are counted and nothing is fitted: one group will do, and crosses may have any number.
  public var countsOnly: Bool
  /// Whether values of features are missing is told, whatever the values are.
  public var tellsMissing: Bool
  /// Rows without a label are left out, whatever is done with other missing values.
  public var leavesOutUnlabelled: Bool
  /// A table without the label's column is read without labels.
  public var labelIsOptional = false
  /// Rows whose label is missing stay, with ``unknownLabel`` for a label.
  public var keepsUnknownLabels = false
  /// The rows are one part of several: they may be none, and all of one group or label.
  public var isPart = false
  /// What decisions of a part of the rows mean; nil: they are not read.
  public var decided: DecisionMeaning?
  /// Columns that are kept as texts, by record, to be written beside results.
  public var texts: [String] = []
  /// Whether the identifier is kept as well, before the others.
  public var keepsIdentifier = false

  /// The label of a row that has none.
  public static let unknownLabel = UInt8.max

  public init(
    numbers: [String] = [], packsFeatures: Bool = true, countsOnly: Bool = false,
    tellsMissing: Bool = false, leavesOutUnlabelled: Bool = false
  ) {
    self.numbers = numbers
    self.packsFeatures = packsFeatures
    self.countsOnly = countsOnly
    self.tellsMissing = tellsMissing
    self.leavesOutUnlabelled = leavesOutUnlabelled
  }
}

extension DataOptions {
  /// The columns that are kept as texts, each once.
  var keptTexts: [String] {
    var seen = Set<String>()
    let first = mode.keepsIdentifier ? [identifier].compactMap(\.self) : []
    return (first + mode.texts).filter { seen.insert($0).inserted }
  }
}
