import Datasets
import Essentials

/// A watch as a file keeps it between runs.
protocol WatchFile: Codable {
  static var schemaName: String { get }
  var schema: String { get }
  /// Digests of the files that were counted, and of their rows.
  var counted: [String]? { get set }
}

/// The one thing that every state has.
private struct StateName: Decodable {
  var schema: String
}

extension WatchFile {
  /// Nil when there is no such file.
  static func stored(at path: String) throws -> Self? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    if let state = try? CanonicalJSON.value(Self.self, from: data), state.schema == schemaName {
      return state
    }
    let name = try? CanonicalJSON.value(StateName.self, from: data).schema
    switch name {
    case DetectorState.schemaName where Self.schemaName != name:
      throw WatchError.otherKind(path, isDetector: true)
    case WatchState.schemaName where Self.schemaName != name:
      throw WatchError.otherKind(path, isDetector: false)
    default: throw WatchError.notAState(path)
    }
  }

  func store(at path: String) throws {
    try AtomicFile.write(
      Array((try CanonicalJSON.text(self, .indented, specials: .asTexts) + "\n").utf8), to: path)
  }

  /// Keeps the digests of what was counted.
  mutating func remember(_ digests: [String?]) {
    for case let digest? in digests where counted?.contains(digest) != true {
      counted = (counted ?? []) + [digest]
    }
  }
}
