import Datasets
import Models

/// One option of a method: what the command line, the C interface and documents show of it.
public struct MethodOption: Sendable {
  public typealias Kind = OptionKind
  public typealias Synonym = OptionSynonym

  public var name: String
  public var kind: OptionKind
  /// nil: none, or one that is found from the data, as `derivation` says.
  public var defaultValue: OptionValue?
  /// What it is, without its default.
  public var help: String
  /// What a missing value is replaced by, in words.
  public var derivation: String?
  /// Another option that cannot be given beside this one.
  public var excludes: String?
  /// Other spellings of the name and the values.
  public var aliases = OptionAliases()

  public var formerName: String? {
    get { aliases.formerName }
    set { aliases.formerName = newValue }
  }
  public var otherNames: [String] {
    get { aliases.otherNames }
    set { aliases.otherNames = newValue }
  }
  public var synonyms: [String: Synonym] {
    get { aliases.synonyms }
    set { aliases.synonyms = newValue }
  }

  /// An option of a table, without the type of its property.
  public init<Root>(_ record: OptionRecord<Root>, default value: OptionInput?) {
    name = record.name
    kind = record.kind
    defaultValue = value.map { OptionValue($0, of: record.kind) }
    help = record.help
    derivation = record.derivation
    excludes = record.excludes
    aliases = record.aliases
  }

  /// The default as a list shows it.
  public var shownDefault: String { defaultValue?.description ?? derivation ?? "none" }

  public init(
    _ name: String, _ kind: Kind, default value: OptionValue?, _ summary: String,
    excludes: String? = nil
  ) {
    self.name = name
    self.kind = kind
    defaultValue = value
    help = summary
    self.excludes = excludes
  }

