import Datasets
import Reports

/// An owner's notes as YAML or JSON.
public enum NotesFile {
  /// Throws errors that name the file and the entry, and for a mistyped key the nearest one.
  public static func read(_ path: String) throws -> OwnerNotes {
    try parse(try ConfigurationLimits.read(path).text, file: path)
  }

  public static func parse(_ text: String, file: String) throws -> OwnerNotes {
    guard text.contains(where: { !$0.isWhitespace }) else { return OwnerNotes() }
    guard let input = try ConfigurationText.parse(text, file: file).optionInput else {
      return OwnerNotes()
    }
    do { return try OwnerNotes(input) } catch {
      throw JobError.data("\(file): \(error.description)")
    }
  }
}

extension ConfigurationNode {
  /// A node as it is; nil for one that is left empty.
  fileprivate var optionInput: OptionInput? {
    switch content {
    case .empty: nil
    case .scalar(let text, _): .text(text)
    case .list(let items): .list(items.compactMap(\.optionInput))
    case .mapping(let entries):
      .mapping(
        Dictionary(
          entries.compactMap { entry in entry.value.optionInput.map { (entry.key, $0) } },
          uniquingKeysWith: { first, _ in first }))
    }
  }
}
