import Datasets
import Essentials
import Models
import Reports

/// Everything that a pipeline writes, in memory: nothing is written before all variants are done.
public struct PipelineOutput {
  /// A list of digests that `sha256sum -c` reads.
  public static let sumsName = EvidencePack.sumsName

  /// Paths below the output folder with their bytes.
  public private(set) var files: [(path: String, bytes: [UInt8])] = []
  /// What the variants came to, for people.
  public internal(set) var page: ReportDocument?
  private var packs: [(path: String, pack: EvidencePack, manifest: EvidencePack.Manifest)] = []

  public init() {}

  mutating func add(_ path: String, _ bytes: [UInt8]) { files.append((path, bytes)) }
  mutating func add(_ path: String, _ text: String) { add(path, Array(text.utf8)) }

  mutating func add(
    _ path: String, _ pack: EvidencePack, _ manifest: EvidencePack.Manifest
  ) {
    packs.append((path, pack, manifest))
  }

  /// What will be written, in the order of the paths.
  public var paths: [String] {
    (files.map(\.path) + packs.map { $0.path + "/" + Self.sumsName }).sorted()
  }

  func digest(_ path: String) -> String? {
    files.first { $0.path == path }.map { Digest.sha256(of: $0.bytes) }
  }

  /// Writes every file whole or not at all; the list of digests comes last, so that a folder whose
  /// writing was stopped does not verify.
  public func write(to folder: String) throws {
    let manager = FileManager.default
    var sums: [(path: String, digest: String)] = []
    let list = folder + "/" + Self.sumsName
    if manager.fileExists(atPath: list) { try manager.removeItem(atPath: list) }
    for (path, bytes) in files {
      let place = folder + "/" + path
      try Self.makeFolder(of: place)
      try AtomicFile.write(bytes, to: place)
      sums.append((path, Digest.sha256(of: bytes)))
    }
    for (path, pack, manifest) in packs {
      let place = folder + "/" + path
      try Self.makeFolder(of: place)
      sums.append((path + "/" + Self.sumsName, try pack.write(manifest, to: place)))
    }
    let text = sums.sorted { $0.path < $1.path }.map { "\($0.digest)  \($0.path)\n" }.joined()
    try AtomicFile.write(Array(text.utf8), to: list)
  }

  private static func makeFolder(of file: String) throws {
    let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DataError.unwritable(file: folder, reason: "the folder cannot be made")
    }
  }
}
