import Synchronization

/// The command as documents name it.
enum CommandText {
  /// Options that say where output goes: they are no part of what makes a document.
  private static let outputOptions: Set = [
    "--report", "--output", "--output-directory", "--evidence", "--log", "--threads", "--format",
    "--metrics",
  ]

  /// The name of the program, and what was typed after it.
  private static let begun = Mutex<[String]>([])

  static func begin(_ arguments: [String]) { begun.withLock { $0 = arguments } }

  /// The command as it was typed, without the options that only say where output goes, so that the
  /// same input gives the same bytes under any name.
  static func typed(_ words: [String]? = nil) -> String {
    var kept = ["equipoise"]
    var rest = (words ?? begun.withLock { $0 }).dropFirst()
    while let word = rest.popFirst() {
      if word == "--quiet" || word == "--all" { continue }
      if outputOptions.contains(word) {
        rest = rest.dropFirst()
        continue
      }
      if let sign = word.firstIndex(of: "="), outputOptions.contains(String(word[..<sign])) {
        continue
      }
      kept.append(quoted(word))
    }
    return kept.joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || "-_./=,:+%@×".unicodeScalars.contains(scalar)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
