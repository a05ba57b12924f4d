/// Which of a label's values is positive where nobody says.
struct LabelOrder {
  var positive: String
  /// Whether nothing but the order of two texts tells.
  var isGuess: Bool

  /// The larger of two numbers; of two outcomes in known words the favorable one; else the later of
  /// texts in code-point order.
  ///
  /// - Parameter values: at least one, in code-point order.
  init(_ values: [String]) {
    isGuess = false
    let numbers = values.compactMap { Double($0) }
    guard numbers.count < values.count else {
      positive = zip(values, numbers).max { $0.1 < $1.1 }!.0
      return
    }
    positive = values.last!
    guard values.count == 2 else { return }
    if let favorable = OutcomeWords.favorable(values[0], values[1]) {
      positive = favorable
    } else {
      // The one is below a bound that the other is above.
      isGuess = !(values[0].hasPrefix("<") && values[1].hasPrefix(">"))
    }
  }

  /// What a reader must know of a positive value that was guessed; nil where none was.
  ///
  /// - Parameter values: two of them.
  func note(_ column: String, _ values: [String]) -> Phrase? {
    guard isGuess, let other = values.first(where: { $0 != positive }) else { return nil }
    return """
      label \(column): '\(positive)' is taken as positive, as the later of two texts \
      (\(set: "positive", other) makes the other one positive)
      """
  }
}
