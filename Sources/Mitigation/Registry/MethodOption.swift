import Datasets
import Models

/// One option of a method: what the command line, the C interface and documents show of it.
public struct MethodOption: Sendable {
  public enum Kind: Sendable {
    /// A number within bounds, both included.
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    case flag
    case choice([String])
    /// One or more names, separated by commas, each at most once and with a number of its own if
    /// wanted: `a,b=0.05`.
    case bounds([String])
    /// Anything: names of groups, say.
    case text
  }

  public var name: String
  public var kind: Kind
  /// nil: the method finds a value from the data, as `summary` says.
  public var defaultValue: OptionValue?
  public var summary: String
  /// Another option that cannot be given beside this one.
  public var excludes: String?

  public init(
    _ name: String, _ kind: Kind, default value: OptionValue?, _ summary: String,
    excludes: String? = nil
  ) {
    self.name = name
    self.kind = kind
    defaultValue = value
    self.summary = summary
    self.excludes = excludes
  }

  /// Reads a value as it stands on a command line.
  public func parse(_ text: String) throws(DataError) -> OptionValue {
    func bad(_ reason: Phrase) -> DataError { .option(name, value: text, reason) }
    switch kind {
    case .number(let range):
      guard let value = Double(text), value.isFinite else { throw bad("expected a number") }
      guard range.contains(value) else { throw bad("\(Self.bounds(range))") }
      return .number(value)
    case .integer(let range):
      guard let value = Int(text) else { throw bad("expected a whole number") }
      guard range.contains(value) else {
        throw bad("expected a value between \(range.lowerBound) and \(range.upperBound)")
      }
      return .integer(value)
    case .flag:
      guard let value = Bool(text) else { throw bad("expected true or false") }
      return .flag(value)
    case .choice(let names):
      guard names.contains(text) else {
        throw bad(Self.oneOf(names, not: text))
      }
      return .text(text)
    case .text: return .text(text)
    case .bounds(let names):
      let entries = Self.bounds(in: text)
      for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
        let name = piece.prefix { $0 != "=" }
        guard names.contains(String(name)) else {
          throw bad(Self.oneOf(names, not: name))
        }
      }
      guard Set(entries.map(\.name)).count == entries.count else {
        throw bad("a name occurs twice")
      }
      for piece in text.split(separator: ",") where piece.contains("=") {
        guard let bound = Double(piece.drop { $0 != "=" }.dropFirst()), (0...1).contains(bound)
        else { throw bad("expected a bound between 0 and 1 after '='") }
      }
      return .text(text)
    }
  }

  private static func oneOf(_ names: [String], not text: some StringProtocol) -> Phrase {
    """
    expected one of \(names.joined(separator: ", "))\
    \(NearestName.suggestion(for: text, among: names))
    """
  }

  /// The names of a checked text, each with its own number if it has one.
  static func bounds(in text: String) -> [(name: String, ownBound: Double?)] {
    text.split(separator: ",").map { piece in
      (
        String(piece.prefix { $0 != "=" }),
        piece.contains("=") ? Double(piece.drop { $0 != "=" }.dropFirst()) : nil
      )
    }
  }

  /// The name on a command line: dashes for underscores.
  public var spelling: String { name.replacing("_", with: "-") }

  /// What a value may be, in words.
  public var domain: String {
    switch kind {
    case .number(let range): Self.bounds(range)
    case .integer(let range): "\(range.lowerBound)…\(range.upperBound)"
    case .flag: "true, false"
    case .choice(let names): names.joined(separator: ", ")
    case .bounds(let names): names.joined(separator: ", ") + "; several with commas"
    case .text: "text"
    }
  }

  private static func bounds(_ range: ClosedRange<Double>) -> String {
    switch (range.lowerBound.magnitude < largest, range.upperBound < largest) {
    case (true, true): "between \(range.lowerBound) and \(range.upperBound)"
    case (true, false): "at least \(range.lowerBound)"
    default: "any number"
    }
  }

  /// Bounds beyond this are no bounds.
  private static let largest = 1e300
}

/// The options of a method, checked against its list.
public struct MethodOptions: Sendable {
  public private(set) var values: [String: OptionValue]

  /// - Parameter given: texts by name; underscores and dashes are alike.
  public init(
    _ given: [String: String] = [:], of method: any Mitigation.Type
  ) throws(DataError) {
    try self.init(given, from: method.options, of: method.name)
  }

  /// - Parameter name: whose options these are, for errors.
  public init(
    _ given: [String: String] = [:], from options: [MethodOption], of name: String
  ) throws(DataError) {
    values = [:]
    for option in options { values[option.name] = option.defaultValue }
    for (key, text) in given.sorted(by: { $0.key < $1.key }) {
      let spelled = key.replacing("-", with: "_")
      guard let option = options.first(where: { $0.name == spelled }) else {
        throw .option(
          key,
          """
          '\(name)' has no such option\
          \(NearestName.suggestion(forOption: key, among: options.map(\.name))) \
          (\(optionsOf: name))
          """)
      }
      values[option.name] = try option.parse(text)
    }
    let names = Set(given.keys.map { $0.replacing("-", with: "_") })
    for option in options where names.contains(option.name) {
      guard let other = option.excludes, names.contains(other) else { continue }
      throw .option(option.name, "cannot be given together with \(option: other)")
    }
  }

  /// The options that a fitted model records.
  public init(recorded values: [String: OptionValue]) { self.values = values }

  public func number(_ name: String) -> Double? { values[name]?.number }

  public func integer(_ name: String) -> Int {
    guard case .integer(let value)? = values[name] else {
      preconditionFailure("no whole number '\(name)' among the options")
    }
    return value
  }

  public func flag(_ name: String) -> Bool {
    guard case .flag(let value)? = values[name] else {
      preconditionFailure("no flag '\(name)' among the options")
    }
    return value
  }

  public func text(_ name: String) -> String {
    guard case .text(let value)? = values[name] else {
      preconditionFailure("no choice '\(name)' among the options")
    }
    return value
  }

  /// Records a value that the method found itself.
  public mutating func resolve(_ name: String, _ value: OptionValue) { values[name] = value }
}
