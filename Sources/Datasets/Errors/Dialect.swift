/// How a door to this program spells what an error names: errors say what is wrong, and the door that
/// shows one says how its options, roles of columns and catalogues are called there.
public enum Dialect: String, Sendable, CaseIterable {
  case commandLine = "command-line"
  /// A pipeline file.
  case yaml
  /// Calls of `equipoise.h`.
  case c
  case python
  case swift
}

extension Dialect {
  /// An option inside a sentence.
  ///
  /// - Parameter name: its neutral name, words joined by underscores.
  public func option(_ name: String) -> String {
    switch self {
    case .commandLine: "--" + name.replacing("_", with: "-")
    case .yaml, .swift: "'\(name)'"
    case .c: "option '\(name)'"
    case .python: name
    }
  }

  /// An option with a value.
  public func setting(_ name: String, _ value: String) -> String {
    switch self {
    case .commandLine:
      "\(option(name)) " + Self.word(value)
    case .yaml: "'\(name): \(value)'"
    case .c: "option '\(name)' = '\(value)'"
    case .python: "\(name)=\(Self.isNumber(value) ? value : "'\(value)'")"
    case .swift: "'\(name)' = '\(value)'"
    }
  }

  /// A value as a shell takes it for one word.
  private static func word(_ value: String) -> String {
    guard value.contains(where: { $0.isWhitespace || "<>*$&;()'\"`".contains($0) }) else {
      return value
    }
    guard value.contains("'") else { return "'\(value)'" }
    // Between double quotes these mean something.
    return value.contains { "\"$`\\!".contains($0) }
      ? "'" + value.replacing("'", with: "'\\''") + "'" : "\"\(value)\""
  }

  /// An option with a list of names.
  public func setting(_ name: String, names: [String]) -> String {
    switch self {
    case .python: "\(name)=[\(names.map { "'\($0)'" }.joined(separator: ", "))]"
    case .yaml: "'\(name): [\(names.joined(separator: ", "))]'"
    default: setting(name, NameList.text(of: names))
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    Double(text)?.isFinite == true || text == "true" || text == "false"
  }

  /// A part of rows that a caller hands over as arrays.
  public func part(_ part: RowPart) -> String {
    switch (self, part) {
    case (.python, .features): "X"
    case (.python, .weights): "sample_weight"
    case (.python, .attributes): "sensitive_features"
    case (.swift, .weights): "sampleWeights"
    default: part.rawValue
    }
  }

  /// Where the options of a method are listed.
  public func list(ofOptions method: String) -> String {
    switch self {
    case .commandLine, .yaml: "'equipoise methods \(method)' lists them"
    case .c: "eqp_method_option_at and eqp_stage_option_at list them"
    case .python: "equipoise.methods() lists them"
    case .swift: "the method's 'options' lists them"
    }
  }

  /// Where the methods are listed.
  public var listOfMethods: String {
    switch self {
    case .commandLine, .yaml: "'equipoise methods' lists them"
    case .c: "eqp_method_at and eqp_stage_at list them"
    case .python: "equipoise.methods() lists them"
    case .swift: "'Mitigations.all' lists them"
    }
  }
}

/// What rows in memory consist of, by the names of the C interface.
public enum RowPart: String, Sendable, CaseIterable {
  case features, labels, targets, weights, attributes, predictions, scores
}
