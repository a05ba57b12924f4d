/// Other spellings of an option's name and of its values, of former versions and in the field.
public struct OptionAliases: Sendable, Equatable {
  /// What the option was called before: still read, and deprecated. Options that stages of a
  /// pipeline share reach it by this name, too.
  public var formerName: String?
  /// Further names that are read, which others had for such an option.
  public var otherNames: [String]
  /// Other spellings of the values of a choice.
  public var synonyms: [String: OptionSynonym]

  public init(
    formerName: String? = nil, otherNames: [String] = [],
    synonyms: [String: OptionSynonym] = [:]
  ) {
    self.formerName = formerName
    self.otherNames = otherNames
    self.synonyms = synonyms
  }
}

/// What another spelling of a value stands for.
public struct OptionSynonym: Sendable, Equatable {
  public var value: String
  /// Another option that the spelling decides as well.
  public var implies: Implied?

  public struct Implied: Sendable, Equatable {
    public var option: String
    public var value: String

    public init(option: String, value: String) {
      self.option = option
      self.value = value
    }
  }

  public init(value: String, implies: Implied? = nil) {
    self.value = value
    self.implies = implies
  }
}
