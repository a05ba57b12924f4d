/// A place in a text, both counted from 1, columns in Unicode scalars.
public struct TextPlace: Sendable, Equatable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A value of a configuration with the place where it is written.
package struct ConfigurationNode: Sendable {
  package indirect enum Content: Sendable {
    /// Nothing, `~` or `null`.
    case empty
    /// - isPlain: without quotation marks, so that it may be a number or true or false.
    case scalar(String, isPlain: Bool)
    case list([ConfigurationNode])
    case mapping([ConfigurationEntry])
  }

  package var content: Content
  package var place: TextPlace

  package init(content: Content, place: TextPlace) {
    self.content = content
    self.place = place
  }

  package var entries: [ConfigurationEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  var isEmpty: Bool { if case .empty = content { true } else { false } }

  /// The text of a scalar, whatever it looks like.
  var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

  subscript(key: String) -> ConfigurationNode? { entries?.first { $0.key == key }?.value }

  /// What a node is, for errors.
  package var kind: String {
    switch content {
    case .empty: "nothing"
    case .scalar(let text, let isPlain):
      isPlain ? "'\(Self.shortened(text))'" : "the text '\(Self.shortened(text))'"
    case .list: "a list"
    case .mapping: "keys with values"
    }
  }

  /// Errors quote this much of a value.
  private static let longestQuotation = 60

  package static func shortened(_ text: String) -> String {
    text.count > longestQuotation ? text.prefix(longestQuotation) + "…" : text
  }
}

/// A key with its value.
package struct ConfigurationEntry: Sendable {
  package var key: String
  package var place: TextPlace
  package var value: ConfigurationNode

  package init(key: String, place: TextPlace, value: ConfigurationNode) {
    self.key = key
    self.place = place
    self.value = value
  }
}

extension ConfigurationNode {
  /// The key of a stage that is overridden in parts.
  static let learnerKey = "learner"
  /// Keys by which one knows a stage.
  static let stageKeys = ["method", "score"]

  /// The node with parts of another over it.
  ///
  /// Keys with values are merged key by key; anything else is replaced, lists too. Nothing takes a
  /// key away. A learner that names its method replaces the other, so that no option of one method
  /// is left to the next.
  func overridden(by other: ConfigurationNode) -> ConfigurationNode {
    guard let own = entries, let others = other.entries else { return other }
    var merged = own
    for entry in others {
      guard let at = merged.firstIndex(where: { $0.key == entry.key }) else {
        if !entry.value.isEmpty { merged.append(entry) }
        continue
      }
      guard !entry.value.isEmpty else {
        merged.remove(at: at)
        continue
      }
      let before = merged[at].value
      merged[at].place = entry.place
      merged[at].value =
        entry.key == Self.learnerKey
        ? before.asStage.overridden(byStage: entry.value.asStage)
        : before.overridden(by: entry.value)
    }
    return ConfigurationNode(content: .mapping(merged), place: place)
  }

  private func overridden(byStage other: ConfigurationNode) -> ConfigurationNode {
    Self.stageKeys.contains { other[$0] != nil } ? other : overridden(by: other)
  }

  /// A name alone is a method without options.
  var asStage: ConfigurationNode {
    guard text != nil else { return self }
    return ConfigurationNode(
      content: .mapping([ConfigurationEntry(key: "method", place: place, value: self)]),
      place: place)
  }

  /// The place of the first scalar below this node that reads so.
  func place(of wanted: String) -> TextPlace? {
    switch content {
    case .empty: nil
    case .scalar(let text, _): text == wanted ? place : nil
    case .list(let items): items.lazy.compactMap { $0.place(of: wanted) }.first
    case .mapping(let entries):
      entries.lazy.compactMap { entry in
        entry.key == wanted ? entry.place : entry.value.place(of: wanted)
      }.first
    }
  }
}
