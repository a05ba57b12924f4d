/// What to do with a missing value.
public enum MissingPolicy: String, CaseIterable, Codable, Sendable {
  case error
  /// A category gets a level "missing"; a number becomes the mean, with a 0/1 column beside it.
  case ownLevel = "own-level"
  /// The row is left out.
  case drop
}

/// Which columns of a table are what: the data options of the command line, checked when a table
/// is read with them.
public struct DataOptions: Codable, Equatable, Sendable {
  public var label: String?
  /// The label's positive value; nil: the larger of two numbers, or the later of two texts in
  /// code-point order.
  public var positive: String?
  /// A numeric column that is predicted in place of a label; no feature.
  public var target: String?
  /// Each name is an attribute of its own; `a*b` is the cross of two.
  public var sensitive: [String]
  /// Attributes whose combinations are the strata that constraints compare groups within; they
  /// stay features.
  public var controls: [String]
  public var weights: String?
  /// A column that names each record: decisions drawn at random depend on nothing else of a row.
  public var identifier: String?
  public var drop: [String]
  public var categorical: [String]
  public var numeric: [String]
  /// Texts that mean a missing value, besides `DataOptions.usualMissing`.
  public var missingTexts: [String]
  /// nil: own level for categories, error for numbers.
  public var missing: MissingPolicy?
  /// Keeps sensitive columns among the features.
  public var useSensitive: Bool
  /// Ascending inner edges that make groups of a numeric column: `["age": [25, 40]]`.
  public var bins: [String: [Double]]
  /// Columns that are neither features nor sensitive but wanted as numbers: predictions, scores.
  public var plain: [String]
  /// A column of decisions, 0 and 1 or the values of the label; neither a feature.
  public var prediction: String?
  /// Sensitive columns that are numbers and not groups; they are no features.
  public var continuous: [String]
  /// False packs no features: an audit needs none.
  public var packsFeatures: Bool
  /// The rows are counted and nothing is fitted: one group will do, and crosses may have any number.
  public var countsOnly: Bool

  /// The empty text, and what spreadsheets, R, Python and SQL write for "no value".
  public static let usualMissing = [
    "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null",
  ]

  public init(
    label: String? = nil, positive: String? = nil, target: String? = nil,
    sensitive: [String] = [], controls: [String] = [], weights: String? = nil,
    identifier: String? = nil,
    drop: [String] = [], categorical: [String] = [],
    numeric: [String] = [], missingTexts: [String] = [], missing: MissingPolicy? = nil,
    useSensitive: Bool = false, bins: [String: [Double]] = [:], plain: [String] = [],
    prediction: String? = nil, continuous: [String] = [], packsFeatures: Bool = true,
    countsOnly: Bool = false
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
    self.plain = plain
    self.prediction = prediction
    self.continuous = continuous
    self.packsFeatures = packsFeatures
    self.countsOnly = countsOnly
  }

  /// Options that a file was written without have their defaults: files outlive versions.
  public init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
      try file.decodeIfPresent(Value.self, forKey: key) ?? usual
    }
    let usual = DataOptions()
    self.init(
      label: try value(.label, usual.label), positive: try value(.positive, usual.positive),
      target: try value(.target, usual.target),
      sensitive: try value(.sensitive, usual.sensitive),
      controls: try value(.controls, usual.controls), weights: try value(.weights, usual.weights),
      identifier: try value(.identifier, usual.identifier), drop: try value(.drop, usual.drop),
      categorical: try value(.categorical, usual.categorical),
      numeric: try value(.numeric, usual.numeric),
      missingTexts: try value(.missingTexts, usual.missingTexts),
      missing: try value(.missing, usual.missing),
      useSensitive: try value(.useSensitive, usual.useSensitive),
      bins: try value(.bins, usual.bins), plain: try value(.plain, usual.plain),
      prediction: try value(.prediction, usual.prediction),
      continuous: try value(.continuous, usual.continuous),
      packsFeatures: try value(.packsFeatures, usual.packsFeatures),
      countsOnly: try value(.countsOnly, usual.countsOnly))
  }

  var missingForNumbers: MissingPolicy { missing ?? .error }
  var missingForCategories: MissingPolicy { missing ?? .ownLevel }

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
    return (String(text[..<sign]), edges)
  }
}
