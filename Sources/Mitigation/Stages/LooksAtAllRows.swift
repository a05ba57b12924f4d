import Models

extension Predictor {
  /// Whether what is said of a row depends on the other rows that are predicted with it.
  public var looksAtAllRows: Bool {
    switch self {
    case let outer as PreprocessedPredictor: outer.base.looksAtAllRows
    case let outer as UnknownGroupPredictor: outer.base.looksAtAllRows
    case let outer as PostprocessedPredictor:
      outer.rule.rule is RankingRule || outer.base.looksAtAllRows
    default: false
    }
  }
}
