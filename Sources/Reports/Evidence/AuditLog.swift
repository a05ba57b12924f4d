import Auditing
import Datasets
import Essentials
import Models

/// A log whose entries each hold the digest of the one before: nothing in it can be changed, left
/// out or put in without breaking the chain.
///
/// The file is JSON lines. A line ends with `,"sha256":"…"}`, the digest of the line's bytes before
/// it, closed with `}`; so a line can be checked byte by byte without a canonical form of JSON. The
/// chain cannot tell that entries are missing at its end: keep the head's digest elsewhere.
public struct AuditLog: Sendable {
  public static let schemaName = "equipoise.log/1"
  /// What the first entry has in the place of a digest.
  public static let start = String(repeating: "0", count: 64)

  /// What an entry says.
  public struct Entry: Sendable, Equatable, Codable {
    public var schema = schemaName
    /// From 1.
    public var entry: Int
    public var previous: String
    public var kind: String
    public var date: String?
    public var content: [String: String]
  }

  /// A chain that holds together.
  public struct Chain: Sendable, Equatable {
    public var entries: [Entry]
    /// The digest of the last entry.
    public var head: String
    /// The digest of each entry, in order.
    public var digests: [String]
  }

  public let path: String

  public init(_ path: String) { self.path = path }

  /// Adds an entry. Others that append at the same time wait. What an interrupted append left is
  /// cut off first, and the entry says so.
  ///
  /// - Returns: the chain with the new entry.
  @discardableResult
  public func append(
    kind: String, content: [String: String], date: String? = nil
  ) throws -> Chain {
    let file = try AppendedFile(path)
    let bytes = try file.contents()
    try Self.check(bytes, file: path)
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var chain = try Self.chain(Array(bytes[..<whole]), file: path)
    var content = content
    if whole < bytes.count {
      content["recovered_bytes"] = "\(bytes.count - whole)"
      content["recovered_sha256"] = Digest.sha256(of: bytes[whole...])
    }
    let entry = Entry(
      entry: chain.entries.count + 1, previous: chain.head, kind: kind, date: date,
      content: content)
    let (line, digest) = try Self.line(entry)
    if whole < bytes.count { try file.truncate(to: whole) }
    try file.append(line)
    chain.entries.append(entry)
    chain.digests.append(digest)
    chain.head = digest
    return chain
  }

  /// Checks every entry of the file.
  public func verify() throws -> Chain {
    let bytes = try Self.bytes(of: path)
    guard !bytes.isEmpty else { throw AuditLogError.empty(file: path) }
    try Self.check(bytes, file: path)
    return try Self.chain(bytes, file: path)
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DataError.unreadable(file: path, reason: "there is no such file, or no right to read")
    }
    return Array(data)
  }

  // MARK: Lines

  /// How every entry begins: its members are in the order of their names.
  private static let lineStart = Array("{\"content\":".utf8)

  /// Throws for a file that is no log, which nobody wants to hear is a broken one, and nobody wants
  /// to be added to.
  private static func check(_ bytes: [UInt8], file: String) throws {
    let isStart = zip(bytes, lineStart).allSatisfy { $0 == $1 }
    let first = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    guard !isStart, !first.contains(String(decoding: suffixStart, as: UTF8.self)) else { return }
    throw AuditLogError.notALog(file: file, found: FileKind.words(bytes))
  }

  private static let suffixStart = Array(",\"sha256\":\"".utf8)
  private static let suffixEnd = Array("\"}".utf8)
  private static var suffixCount: Int { suffixStart.count + 64 + suffixEnd.count }

  static func line(_ entry: Entry) throws -> (bytes: [UInt8], digest: String) {
    let body = Array(try CanonicalJSON.text(entry).utf8)
    let digest = Digest.sha256(of: body)
    let bytes = body.dropLast() + suffixStart + Array(digest.utf8) + suffixEnd
    return (bytes + [UInt8(ascii: "\n")], digest)
  }

  static func chain(_ bytes: [UInt8], file: String) throws -> Chain {
    var chain = Chain(entries: [], head: start, digests: [])
    var rest = bytes[...]
    while !rest.isEmpty {
      let number = chain.entries.count + 1
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
        throw AuditLogError.cutOff(file: file, line: number)
      }
      let (entry, digest) = try parsed(rest[..<end], line: number, file: file)
      guard entry.previous == chain.head else {
        throw AuditLogError.broken(file: file, line: number)
      }
      guard entry.entry == number else {
        throw AuditLogError.misnumbered(file: file, line: number, found: entry.entry)
      }
      chain.entries.append(entry)
      chain.digests.append(digest)
      chain.head = digest
      rest = rest[(end + 1)...]
    }
    return chain
  }

  private static func parsed(
    _ line: ArraySlice<UInt8>, line number: Int, file: String
  ) throws -> (Entry, String) {
    guard line.count > suffixCount, line.suffix(suffixEnd.count).elementsEqual(suffixEnd) else {
      throw AuditLogError.cutOff(file: file, line: number)
    }
    let suffix = line.suffix(suffixCount)
    guard suffix.starts(with: suffixStart) else {
      throw AuditLogError.edited(file: file, line: number)
    }
    let stated = String(decoding: suffix.dropFirst(suffixStart.count).prefix(64), as: UTF8.self)
    let body = line.dropLast(suffixCount) + [UInt8(ascii: "}")]
    guard Digest.sha256(of: body) == stated else {
      throw AuditLogError.edited(file: file, line: number)
    }
    guard let entry = try? CanonicalJSON.value(Entry.self, from: body),
      entry.schema == schemaName
    else { throw AuditLogError.notAnEntry(file: file, line: number) }
    return (entry, stated)
  }
}

/// A log that does not hold together, with the line where it first does not.
public enum AuditLogError: UserError, Equatable, CustomStringConvertible {
  case empty(file: String)
  /// Another kind of file: `found` says what it is; nil where nobody can tell.
  case notALog(file: String, found: String?)
  case cutOff(file: String, line: Int)
  case edited(file: String, line: Int)
  case broken(file: String, line: Int)
  case misnumbered(file: String, line: Int, found: Int)
  case notAnEntry(file: String, line: Int)
  case missingHead(file: String, head: String)

  public var blame: Blame { .data }

  public var description: String {
    switch self {
    case .empty(let file): "\(file): the log has no entries"
    case .notALog(let file, let found):
      "\(file): no audit log, but \(found ?? "a file of another kind")"
    case .cutOff(let file, let line):
      "\(file), line \(line): the line is cut off" + Self.before(line)
    case .edited(let file, let line):
      "\(file), line \(line): the line was changed after it was written: its digest does not match"
    case .broken(let file, let line):
      "\(file), line \(line): the entry does not follow the one before it: a line was changed, "
        + "removed, put in or moved"
    case .misnumbered(let file, let line, let found):
      "\(file), line \(line): the entry is number \(found)"
    case .notAnEntry(let file, let line):
      "\(file), line \(line): the line is not an entry of an audit log"
    case .missingHead(let file, let head):
      "\(file): no entry has the digest \(head): entries are missing at the end, or it is another log"
    }
  }

  /// What is said of the entries before a line.
  private static func before(_ line: Int) -> String {
    switch line {
    case 1: ""
    case 2: "; the entry before it holds"
    default: "; the \(line - 1) entries before it hold together"
    }
  }
}
