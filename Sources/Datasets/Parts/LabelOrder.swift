/// Which of a label's values is positive where nobody says.
enum LabelOrder {
  /// The larger of two numbers, or the later of two texts in code-point order.
  ///
  /// - Parameter values: at least one, in code-point order.
  static func larger(_ values: [String]) -> String {
    let numbers = values.compactMap { Double($0) }
    guard numbers.count == values.count else { return values.last! }
    return zip(values, numbers).max { $0.1 < $1.1 }!.0
  }
}
