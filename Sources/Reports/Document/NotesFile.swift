import Auditing
import Datasets
import Foundation
internal import Yams

/// An owner's notes as YAML or JSON, which is YAML as well.
public enum NotesFile {
  /// Throws errors that name the file and the entry, and for a mistyped key the nearest one.
  public static func read(_ path: String) throws -> OwnerNotes {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw NotesFileError(file: path, detail: "cannot be read as UTF-8 text")
    }
    return try parse(text, file: path)
  }

  public static func parse(_ text: String, file: String) throws -> OwnerNotes {
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch {
      throw NotesFileError(file: file, detail: "\(error)")
    }
    var notes = OwnerNotes()
    guard let root, root.null == nil else { return notes }
    guard let mapping = root.mapping else {
      throw NotesFileError(file: file, detail: "keys with values are expected")
    }
    for (name, value) in try flattened(mapping, prefix: "", file: file) {
      do { try notes.set(name, value) } catch {
        var detail = error.description
        if case .unknownKey = error {
          detail += NearestName.suggestion(for: name, among: OwnerNotes.keys.map(\.name))
        }
        throw NotesFileError(file: file, detail: detail)
      }
    }
    return notes
  }

  private static func flattened(
    _ mapping: Node.Mapping, prefix: String, file: String
  ) throws -> [(String, OwnerNotes.Value)] {
    var entries: [(String, OwnerNotes.Value)] = []
    for (key, node) in mapping {
      guard let word = key.scalar?.string else {
        throw NotesFileError(file: file, detail: "a key that is not a text")
      }
      let name = prefix + word
      if let inner = node.mapping {
        entries += try flattened(inner, prefix: name + ".", file: file)
      } else if let value = try value(node, name: name, file: file) {
        entries.append((name, value))
      }
    }
    return entries
  }

  /// nil for an entry that is left empty.
  private static func value(
    _ node: Node, name: String, file: String
  ) throws -> OwnerNotes.Value? {
    if let scalar = node.scalar {
      return node.null != nil && scalar.style == .plain ? nil : .text(scalar.string)
    }
    guard let items = node.sequence else { return nil }
    if items.contains(where: { $0.mapping != nil }) {
      return .records(
        try items.map { item in
          guard let record = item.mapping else {
            throw NotesFileError(file: file, detail: "'\(name)' mixes texts with entries")
          }
          return Dictionary(
            try record.map { key, value in
              guard let field = key.scalar?.string, let text = value.scalar?.string else {
                throw NotesFileError(file: file, detail: "'\(name)': a field that is not a text")
              }
              return (field, text)
            }, uniquingKeysWith: { _, last in last })
        })
    }
    return .list(
      try items.map { item in
        guard let text = item.scalar?.string else {
          throw NotesFileError(file: file, detail: "'\(name)' is to be a list of texts")
        }
        return text
      })
  }
}

/// Notes that cannot be used.
public struct NotesFileError: UserError, Equatable, CustomStringConvertible {
  public var file: String
  public var detail: String
  public var blame: Blame { .data }

  public var description: String { "\(file): \(detail)" }
}
