/// Records of properties by their types.
///
/// Choices know spellings of former versions, which are read and no longer listed.
extension OptionRecord {
  public static func text(
    _ name: String, _ path: WritableKeyPath<Root, String?> & Sendable, kind: OptionKind = .text,
    value: String? = nil, isPositional: Bool = false, _ help: String
  ) -> Self {
    Self(
      name, kind, value: value, isPositional: isPositional, help,
      set: { root, input throws(DataError) in root[keyPath: path] = try kind.text(input, name) },
      get: { $0[keyPath: path].map { .text($0) } })
  }

  public static func text(
    _ name: String, _ path: WritableKeyPath<Root, String> & Sendable, kind: OptionKind = .text,
    value: String? = nil, isRequired: Bool = false, isPositional: Bool = false, _ help: String
  ) -> Self {
    Self(
      name, kind, value: value, isRequired: isRequired, isPositional: isPositional, help,
      set: { root, input throws(DataError) in root[keyPath: path] = try kind.text(input, name) },
      // What must be given is not there before it is.
      get: { isRequired && $0[keyPath: path].isEmpty ? nil : .text($0[keyPath: path]) })
  }

  public static func texts(
    _ name: String, _ path: WritableKeyPath<Root, [String]> & Sendable, kind: OptionKind = .texts,
    value: String? = nil, isPositional: Bool = false, _ help: String
  ) -> Self {
    Self(
      name, kind, value: value, isPositional: isPositional, help,
      set: { root, input throws(DataError) in root[keyPath: path] = try kind.texts(input, name) },
      get: { $0[keyPath: path].isEmpty ? nil : .texts($0[keyPath: path]) })
  }

  public static func number(
    _ name: String, _ path: WritableKeyPath<Root, Double> & Sendable,
    in range: ClosedRange<Double> = OptionKind.anyNumber, value: String? = nil, _ help: String
  ) -> Self {
    let kind = OptionKind.number(range)
    return Self(
      name, kind, value: value, help,
      set: { root, input throws(DataError) in root[keyPath: path] = try kind.number(input, name) },
      get: { .text("\($0[keyPath: path])") })
  }

  public static func number(
    _ name: String, _ path: WritableKeyPath<Root, Double?> & Sendable,
    in range: ClosedRange<Double> = OptionKind.anyNumber, value: String? = nil, _ help: String
  ) -> Self {
    let kind = OptionKind.number(range)
    return Self(
      name, kind, value: value, help,
      set: { root, input throws(DataError) in root[keyPath: path] = try kind.number(input, name) },
      get: { $0[keyPath: path].map { .text("\($0)") } })
  }

  public static func integer(
    _ name: String, _ path: WritableKeyPath<Root, Int> & Sendable, in range: ClosedRange<Int>,
    value: String? = nil, isRequired: Bool = false, _ help: String
  ) -> Self {
    let kind = OptionKind.integer(range)
    return Self(
      name, kind, value: value, isRequired: isRequired, help,
      set: { root, input throws(DataError) in root[keyPath: path] = try kind.integer(input, name) },
      get: { isRequired ? nil : .text("\($0[keyPath: path])") })
  }

  public static func integer(
    _ name: String, _ path: WritableKeyPath<Root, Int?> & Sendable, in range: ClosedRange<Int>,
    value: String? = nil, _ help: String
  ) -> Self {
    let kind = OptionKind.integer(range)
    return Self(
      name, kind, value: value, help,
      set: { root, input throws(DataError) in root[keyPath: path] = try kind.integer(input, name) },
      get: { $0[keyPath: path].map { .text("\($0)") } })
  }

  public static func flag(
    _ name: String, _ path: WritableKeyPath<Root, Bool> & Sendable, _ help: String
  ) -> Self {
    Self(
      name, .flag, help,
      set: { root, input throws(DataError) in
        root[keyPath: path] = try OptionKind.flag.flag(input, name)
      }, get: { .text("\($0[keyPath: path])") })
  }

  public static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Choice> & Sendable, value: String? = nil,
    _ help: String
  ) -> Self where Choice.RawValue == String {
    let kind = OptionKind.choice(Choice.allCases.map(\.rawValue))
    return Self(
      name, kind, value: value, help,
      set: { root, input throws(DataError) in
        let text = try kind.text(input, name)
        root[keyPath: path] = Choice(rawValue: text) ?? root[keyPath: path]
      }, get: { .text($0[keyPath: path].rawValue) })
  }

  public static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Choice?> & Sendable, value: String? = nil,
    formerly former: [String: String] = [:], _ help: String
  ) -> Self where Choice.RawValue == String {
    let kind = OptionKind.choice(Choice.allCases.map(\.rawValue))
    let record = Self(
      name, kind, value: value, help,
      set: { root, input throws(DataError) in
        let now = input.text.flatMap { former[$0] }.map { OptionInput.text($0) } ?? input
        root[keyPath: path] = Choice(rawValue: try kind.text(now, name))
      }, get: { $0[keyPath: path].map { .text($0.rawValue) } })
    return former.isEmpty
      ? record
      : record.spelled(OptionAliases(synonyms: former.mapValues { OptionSynonym(value: $0) }))
  }
}

extension OptionKind {
  /// From 0 to 1, both included.
  public static let probability = 0.0...1.0
  /// Every finite number.
  public static let anyNumber = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  /// Above 0 and below 1.
  public static let openShare = Double.leastNonzeroMagnitude...1.0.nextDown
  /// At least 0 and below 1.
  public static let share = 0.0...1.0.nextDown
}
