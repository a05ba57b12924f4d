import Auditing
import Criteria
import Datasets
import Essentials
import Models

/// A folder with an audit's documents, the counts they rest on, and digests of everything that went
/// in: data, model, settings, program.
///
/// `SHA256SUMS` lists every file; `sha256sum -c` reads it, and `verify` besides finds files that are
/// missing or too many. It is written last, so that an interrupted pack does not verify.
public struct EvidencePack {
  /// What went into an audit.
  public struct Manifest: Encodable {
    public struct File: Encodable {
      public var name: String
      public var bytes: Int
      public var sha256: String

      public init(name: String, bytes: Int, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
      }
    }

    public static let schemaName = "equipoise.evidence/1"

    public let schema = Manifest.schemaName
    /// The date that was given; none is taken from the clock.
    public var date: String?
    public var command: String
    public var version: String
    /// The program itself.
    public var build: File?
    /// Nil for built-in data, which are part of the program, and for standard input.
    public var data: File?
    public var model: File?
    /// What the model's own file says of its training data and settings.
    public var trainingDataDigest: String?
    public var configurationDigest: String?
    public var seed: UInt64
    public var settings: [String: String]

    enum CodingKeys: String, CodingKey {
      case schema, date, command, version, build, data, model, seed, settings
      case trainingDataDigest = "training_data_digest"
      case configurationDigest = "configuration_sha256"
    }

    public init(command: String, version: String, seed: UInt64) {
      self.command = command
      self.version = version
      self.seed = seed
      settings = [:]
    }
  }

  public static let sumsName = "SHA256SUMS"
  public static let manifestName = "evidence.json"

  /// Names with contents, the manifest not included.
  public private(set) var files: [(name: String, bytes: [UInt8])] = []

  public init() {}

  public mutating func add(_ name: String, _ text: String) {
    files.append((name, Array(text.utf8)))
  }

  /// The counts of every observed combination of groups.
  public mutating func add(_ counts: OutcomeCounts) throws {
    add("counts.json", try ReportJSON.text(EvidenceCounts(counts)))
  }

  /// Writes the pack into a folder that is new, empty or a pack already.
  ///
  /// - Returns: the digest of `SHA256SUMS`, which stands for the whole pack.
  @discardableResult
  public func write(_ manifest: Manifest, to folder: String) throws -> String {
    let all = files + [(Self.manifestName, Array(try ReportJSON.text(manifest).utf8))]
    try Self.prepare(folder, for: Set(all.map(\.0)))
    for (name, bytes) in all { try AtomicFile.write(bytes, to: folder + "/" + name) }
    let sums = all.sorted { $0.0 < $1.0 }
      .map { "\(Digest.sha256(of: $0.1))  \($0.0)\n" }.joined()
    try AtomicFile.write(Array(sums.utf8), to: folder + "/" + Self.sumsName)
    return Digest.sha256(of: sums.utf8)
  }

  private static func prepare(_ folder: String, for names: Set<String>) throws {
    let manager = FileManager.default
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DataError.unwritable(file: folder, reason: "the folder cannot be made")
    }
    let found = try manager.contentsOfDirectory(atPath: folder).sorted()
    if let strange = found.first(where: { !names.contains($0) && $0 != sumsName }) {
      throw DataError.unwritable(
        file: folder, reason: "it holds '\(strange)', which is not part of an evidence pack")
    }
    if found.contains(sumsName) { try manager.removeItem(atPath: folder + "/" + sumsName) }
  }

  /// The digest of a file and its size.
  public static func file(_ path: String) throws -> Manifest.File {
    let bytes = try FileBytes.open(path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Manifest.File(
      name: name, bytes: bytes.count, sha256: bytes.digest(0..<bytes.count))
  }
}

extension EvidencePack {
  /// A pack whose files are as they were written.
  public struct Verified: Sendable, Equatable {
    public var files: [String]
    public var digest: String
  }

  /// Checks every file of a pack against its list.
  public static func verify(_ folder: String) throws -> Verified {
    guard let sums = FileManager.default.contents(atPath: folder + "/" + sumsName) else {
      throw EvidenceError.noList(folder: folder)
    }
    var listed: [String] = []
    let lines = String(decoding: sums, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: true)
    for (index, line) in lines.enumerated() {
      let digest = line.prefix(64), name = String(line.dropFirst(66))
      guard line.count > 66, line.dropFirst(64).hasPrefix("  "), !name.contains("/") else {
        throw EvidenceError.badLine(folder: folder, line: index + 1)
      }
      guard let bytes = FileManager.default.contents(atPath: folder + "/" + name) else {
        throw EvidenceError.missing(folder: folder, name: name)
      }
      guard Digest.sha256(of: bytes) == digest else {
        throw EvidenceError.changed(folder: folder, name: name)
      }
      listed.append(name)
    }
    let found = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    if let strange = found.first(where: { !listed.contains($0) && $0 != sumsName }) {
      throw EvidenceError.added(folder: folder, name: strange)
    }
    guard listed.contains(manifestName) else {
      throw EvidenceError.missing(folder: folder, name: manifestName)
    }
    return Verified(files: listed, digest: Digest.sha256(of: sums))
  }
}

/// A pack that is not as it was written.
public enum EvidenceError: UserError, Equatable, CustomStringConvertible {
  case noList(folder: String)
  case badLine(folder: String, line: Int)
  case missing(folder: String, name: String)
  case changed(folder: String, name: String)
  case added(folder: String, name: String)

  public var blame: Blame { .data }

  public var description: String {
    switch self {
    case .noList(let folder):
      "\(folder): no \(EvidencePack.sumsName): it is not an evidence pack, or an unfinished one"
    case .badLine(let folder, let line):
      "\(folder)/\(EvidencePack.sumsName), line \(line): not a digest and a name"
    case .missing(let folder, let name): "\(folder)/\(name): the file is missing"
    case .changed(let folder, let name):
      "\(folder)/\(name): the file was changed: its digest is not the one listed"
    case .added(let folder, let name): "\(folder)/\(name): the file is not listed"
    }
  }
}
