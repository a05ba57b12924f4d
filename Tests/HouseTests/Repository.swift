import Foundation

/// The sources that these tests were built from.
struct Repository {
  let root: URL

  init(_ file: String = #filePath) {
    root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Swift files below a folder, as paths from the root, sorted; none when there is no such folder.
  func swiftFiles(_ folder: String) -> [String] { files(folder, endings: [".swift"]) }

  /// The same for files of other kinds.
  func files(_ folder: String, endings: [String]) -> [String] {
    let place = root.appendingPathComponent(folder).path
    let names = FileManager.default.enumerator(atPath: place)?.allObjects as? [String] ?? []
    // What a build of the Python package leaves is no source.
    return names.filter { name in
      endings.contains { name.hasSuffix($0) } && !name.contains("build/")
    }.sorted()
      .map { folder + "/" + $0 }
  }
}

extension String {
  /// What the first group of a regular expression matches, wherever it does.
  func captures(_ pattern: String) -> [String] {
    let expression = try! NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    let whole = NSRange(startIndex..., in: self)
    return expression.matches(in: self, range: whole).compactMap { match in
      Range(match.range(at: 1), in: self).map { String(self[$0]) }
    }
  }
}
