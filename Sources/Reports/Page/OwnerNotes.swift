import Auditing
import Datasets

/// What no program can measure and an owner knows: purpose, sources, people, plans.
///
/// Each entry has a key with a dot, `data.source`. A document prints what it finds and says where
/// nothing was stated; it invents nothing.
public struct OwnerNotes: Sendable, Equatable {
  public enum Value: Sendable, Equatable {
    case text(String)
    case list([String])
    /// Each with the fields of its key, for example `name` and `contact`.
    case records([[String: String]])
  }

  public enum Kind: Sendable, Equatable {
    case text
    case list
    case records([String])
  }

  /// An entry that may be stated.
  public struct Key: Sendable {
    public let name: String
    public let kind: Kind
    public let help: String
  }

  public static let notStated = "Not stated by the owner."

  public private(set) var entries: [String: Value] = [:]

  public init() {}

  /// Throws when the key is unknown or of another kind.
  public mutating func set(_ name: String, _ value: Value) throws(OwnerNotesError) {
    guard let key = Self.keys.first(where: { $0.name == name }) else { throw .unknownKey(name) }
    switch (key.kind, value) {
    case (.text, .text), (.list, .list): entries[name] = value
    case (.list, .text(let one)): entries[name] = .list([one])
    case (.records(let fields), .records(let records)):
      for record in records {
        if let field = record.keys.sorted().first(where: { !fields.contains($0) }) {
          throw .unknownField(field, of: name, known: fields)
        }
      }
      entries[name] = value
    default: throw .wrongKind(name, expected: key.kind)
    }
  }

  public func text(_ name: String) -> String? {
    precondition(Self.keys.contains { $0.name == name }, "no key '\(name)'")
    if case .text(let text) = entries[name] { return text }
    return nil
  }

  public func list(_ name: String) -> [String] {
    precondition(Self.keys.contains { $0.name == name }, "no key '\(name)'")
    if case .list(let items) = entries[name] { return items }
    return []
  }

  public func records(_ name: String) -> [[String: String]] {
    precondition(Self.keys.contains { $0.name == name }, "no key '\(name)'")
    if case .records(let records) = entries[name] { return records }
    return []
  }

  /// An entry under a term of a document, which names the key where nothing was stated.
  func definition(_ term: String, _ key: String) -> ReportDefinition {
    var definition = ReportDefinition(term, stated(key))
    if entries[key] == nil { definition.missingKey = key }
    return definition
  }

  /// An entry by itself under the title of its part.
  func block(_ title: String, _ key: String) -> ReportBlock {
    entries[key] == nil ? .definitions([definition(title, key)]) : .text(stated(key))
  }

  /// An entry of any kind in words.
  public func stated(_ name: String) -> String {
    switch entries[name] {
    case .text(let text): return text
    case .list(let items): return items.joined(separator: "; ")
    case .records(let records):
      return records.map { record in
        record.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      }.joined(separator: "; ")
    case nil:
      precondition(Self.keys.contains { $0.name == name }, "no key '\(name)'")
      return Self.notStated
    }
  }
}

/// A note that cannot be used.
public enum OwnerNotesError: UserError, Equatable, CustomStringConvertible {
  case unknownKey(String)
  case unknownField(String, of: String, known: [String])
  case wrongKind(String, expected: OwnerNotes.Kind)
  case notAMapping
  case mixed(String)
  case fieldIsNoText(String)

  public var blame: Blame { .data }

  public var description: String {
    switch self {
    case .unknownKey(let name):
      return "unknown key '\(name)'"
        + NearestName.suggestion(for: name, among: OwnerNotes.keys.map(\.name))
    case .notAMapping: return "keys with values are expected"
    case .mixed(let name): return "'\(name)' mixes texts with entries"
    case .fieldIsNoText(let name): return "'\(name)': a field that is not a text"
    case .unknownField(let field, let name, let known):
      return "'\(name)' has no field '\(field)'; it has " + known.joined(separator: ", ")
    case .wrongKind(let name, let expected):
      switch expected {
      case .text: return "'\(name)' is to be a text"
      case .list: return "'\(name)' is to be a list of texts"
      case .records(let fields):
        return "'\(name)' is to be a list of entries with " + fields.joined(separator: " and ")
      }
    }
  }
}
