import Essentials

/// What to do with a missing value.
public enum MissingPolicy: String, CaseIterable, Codable, Sendable {
  case error
  /// The row stays: a category gets a level "(missing)"; a number becomes the mean, with a 0/1 column
  /// beside it.
  case keep
  /// The row is left out.
  case drop

  /// Spellings of former versions.
  static let formerNames = ["own-level": MissingPolicy.keep.rawValue]

  @available(*, deprecated, renamed: "keep")
  public static var ownLevel: MissingPolicy { .keep }
}

/// The roles of a table's columns, checked when a table is read with them.
///
/// ``table`` lists them once for every door: the command line, pipeline files, C and Python.
public struct DataOptions: Equatable, Sendable {
  public var label: String?
  /// The label's positive value; nil: the larger of two numbers, the favorable one of two outcomes in
  /// known words, or the later of two texts in code-point order.
  public var positive: String?
  /// A numeric column that is predicted in place of a label; no feature.
  public var target: String?
  /// Each name is an attribute of its own; `a*b` is the cross of two.
  public var sensitive: [String] = []
  /// Attributes whose combinations are the strata that constraints compare groups within; they
  /// stay features.
  public var controls: [String] = []
  /// Sensitive columns that are numbers and not groups; they are no features.
  public var continuous: [String] = []
  public var weights: String?
  /// A column that names each record: decisions drawn at random depend on nothing else of a row.
  public var identifier: String?
  /// A column of decisions, 0 and 1 or the values of the label; neither a feature.
  public var prediction: String?
  /// The positive value of decisions; nil: the label's where decisions are its values, else 1, true
  /// or yes.
  public var selected: String?
  public var drop: [String] = []
  public var categorical: [String] = []
  public var numeric: [String] = []
  /// Texts that mean a missing value, besides `DataOptions.usualMissing`.
  public var missingTexts: [String] = []
  /// Columns whose texts are read without capitals and doubled blanks: `Female ` is `female`.
  public var fold: [String] = []
  /// nil: kept in categories, an error in numbers.
  public var missing: MissingPolicy?
  /// Keeps sensitive columns among the features.
  public var useSensitive = false
  /// Ascending inner edges that make groups of a numeric column: `["age": [25, 40]]`.
  public var bins: [String: [Double]] = [:]
  /// Which rows are read; no part of a model.
  public var condition: RowCondition?
  /// How a text file is written; no part of a model.
  public var form = TextForm()
  /// What the reader makes of the table; no part of a model.
  public var mode = ReadMode()

  /// The empty text, and what spreadsheets, R, Python and SQL write for "no value".
  public static let usualMissing = [
    "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null",
  ]

  public init() {}

  public init(
    label: String? = nil, positive: String? = nil, target: String? = nil,
    sensitive: [String] = [], controls: [String] = [], weights: String? = nil,
    identifier: String? = nil, drop: [String] = [], categorical: [String] = [],
    numeric: [String] = [], missingTexts: [String] = [], missing: MissingPolicy? = nil,
    useSensitive: Bool = false, bins: [String: [Double]] = [:], prediction: String? = nil,
    continuous: [String] = [], mode: ReadMode = ReadMode()
  ) {
    self.label = label
    self.positive = positive
    self.target = target
    self.sensitive = sensitive
    self.controls = controls
    self.weights = weights
    self.identifier = identifier
    self.drop = drop
    self.categorical = categorical
    self.numeric = numeric
    self.missingTexts = missingTexts
    self.missing = missing
    self.useSensitive = useSensitive
    self.bins = bins
    self.prediction = prediction
    self.continuous = continuous
    self.mode = mode
  }

  var missingForNumbers: MissingPolicy { missing ?? .error }
  var missingForCategories: MissingPolicy { missing ?? .keep }

  /// Parses `age=25,40` as `--bins` spells it.
  public static func parseBins(_ text: String) throws(DataError) -> (
    column: String, edges: [Double]
  ) {
    guard let sign = text.lastIndex(of: "="), sign != text.startIndex else {
      throw .option("bins", value: text, "expected COLUMN=EDGE[,EDGE…]")
    }
    let pieces = text[text.index(after: sign)...].split(
      separator: ",", omittingEmptySubsequences: false)
    let edges = pieces.compactMap { Double($0) }
    guard edges.count == pieces.count, edges.allSatisfy(\.isFinite),
      zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw .option("bins", value: text, "edges must be numbers that ascend")
    }
    return (NameList.unquoted(text[..<sign].trimmingBlanks), edges)
  }
}

extension DataOptions {
  @available(*, deprecated, renamed: "mode.numbers")
  public var plain: [String] {
    get { mode.numbers }
    set { mode.numbers = newValue }
  }

  @available(*, deprecated, renamed: "mode.packsFeatures")
  public var packsFeatures: Bool {
    get { mode.packsFeatures }
    set { mode.packsFeatures = newValue }
  }

  @available(*, deprecated, renamed: "mode.countsOnly")
  public var countsOnly: Bool {
    get { mode.countsOnly }
    set { mode.countsOnly = newValue }
  }
}
