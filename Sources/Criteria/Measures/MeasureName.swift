import Datasets

/// What a number of an audit or a fit is called: `accuracy_score`, `selection_rate.difference`,
/// `sex.selection_rate.ratio`.
///
/// One parser reads the names of gates, of `--disparity`, of pipelines and of documents. Other names
/// in use for the same number are read as well: `disparate_impact`, `tpr.difference`,
/// `equal_opportunity_difference`. A name in Swift is `.selectionRate.difference.of("sex")`.
public struct MeasureName: Sendable, Hashable {
  /// The attribute whose groups are compared; nil: the worst of all attributes.
  public var attribute: String?
  /// A name of an audit's metrics.
  public var metric: String
  /// How groups are compared; nil: the metric of all rows.
  public var kind: DisparityKind?

  public init(_ metric: String, _ kind: DisparityKind?, attribute: String? = nil) {
    self.metric = metric
    self.kind = kind
    self.attribute = attribute
  }

  /// Reads `[ATTRIBUTE.]METRIC[.difference|.ratio]` and its other spellings. A name that is not known
  /// is kept as it is; `advice` says so.
  public init(_ text: String) {
    self = Self.plain(text) ?? Self.ofAttribute(text) ?? Self.unknown(text)
  }

  /// Whether audits or fits have such a number.
  public var isKnown: Bool { MeasureAliases.metrics.contains(metric) }

  /// What to say of a name that is not known; nil for one that is.
  public var advice: String? {
    guard !isKnown else { return nil }
    return "no metric '\(metric)'"
      + NearestName.suggestion(for: metric, among: MeasureAliases.offered)
  }

  /// Whether a name is that of a criterion alone: of several groups, without saying how they are
  /// compared.
  public static func isCriterion(_ text: String) -> Bool {
    MeasureAliases.criteria[text] != nil && Metrics.named(text) == nil
      && MeasureAliases.comparisons[text] == nil
  }

  // MARK: Reading

  /// A name without an attribute.
  private static func plain(_ text: String) -> MeasureName? {
    if let comparison = MeasureAliases.comparisons[text] { return comparison }
    if let metric = MeasureAliases.metric(text) { return MeasureName(metric, nil) }
    for kind in DisparityKind.allCases {
      for end in [".", "_"].map({ $0 + kind.rawValue }) where text.hasSuffix(end) {
        if let metric = MeasureAliases.metric(String(text.dropLast(end.count))) {
          return MeasureName(metric, kind)
        }
      }
    }
    return nil
  }

  /// A name after an attribute, which may have dots: the longest name that is known counts.
  private static func ofAttribute(_ text: String) -> MeasureName? {
    for dot in text.indices where text[dot] == "." && dot > text.startIndex {
      guard var name = plain(String(text[text.index(after: dot)...])) else { continue }
      name.attribute = GroupIndex.crossName(String(text[..<dot]))
      return name
    }
    return nil
  }

  private static func unknown(_ text: String) -> MeasureName {
    for kind in DisparityKind.allCases where text.hasSuffix("." + kind.rawValue) {
      let parts = text.dropLast(kind.rawValue.count + 1).split(
        separator: ".", omittingEmptySubsequences: false)
      let attribute = parts.dropLast().joined(separator: ".")
      return MeasureName(
        String(parts.last ?? ""), kind, attribute: attribute.isEmpty ? nil : attribute)
    }
    return MeasureName(text, nil)
  }
}

extension MeasureName: CustomStringConvertible, ExpressibleByStringLiteral {
  public var description: String {
    [attribute, metric, kind?.rawValue].compactMap { $0 }.joined(separator: ".")
  }

  public init(stringLiteral text: String) { self.init(text) }
}

extension MeasureName: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension MeasureName {
  /// Largest − smallest between groups.
  public var difference: MeasureName { MeasureName(metric, .difference, attribute: attribute) }
  /// Smallest / largest between groups.
  public var ratio: MeasureName { MeasureName(metric, .ratio, attribute: attribute) }

  /// Of the groups of one attribute.
  public func of(_ attribute: String?) -> MeasureName {
    MeasureName(metric, kind, attribute: attribute)
  }

  public static let accuracy = MeasureName("accuracy_score", nil)
  public static let areaUnderCurve = MeasureName("roc_auc_score", nil)
  public static let selectionRate = MeasureName("selection_rate", nil)
  public static let truePositiveRate = MeasureName("true_positive_rate", nil)
  public static let falsePositiveRate = MeasureName("false_positive_rate", nil)
  public static let falseNegativeRate = MeasureName("false_negative_rate", nil)
  public static let trueNegativeRate = MeasureName("true_negative_rate", nil)
  public static let precision = MeasureName("precision_score", nil)
  public static let equalOpportunity = MeasureName("equal_opportunity", nil)
  public static let equalizedOdds = MeasureName("equalized_odds", nil)
  public static let averageOdds = MeasureName("average_odds", nil)
  public static let meanPrediction = MeasureName("mean_prediction", nil)
  public static let meanError = MeasureName("mean_error", nil)
  public static let meanAbsoluteError = MeasureName("mean_absolute_error", nil)
  public static let meanSquaredError = MeasureName("mean_squared_error", nil)
}
