import Datasets
import Foundation
import Reports
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
    guard let root, let input = try value(root, file: file) else { return OwnerNotes() }
    do { return try OwnerNotes(input) } catch {
      throw NotesFileError(file: file, detail: error.description)
    }
  }

  /// A node as it is; nil for one that is left empty.
  private static func value(_ node: Node, file: String) throws -> OptionInput? {
    if let scalar = node.scalar {
      return node.null != nil && scalar.style == .plain ? nil : .text(scalar.string)
    }
    if let items = node.sequence {
      return .list(try items.compactMap { try value($0, file: file) })
    }
    var entries: [String: OptionInput] = [:]
    for (key, node) in node.mapping ?? [:] {
      guard let word = key.scalar?.string else {
        throw NotesFileError(file: file, detail: "a key that is not a text")
      }
      entries[word] = try value(node, file: file)
    }
    return .mapping(entries)
  }
}

/// Notes that cannot be used.
public struct NotesFileError: UserError, Equatable, CustomStringConvertible {
  public var file: String
  public var detail: String
  public var blame: Blame { .data }
  public var description: String { "\(file): \(detail)" }
}
