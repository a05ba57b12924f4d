/// What an option takes. Every caller's form of an option follows from it: a flag or a value on the
/// command line, a type in a JSON Schema, a check with a message.
public enum OptionKind: Sendable, Equatable {
  case text
  /// A list of texts; one text is taken apart at its commas.
  case texts
  /// A list of texts, each taken as it stands.
  case entries
  case number(ClosedRange<Double>)
  case integer(ClosedRange<Int>)
  /// One or several whole numbers, separated by commas: `50,20`.
  case integers(ClosedRange<Int>)
  case flag
  case choice([String])
  /// One or more names, separated by commas, each at most once and with a number of its own from 0
  /// to 1 if wanted: `a,b=0.05`.
  case bounds([String])
  /// Ascending numbers by column: `age=25,40`.
  case edges
  /// A file or folder that is read.
  case input
  /// Several files or folders that are read.
  case inputs
  /// A file or folder that is written.
  case output
  /// Several files that are written.
  case outputs
  /// Values by name, such as the options of a method.
  case mapping

  /// Whether the option may be given several times.
  public var isList: Bool {
    switch self {
    case .texts, .entries, .edges, .inputs, .outputs: true
    default: false
    }
  }

  /// What an error says is expected.
  public var expected: String {
    switch self {
    case .text, .input, .output: "a text"
    case .texts, .entries, .inputs, .outputs: "a text or a list of texts"
    case .number: "a number" + Self.following(limits)
    case .integer: "a whole number" + Self.following(limits)
    case .integers(let range):
      "whole numbers of \(range.lowerBound) to \(range.upperBound), with commas between them"
    case .flag: "true or false"
    case .choice(let names): "one of " + names.joined(separator: ", ")
    case .bounds(let names): "some of " + names.joined(separator: ", ")
    case .edges: "COLUMN=EDGE[,EDGE…]"
    case .mapping: "values by name"
    }
  }

  /// Where numbers must lie, in words: "above 0 and at most 1"; nil where they may lie anywhere.
  public var limits: String? {
    switch self {
    case .number(let range): Self.limits(range.lowerBound, range.upperBound)
    case .integer(let range), .integers(let range):
      Self.limits(
        range.lowerBound == .min ? -.infinity : Double(range.lowerBound),
        range.upperBound == .max ? .infinity : Double(range.upperBound))
    default: nil
    }
  }

  private static func following(_ limits: String?) -> String {
    limits.map { $0.hasPrefix("at least") ? " of \($0)" : " \($0)" } ?? ""
  }

  /// An open end is the number next to its bound, which is longer to write, or the least number above
  /// 0. Bounds beyond `largest` are none.
  private static func limits(_ low: Double, _ high: Double) -> String? {
    var parts: [String] = []
    if low > -largest {
      let isOpen = short(low).count > short(low.nextDown).count
      let isLeast = low > 0 && low <= Double.leastNormalMagnitude
      parts.append(
        isLeast ? "above 0" : isOpen ? "above \(short(low.nextDown))" : "at least \(short(low))")
    }
    if high < largest {
      let isOpen = short(high).count > short(high.nextUp).count
      parts.append(isOpen ? "below \(short(high.nextUp))" : "at most \(short(high))")
    }
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }

  private static let largest = 1e300

  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15
      ? "\(Int(value))" : "\(value)".replacing("e-0", with: "e-")
  }
}
