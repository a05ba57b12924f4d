/// The values of a label that has more than two, and what may be done about them.
struct LabelValues {
  private let values: [LabelValue]

  init(_ values: [LabelValue]) { self.values = values }

  /// Values that a message names.
  private static let toldValues = 5
  /// Values beside the two most frequent ones are mistakes where they are at most this share.
  private static let mistakeShare = 0.05

  var told: String {
    guard !values.isEmpty else { return "" }
    let names = values.prefix(Self.toldValues).map { "'\($0.name)' (\($0.rows))" }
    let told =
      ": " + names.joined(separator: ", ") + (values.count > Self.toldValues ? ", …" : "")
    return told + (values.allSatisfy { DateText.isDate($0.name) } ? "; they look like dates" : "")
  }

  /// Spellings of one value, the most frequent value first.
  private var spellings: [[LabelValue]] {
    Dictionary(grouping: values) { FoldedText.of($0.name) }.values.sorted {
      (Self.rows($1), $0[0].name) < (Self.rows($0), $1[0].name)
    }
  }

  private static func rows(_ values: [LabelValue]) -> Int { values.reduce(0) { $0 + $1.rows } }

  /// The values of few rows beside the two most frequent ones; none where they are many.
  private var odd: [LabelValue] {
    let others = spellings.dropFirst(2).flatMap(\.self)
    let isFew = Double(Self.rows(others)) <= Self.mistakeShare * Double(Self.rows(values))
    return isFew ? others : []
  }

  private var isSpelledDifferently: Bool { spellings.prefix(2).contains { $0.count > 1 } }

  func advice(_ file: String, _ column: String) -> Phrase {
    var parts: [Phrase] = []
    if !values.isEmpty, spellings.count == 2 || isSpelledDifferently && !odd.isEmpty {
      parts.append(
        "\(names: "fold", [column]) reads spellings that differ in capitals or blanks as one")
    }
    if let rare = odd.last {
      parts.append(
        """
        '\(rare.name)' is first in \(RowPlace(file: file, row: rare.firstRow).short); \
        \(names: "na", odd.map(\.name)) with \(set: "missing", "drop") leaves such rows out
        """)
    }
    parts.append("\(set: "positive", "VALUE") makes all others negative")
    return parts.dropFirst().reduce(parts[0]) { $0 + "; " + $1 }
  }

  /// What gives the label two values.
  func remedy(_ column: String) -> LabelRemedy {
    guard !values.isEmpty, spellings.count == 2 || !odd.isEmpty else {
      return LabelRemedy(folds: false, condition: nil)
    }
    let kept = spellings.prefix(2).flatMap(\.self).map { Self.quoted($0.name, "\"") }
    let condition = "\(Self.quoted(column, "`")) in {\(kept.joined(separator: ", "))}"
    return LabelRemedy(
      folds: isSpelledDifferently, condition: spellings.count > 2 ? condition : nil)
  }

  private static func quoted(_ text: String, _ mark: String) -> String {
    mark + text.replacing(mark, with: mark + mark) + mark
  }
}

/// What gives a label two values: other spellings read as one, and the rows with the two most frequent
/// ones; neither where the others are many, and one value must be said to be positive.
public struct LabelRemedy: Sendable, Equatable {
  public var folds: Bool
  /// The condition on the rows; nil for all.
  public var condition: String?

  public var needsPositive: Bool { !folds && condition == nil }
}
