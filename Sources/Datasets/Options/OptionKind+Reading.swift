import Essentials

/// Values of options, read and checked.
extension OptionKind {
  /// What is wrong with a value; nil for one that the kind takes.
  public func problem(with input: OptionInput) -> String? {
    switch self {
    case .text:
      return input.text == nil && !Self.areNumbersByName(input) ? "expected \(expected)" : nil
    case .input, .output: return input.text == nil ? "expected \(expected)" : nil
    case .texts, .entries, .inputs, .outputs:
      switch input {
      case .text: return nil
      case .list(let items) where items.allSatisfy({ $0.text != nil }): return nil
      case .list, .mapping: return "expected \(expected)"
      }
    case .number(let range):
      let number = input.text.flatMap { Double($0) }
      return number.map(range.contains) == true ? nil : "expected \(expected)"
    case .integer(let range):
      let number = input.text.flatMap { Int($0) }
      return number.map(range.contains) == true ? nil : "expected \(expected)"
    case .integers(let range):
      let numbers = Self.pieces(input).map { Int($0) }
      return numbers.allSatisfy { $0.map(range.contains) == true } ? nil : "expected \(expected)"
    case .flag: return input.text.flatMap { Bool($0) } == nil ? "expected \(expected)" : nil
    case .choice(let names):
      guard let text = input.text, !names.contains(text) else {
        return input.text == nil ? "expected \(expected)" : nil
      }
      return "expected \(expected)\(NearestName.suggestion(for: text, among: names))"
    case .bounds(let names):
      let pieces = (input.text ?? "").split(separator: ",", omittingEmptySubsequences: false)
      let isRight = pieces.allSatisfy { piece in
        let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return names.contains(String(parts[0]))
          && (parts.count == 1 || Double(parts[1]).map((0...1).contains) == true)
      }
      return isRight ? nil : "expected \(expected)"
    case .edges:
      do { _ = try edges(input) } catch {
        if case .option(let fault) = error { return fault.reason.text(.swift) }
      }
      return nil
    case .mapping: if case .mapping = input { return nil } else { return "expected \(expected)" }
    }
  }

  /// Whether a value is a text such as `a=0.3,b=0.7`.
  private static func areNumbersByName(_ input: OptionInput) -> Bool {
    guard case .mapping(let entries) = input else { return false }
    return entries.values.allSatisfy { $0.text.flatMap { Double($0) } != nil }
  }

  public func check(_ input: OptionInput, _ name: String) throws(DataError) {
    guard let problem = problem(with: input) else { return }
    throw .option(name, value: input.shown, "\(problem)")
  }

  public func text(_ input: OptionInput, _ name: String) throws(DataError) -> String {
    try check(input, name)
    return input.shown
  }

  /// Each text once, but files to read as often as they stand there. One text is several names if the
  /// kind says so.
  public func texts(_ input: OptionInput, _ name: String) throws(DataError) -> [String] {
    let names = try names(input, name)
    if self == .inputs { return names }
    var seen = Set<String>()
    return names.filter { seen.insert($0).inserted }
  }

  /// Texts as often as they stand there.
  public func names(_ input: OptionInput, _ name: String) throws(DataError) -> [String] {
    try check(input, name)
    return
      switch input
    {
    case .text(let text) where self == .texts: NameList.names(in: text)
    case .text(let text): [text]
    case .list(let items): items.compactMap(\.text)
    case .mapping: []
    }
  }

  public func number(_ input: OptionInput, _ name: String) throws(DataError) -> Double {
    try check(input, name)
    return Double(input.text!)!
  }

  public func integer(_ input: OptionInput, _ name: String) throws(DataError) -> Int {
    try check(input, name)
    return Int(input.text!)!
  }

  /// At least one number.
  public func integers(_ input: OptionInput, _ name: String) throws(DataError) -> [Int] {
    try check(input, name)
    return Self.pieces(input).compactMap { Int($0) }
  }

  /// The texts between commas, empty ones too.
  private static func pieces(_ input: OptionInput) -> [String] {
    input.shown.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmingBlanks)
  }

  func flag(_ input: OptionInput, _ name: String) throws(DataError) -> Bool {
    try check(input, name)
    return Bool(input.text!)!
  }

  /// Edges by column, from a mapping or from texts such as `age=25,40;hours=35`.
  func edges(_ input: OptionInput) throws(DataError) -> [String: [Double]] {
    var edges: [String: [Double]] = [:]
    switch input {
    case .text(let text):
      for part in Self.entries(text) {
        let (column, values) = try DataOptions.parseBins(part)
        edges[column] = values
      }
    case .list(let items):
      for item in items { edges.merge(try self.edges(item)) { _, new in new } }
    case .mapping(let columns):
      for (column, value) in columns.sorted(by: { $0.key < $1.key }) {
        let text = "\(NameList.quoted(column))=\(value.shown)"
        edges[column] = try DataOptions.parseBins(text).edges
      }
    }
    return edges
  }

  /// Parts between semicolons; one without a sign of equality belongs to the name after it.
  private static func entries(_ text: String) -> [String] {
    var entries: [String] = [], rest = ""
    for part in NameList.pieces(text, at: ";") {
      rest += (rest.isEmpty ? "" : ";") + part
      guard part.contains("=") else { continue }
      entries.append(rest)
      rest = ""
    }
    return rest.isEmpty ? entries : entries + [rest]
  }
}
