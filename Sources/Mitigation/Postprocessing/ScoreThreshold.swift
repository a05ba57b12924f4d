import Essentials

/// A cut on a score: who lies at it or above is selected.
///
/// The comparison is ≥ and the cut of a threshold between two adjacent scores is their middle, or
/// the upper one where the middle is not strictly between them (neighbouring floating-point
/// numbers, infinities), so that the cut always separates them.
public struct ScoreThreshold: Sendable, Equatable {
  /// nil selects nobody; −∞ selects everybody.
  public let cut: Double?

  public init(_ cut: Double?) {
    precondition(cut?.isNaN != true, "a cut is a number")
    self.cut = cut
  }

  public static let nobody = ScoreThreshold(nil)
  public static let everybody = ScoreThreshold(-.infinity)

  /// The cut that selects `upper` and not `lower`, which is smaller.
  ///
  /// - Parameter includingMiddle: whether a score in the very middle of the two is selected.
  public static func between(
    lower: Double, upper: Double, includingMiddle: Bool = true
  ) -> ScoreThreshold {
    precondition(lower < upper, "two different scores")
    let middle = lower / 2 + upper / 2
    guard middle > lower && middle < upper else { return ScoreThreshold(upper) }
    return ScoreThreshold(includingMiddle ? middle : middle.nextUp)
  }

  public func selects(_ score: Double) -> Bool { cut.map { score >= $0 } ?? false }
}

/// As a number, or for those that JSON does not have as "everybody", "nobody" or "infinity".
extension ScoreThreshold: Codable {
  private static let names: [(String, Double?)] = [
    ("nobody", nil), ("everybody", -.infinity), ("infinity", .infinity),
  ]

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let name = Self.names.first(where: { $0.1 == cut })?.0 {
      try container.encode(name)
    } else {
      try container.encode(cut)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self.init(number)
    } else {
      let text = try container.decode(String.self)
      guard let found = Self.names.first(where: { $0.0 == text }) else {
        throw JSONFault("'\(text)' is not a threshold")
      }
      self.init(found.1)
    }
  }
}

extension ScoreThreshold: CustomStringConvertible {
  public var description: String {
    switch cut {
    case nil: "nobody"
    case .some(-.infinity): "everybody"
    case .some(let value): "≥ \(Self.short(value))"
    }
  }

  /// Six decimals at most: a threshold midway between two scores has rounding in its last digits.
  private static func short(_ value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded == 0 || !rounded.isFinite ? value.brief() : "\(rounded)"
  }
}
