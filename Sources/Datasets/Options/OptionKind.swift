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
  /// A file or folder that is written.
  case output
  /// Several files that are written.
  case outputs
  /// Values by name, such as the options of a method.
  case mapping

  /// Whether the option may be given several times.
  public var isList: Bool {
    switch self {
    case .texts, .entries, .edges, .outputs: true
    default: false
    }
  }

  /// What an error says is expected.
  public var expected: String {
    switch self {
    case .text, .input, .output: "a text"
    case .texts, .entries, .outputs: "a text or a list of texts"
    case .number(let range): "a number" + Self.bounds(range.lowerBound, range.upperBound)
    case .integer(let range):
      "a whole number"
        + Self.bounds(
          range.lowerBound == .min ? -.infinity : Double(range.lowerBound),
          range.upperBound == .max ? .infinity : Double(range.upperBound))
    case .integers(let range):
      "whole numbers of \(range.lowerBound) to \(range.upperBound), with commas between them"
    case .flag: "true or false"
    case .choice(let names): "one of " + names.joined(separator: ", ")
    case .bounds(let names): "some of " + names.joined(separator: ", ")
    case .edges: "COLUMN=EDGE[,EDGE…]"
    case .mapping: "values by name"
    }
  }

  /// An open end is the number next to its bound, which is longer to write.
  private static func bounds(_ low: Double, _ high: Double) -> String {
    let greatest = Double.greatestFiniteMagnitude
    var parts: [String] = []
    if low > -greatest {
      let isOpen = short(low).count > short(low.nextDown).count
      parts.append(isOpen ? "above \(short(low.nextDown))" : "of at least \(short(low))")
    }
    if high < greatest {
      let isOpen = short(high).count > short(high.nextUp).count
      parts.append(isOpen ? "below \(short(high.nextUp))" : "at most \(short(high))")
    }
    return parts.isEmpty ? "" : " " + parts.joined(separator: " and ")
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
