/// What counts as positive: of the label, and of the decisions.
///
/// Which value is positive decides what every rate is a rate of, so every document names it.
public struct PositiveValues: Sendable, Equatable, Codable {
  /// A column with its positive value.
  public struct Value: Sendable, Equatable, Codable {
    public var column: String
    public var value: String

    public init(column: String, value: String) {
      self.column = column
      self.value = value
    }
  }

  public var label: Value?
  public var decision: Value?

  public init(label: Value? = nil, decision: Value? = nil) {
    self.label = label
    self.decision = decision
  }

  public var isEmpty: Bool { label == nil && decision == nil }

  /// One sentence a column, which names the option that changes it.
  public var sentences: [Phrase] {
    var sentences: [Phrase] = []
    if let label {
      sentences.append(
        """
        label \(label.column): positive is '\(label.value)' (\(option: "positive") changes that)
        """)
    }
    if let decision {
      sentences.append(
        """
        decision \(decision.column): positive is '\(decision.value)' \
        (\(option: "selected") changes that)
        """)
    }
    return sentences
  }
}

extension FeatureEncoder {
  /// The label that a model was fitted to, with its positive value.
  public var positives: PositiveValues {
    guard let label, let positive else { return PositiveValues() }
    return PositiveValues(label: .init(column: label, value: positive))
  }
}
