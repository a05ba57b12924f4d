/// A value of a YAML text with the place where it is written.
public struct YAMLNode: Sendable {
  public indirect enum Content: Sendable {
    /// - isPlain: without quotation marks, so that it may be a number, true, false or nothing.
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    /// In the order of the text; no two keys are the same text.
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  public var content: Content
  public var place: YAMLPlace

  /// The text of a scalar.
  public var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
  public var isPlain: Bool { if case .scalar(_, true) = content { true } else { false } }
}

/// A place in a text, both counted from 1, columns in Unicode scalars.
public struct YAMLPlace: Sendable, Equatable {
  public var line: Int
  public var column: Int
}

/// What is wrong with a YAML text, and where.
public struct YAMLError: Error, Equatable {
  public var place: YAMLPlace?
  public var detail: String
}
