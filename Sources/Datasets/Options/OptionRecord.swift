/// One option of a kind of value: its name, what it takes, what it is for, and the property that it
/// sets. The property's own value is the default, so that a default is written once.
///
/// The command line, the C interface, Python, YAML and the lists of options all read these records.
public struct OptionRecord<Root>: Sendable {
  public typealias Setter = @Sendable (inout Root, OptionInput) throws(DataError) -> Void

  /// With underscores.
  public let name: String
  public let kind: OptionKind
  public let help: String
  /// What stands for the value in help: `column`; nil: the name.
  public let valueName: String?
  /// Whether nothing can be done without it.
  public let isRequired: Bool
  /// Whether the command line takes it by its place, without its name.
  public let isPositional: Bool
  /// Other spellings of the name and of the values.
  public private(set) var aliases = OptionAliases()
  /// The head of help that it is under; nil for none.
  public private(set) var section: OptionSection?
  /// Another option that cannot be given beside this one.
  public private(set) var excludes: String?
  /// What a missing value is replaced by, in words: `1 / (sum of weights)`; nil: by nothing.
  public private(set) var derivation: String?
  /// Sets the property, or says what is wrong with the value.
  public let set: Setter
  /// The property's value; nil for none.
  public let get: @Sendable (Root) -> OptionInput?

  public init(
    _ name: String, _ kind: OptionKind, value: String? = nil, isRequired: Bool = false,
    isPositional: Bool = false, _ help: String, set: @escaping Setter,
    get: @escaping @Sendable (Root) -> OptionInput?
  ) {
    self.name = name
    self.kind = kind
    self.help = help
    self.valueName = value
    self.isRequired = isRequired
    self.isPositional = isPositional
    self.set = set
    self.get = get
  }

  /// The name with dashes, as the command line writes it.
  public var spelling: String { name.replacing("_", with: "-") }

  /// The same option of a value that has this one's as a part.
  public func nested<Whole>(
    in part: WritableKeyPath<Whole, Root> & Sendable
  ) -> OptionRecord<Whole> {
    var record = OptionRecord<Whole>(
      name, kind, value: valueName, isRequired: isRequired, isPositional: isPositional,
      help,
      set: { whole, input throws(DataError) in try set(&whole[keyPath: part], input) },
      get: { get($0[keyPath: part]) })
    record.aliases = aliases
    record.section = section ?? (Root.self as? any OptionTable.Type)?.section
    record.excludes = excludes
    record.derivation = derivation
    return record
  }

  /// The same option with other spellings of its name and its values.
  public func spelled(_ aliases: OptionAliases) -> Self {
    var record = self
    record.aliases = aliases
    return record
  }

  /// The same option, which cannot be given beside another.
  public func excluding(_ other: String) -> Self {
    var record = self
    record.excludes = other
    return record
  }

  /// The same option, whose missing value is replaced by what the words say.
  public func derived(_ words: String) -> Self {
    var record = self
    record.derivation = words
    return record
  }

  /// The same option with some of its choices.
  public func offering(_ names: [String]) -> Self {
    let kind = OptionKind.choice(names), set = set
    var record = OptionRecord(
      name, kind, value: valueName, isRequired: isRequired, isPositional: isPositional, help,
      set: { root, input throws(DataError) in
        try kind.check(input, name)
        try set(&root, input)
      }, get: get)
    record.aliases = aliases
    record.section = section
    record.excludes = excludes
    record.derivation = derivation
    return record
  }
}

/// A value whose properties are set by name.
public protocol OptionTable: Sendable {
  /// Every option once, in the order in which values are set and help lists them.
  static var table: [OptionRecord<Self>] { get }
  /// The value whose properties are the defaults.
  init()
  /// The head of help that its options are under, wherever the table is a part of another; nil for the
  /// head of that one.
  static var section: OptionSection? { get }
  /// Takes what has no record, or says that there is no such option.
  mutating func setOther(_ name: String, _ value: OptionInput) throws(DataError)
}

extension OptionTable {
  public static var section: OptionSection? { nil }

  /// Sets what was given, in the table's order.
  ///
  /// - Parameter given: values by name, with underscores or dashes.
  public mutating func set(_ given: [String: OptionInput]) throws(DataError) {
    var rest: [String: OptionInput] = [:]
    for (name, value) in given {
      let name = name.replacing("-", with: "_")
      guard rest.updateValue(value, forKey: name) == nil else {
        throw .option(name, "it is given twice")
      }
    }
    for record in Self.table {
      let names = ([record.name] + record.aliases.otherNames).filter { rest[$0] != nil }
      guard names.count < 2 else {
        throw .option(names[1], "is another name of \(option: names[0]), which is given too")
      }
      if let name = names.first, let value = rest.removeValue(forKey: name) {
        try record.set(&self, value)
      }
    }
    for (name, value) in rest.sorted(by: { $0.key < $1.key }) { try setOther(name, value) }
  }

  public mutating func setOther(_ name: String, _ value: OptionInput) throws(DataError) {
    throw .option(
      name,
      """
      there is no such option\
      \(NearestName.suggestion(forOption: name, among: Self.table.map(\.name)))
      """)
  }
}