  /// Reads a value as it stands on a command line.
  public func parse(_ text: String) throws(DataError) -> OptionValue {
    func bad(_ reason: Phrase) -> DataError { .option(name, value: text, reason) }
    switch kind {
    case .number(let range):
      guard let value = Double(text), value.isFinite else { throw bad("expected a number") }
      guard range.contains(value) else { throw bad("expected \(kind.expected)") }
      return .number(value)
    case .integer(let range):
      guard let value = Int(text) else { throw bad("expected a whole number") }
      guard range.contains(value) else { throw bad("expected \(kind.expected)") }
      return .integer(value)
    case .integers:
      if let problem = kind.problem(with: .text(text)) { throw bad("\(problem)") }
      return OptionValue(.text(text.filter { $0 != " " }), of: kind)
    case .flag:
      guard let value = Bool(text) else { throw bad("expected true or false") }
      return .flag(value)
    case .choice(let names):
      guard let value = value(text, among: names) else { throw bad(unknown(text, among: names)) }
      return .text(value)
    case .bounds(let names):
      var values: [String] = [], pieces: [String] = []
      for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
        let name = String(piece.prefix { $0 != "=" })
        guard let value = value(name, among: names) else { throw bad(unknown(name, among: names)) }
        values.append(value)
        pieces.append(value + piece.dropFirst(name.count))
      }
      guard Set(values).count == values.count else { throw bad("a name occurs twice") }
      for piece in text.split(separator: ",") where piece.contains("=") {
        guard let bound = Double(piece.drop { $0 != "=" }.dropFirst()), (0...1).contains(bound)
        else { throw bad("expected a bound between 0 and 1 after '='") }
      }
      return .text(pieces.joined(separator: ","))
    default: return .text(text)
    }
  }

  /// The value that a text spells, underscores and dashes alike.
  private func value(_ text: String, among names: [String]) -> String? {
    let spelled = text.replacing("-", with: "_")
    if let name = names.first(where: { $0 == text || $0 == spelled }) { return name }
    return (synonyms[text] ?? synonyms[spelled]).flatMap {
      names.contains($0.value) ? $0.value : nil
    }
  }

  private func unknown(_ text: String, among names: [String]) -> Phrase {
    let expected = "expected one of \(names.joined(separator: ", "))"
    if let other = criterionElsewhere(text) {
      return "\(expected); \(other) is for other methods"
    }
    return "\(expected)\(NearestName.suggestion(for: text, among: names + synonyms.keys.sorted()))"
  }

  /// What a spelling of the value decides besides.
  func implied(by text: String) -> OptionSynonym.Implied? {
    (synonyms[text] ?? synonyms[text.replacing("-", with: "_")])?.implies
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

  /// Every name that the option answers to.
  public var names: [String] { [name] + (formerName.map { [$0] } ?? []) + otherNames }

  /// Whether a text names the option, underscores and dashes alike.
  public func answers(to text: String) -> Bool {
    names.contains(text.replacing("-", with: "_"))
  }

  /// The same option as errors are to call it.
  public func called(_ name: String) -> MethodOption {
    var option = self
    option.name = name
    return option
  }

  /// What it is, and what a missing value is replaced by.
  public var summary: String { help + (derivation.map { "; by default \($0)" } ?? "") }

  /// The summary with the name that the option had.
  public var description: String { summary + olderName }

  /// The name that the option had, in brackets; empty for none.
  public var olderName: String { formerName.map { " (older name: \($0))" } ?? "" }

  /// What a value may be, in words.
  public var domain: String {
    switch kind {
    case .number: kind.limits ?? "any number"
    case .integer: kind.limits.map { "whole, \($0)" } ?? "any whole number"
    case .integers:
      (kind.limits.map { "whole, \($0)" } ?? "any whole number") + "; several with commas"
    case .flag: "true, false"
    case .choice(let names): names.joined(separator: ", ")
    case .bounds(let names): names.joined(separator: ", ") + "; several with commas"
    default: "text"
    }
  }
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
    // The key that each option was given by.
    var keys: [String: String] = [:]
    var implied: [(key: String, MethodOption.Synonym.Implied)] = []
    for (key, text) in given.sorted(by: { $0.key < $1.key }) {
      guard let option = options.first(where: { $0.answers(to: key) }) else {
        throw Self.unknown(key, options, name)
      }
      if let other = keys.updateValue(key, forKey: option.name) {
        throw .option(key, "names the same option as \(option: other), which is given too")
      }
      values[option.name] = try option.called(key).parse(text)
      if let more = option.implied(by: text) { implied.append((key, more)) }
    }
    for (key, more) in implied {
      if let other = keys[more.option], values[more.option] != .text(more.value) {
        throw .option(
          key, value: given[key],
          "means \(more.option) \(more.value), and \(option: other) says something else")
      }
      values[more.option] = .text(more.value)
    }
    for option in options {
      guard let key = keys[option.name], let other = option.excludes.flatMap({ keys[$0] }) else {
        continue
      }
      throw .option(key, "cannot be given together with \(option: other)")
    }
  }

  private static func unknown(_ key: String, _ options: [MethodOption], _ name: String) -> DataError
  {
    .option(
      key,
      """
      '\(name)' has no such option\
      \(NearestName.suggestion(forOption: key, among: options.flatMap(\.names))) \
      (\(optionsOf: name))
      """)
  }

  /// The options that a fitted model records.
  public init(recorded values: [String: OptionValue]) { self.values = values }

  /// The same of a model that may be of an earlier version: names and values as they are today.
  public init(recorded values: [String: OptionValue], of method: any Mitigation.Type) {
    self.init(recorded: values)
    for option in method.options {
      guard let key = option.names.first(where: { values[$0] != nil }),
        let value = values[key]
      else { continue }
      self.values[key] = nil
      self.values[option.name] = value
      guard case .text(let text) = value, let parsed = try? option.parse(text) else { continue }
      self.values[option.name] = parsed
      if let more = option.implied(by: text) { self.values[more.option] = .text(more.value) }
    }
  }

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
