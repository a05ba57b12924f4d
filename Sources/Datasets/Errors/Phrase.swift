/// A sentence, or a part of one, that names options without knowing how a door spells them.
///
/// ```swift
/// let phrase: Phrase = "'\(method)' needs \(option: "sensitive")"
/// phrase.text(.commandLine)  // 'reductions' needs --sensitive
/// phrase.text(.python)       // 'reductions' needs sensitive
/// ```
public struct Phrase: Sendable, Equatable {
  private enum Piece: Sendable, Equatable {
    case text(String)
    case option(String)
    case setting(String, String)
    case names(String, [String])
    case part(RowPart)
    case list(method: String?)
  }

  private var pieces: [Piece] = []

  /// A text that is the same in every door.
  public init(_ text: String) { pieces = text.isEmpty ? [] : [.text(text)] }

  public var isEmpty: Bool { pieces.isEmpty }

  public func text(_ dialect: Dialect) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .option(let name): dialect.option(name)
      case .setting(let name, let value): dialect.setting(name, value)
      case .names(let name, let values): dialect.setting(name, names: values)
      case .part(let part): dialect.part(part)
      case .list(let method?): dialect.list(ofOptions: method)
      case .list(nil): dialect.listOfMethods
      }
    }.joined()
  }

  public static func + (left: Phrase, right: Phrase) -> Phrase {
    var sum = left
    for piece in right.pieces {
      // One text however it was put together, so that equal phrases are equal values.
      if case .text(let rest) = piece, case .text(let start)? = sum.pieces.last {
        sum.pieces[sum.pieces.count - 1] = .text(start + rest)
      } else {
        sum.pieces.append(piece)
      }
    }
    return sum
  }

  public static func += (left: inout Phrase, right: Phrase) { left = left + right }
}

extension Phrase: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) { self.init(text) }

  public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.phrase }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var phrase = Phrase("")

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: String) { phrase += Phrase(text) }
    public mutating func appendInterpolation(_ value: some Any) {
      phrase += Phrase(String(describing: value))
    }
    public mutating func appendInterpolation(_ part: Phrase) { phrase += part }
    /// An option by its neutral name.
    public mutating func appendInterpolation(option name: String) {
      phrase.pieces.append(.option(name))
    }
    /// An option with a value.
    public mutating func appendInterpolation(set name: String, _ value: some Any) {
      phrase.pieces.append(.setting(name, "\(value)"))
    }
    /// An option with a list of names.
    public mutating func appendInterpolation(names option: String, _ names: [String]) {
      phrase.pieces.append(.names(option, names))
    }
    /// A part of rows in memory.
    public mutating func appendInterpolation(part: RowPart) { phrase.pieces.append(.part(part)) }
    /// A vector of the caller's: a part of rows, or a column of that name.
    public mutating func appendInterpolation(vector name: String) {
      phrase += RowPart(rawValue: name).map { "\(part: $0)" } ?? Phrase(name)
    }
    /// Where the options of a method are listed.
    public mutating func appendInterpolation(optionsOf method: String) {
      phrase.pieces.append(.list(method: method))
    }
    /// Where the methods are listed.
    public mutating func appendInterpolation(listOfMethods: Void) {
      phrase.pieces.append(.list(method: nil))
    }
  }
}

/// As Swift spells it.
extension Phrase: CustomStringConvertible {
  public var description: String { text(.swift) }
}
