import Essentials
import Models

/// A JSON document that proves that it is what was written: its first member is the SHA-256 of the
/// rest.
///
/// The digest is that of the canonical text, so a document whose blanks or order of members changed
/// on the way, in a database say, is still the same. The bytes themselves are looked at first, so
/// that members which another version adds do no harm.
struct StoredDocument {
  /// For people: "rule".
  var kind: String
  /// The schema of what this version writes, as `equipoise.rule/2`.
  var schema: String
  /// The schema of files of 0.1.0 that had no digest; nil where there were none.
  var undigestedSchema: String?

  private struct Head: Decodable {
    var schema: String?
    var digest: String?
  }

  private static let digestStart = "{\"digest\":\""
  private static let digestEnd = "\","

  static func text(_ value: some Encodable) -> String {
    let content = StoredJSON.text(value)
    return digestStart + digest(content) + digestEnd + content.dropFirst()
  }

  /// Reads a document of this version, or one of 0.1.0: those of the C interface named no schema,
  /// and those of the command line had no digest.
  ///
  /// - Parameter file: the file's name for errors; nil for a text in memory.
  func value<Value: Codable>(from text: String, file: String?) throws(ModelFileError) -> Value {
    let text = text.trimmingBlanks
    let head: Head = try decoded(text, file)
    if let found = head.schema, found != schema, found != undigestedSchema {
      guard found.hasPrefix(schema.prefix { $0 != "/" } + "/") else {
        throw .notA(kind, file: file, reason: "its schema is '\(found)'")
      }
      throw .unsupportedVersion(file: file ?? "memory", version: found, supported: schema)
    }
    if undigestedSchema != nil, head.schema == undigestedSchema { return try decoded(text, file) }
    guard let digest = head.digest else {
      throw .notA(kind, file: file, reason: "'digest' is missing")
    }
    guard Self.isWritten(text, digest: digest) || Self.isSame(text, digest: digest) else {
      throw .changed(kind, file: file)
    }
    return try decoded(text, file)
  }

  /// Whether the members are those that were written with this digest, in any order and spacing.
  private static func isSame(_ text: String, digest given: String) -> Bool {
    guard var members: [String: JSONValue] = try? CanonicalJSON.value(from: text.utf8) else {
      return false
    }
    members["digest"] = nil
    return digest(StoredJSON.text(members)) == given
  }

  private func decoded<Value: Decodable>(
    _ text: String, _ file: String?
  ) throws(ModelFileError) -> Value {
    do throws(JSONFault) { return try CanonicalJSON.value(from: text.utf8) } catch {
      throw .notA(kind, file: file, reason: error.description)
    }
  }

  /// Whether the text is, byte for byte, what was written with this digest.
  private static func isWritten(_ text: String, digest given: String) -> Bool {
    let start = digestStart + given + digestEnd
    return text.hasPrefix(start) && digest("{" + text.dropFirst(start.count)) == given
  }

  private static func digest(_ text: String) -> String {
    Digest.sha256(of: text.utf8)
  }
}
