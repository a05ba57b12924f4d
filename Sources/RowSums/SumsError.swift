import Datasets

/// Why sums cannot be added, or bytes not be read.
public enum SumsError: UserError, Equatable, CustomStringConvertible {
  /// A sum does not fit its 128 bits; `block` is nil where whole answers are added.
  case overflow(word: Int, block: Int?)
  case notFinite(word: Int, block: Int)
  case shape(expected: Int, found: Int, block: Int?)
  case exponent(Int)
  case tooMany
  /// Answers to different questions.
  case otherQuestion
  /// Bytes that are no request, or no answer.
  case bytes(of: String, StateError)

  public var blame: Blame { .data }

  public var description: String {
    switch self {
    case .overflow(let word, let block):
      "sum \(word) of \(Self.name(block)) is too large for its unit"
    case .notFinite(let word, let block):
      "sum \(word) of \(Self.name(block)) is not finite"
    case .shape(let expected, let found, let block):
      "\(Self.name(block)) has \(found) sums, in other units or not the \(expected) expected"
    case .exponent(let exponent): "a unit of 2^\(exponent) is out of range"
    case .tooMany: "more than \(ExactSums.mostWords) sums"
    case .otherQuestion: "an answer to another question"
    case .bytes(let what, let error): "these bytes are no \(what): \(error)"
    }
  }

  private static func name(_ block: Int?) -> String { block.map { "block \($0)" } ?? "an answer" }
}
