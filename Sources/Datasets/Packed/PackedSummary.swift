import LinearAlgebra

/// What a packed file holds, for people and programs.
public struct PackedSummary: Sendable, Equatable {
  public struct Column: Sendable, Equatable {
    public var name: String
    /// Whether its values are numbers unless somebody says otherwise.
    public var isNumeric: Bool
    /// Different texts that are numbered; nil where texts stand as they are in some block.
    public var levels: Int?
    /// The ways in which blocks store it: `float`, `double`, `codes8`…, `text`.
    public var stored: [String]
  }

  public struct Block: Sendable, Equatable {
    public var rows: Int
    public var bytes: Int
    /// Of everything in the block, 16 hexadecimal digits.
    public var digest: String
  }

  public var file: String
  public var version: Int
  public var rows: Int
  public var columns: [Column]
  public var blocks: [Block]

  init(_ contents: PackedContents, file: String) {
    self.file = file
    version = PackedHeader.version
    rows = contents.rows
    columns = contents.columns.indices.map { j in
      Column(contents.columns[j], contents.blocks.map { $0.columns[j] })
    }
    blocks = contents.blocks.map { block in
      Block(rows: block.rows, bytes: block.bytes, digest: block.digest)
    }
  }

  /// Whether a file is a packed table, by its first bytes.
  public static func isPacked(_ path: String) throws(DataError) -> Bool {
    guard FileBytes.isRegularFile(path) else { return false }
    return PackedHeader.isFound(in: try FileBytes.open(path))
  }

  /// What a file holds, after every byte of it was compared with its digest.
  public static func read(_ path: String, pool: WorkerPool) throws(DataError) -> PackedSummary {
    let packed = try PackedFile(path)
    try packed.verifyAll(pool)
    return PackedSummary(packed.contents, file: path)
  }
}

extension PackedSummary.Column {
  init(_ column: PackedContents.Column, _ parts: [PackedColumnPart]) {
    name = column.sample.name
    isNumeric = column.sample.isNumeric
    levels = parts.allSatisfy { $0.texts.codeSize != nil } ? column.dictionary.count : nil
    var stored: [String] = []
    for word in parts.flatMap(Self.words) where !stored.contains(word) { stored.append(word) }
    self.stored = stored
  }

  private static func words(_ part: PackedColumnPart) -> [String] {
    let numbers: [String] =
      switch part.precision {
      case .none: []
      case .single: ["float"]
      case .double: ["double"]
      }
    let texts: [String] =
      switch part.texts {
      case .style: []
      case .codes8: ["codes8"]
      case .codes16: ["codes16"]
      case .codes32: ["codes32"]
      case .heap: ["text"]
      }
    return numbers + texts
  }
}

extension PackedBlock {
  /// A digest of all digests of the block's columns.
  fileprivate var digest: String {
    var output = PackedOutput()
    for part in columns {
      output.add(part.numbersDigest)
      output.add(part.textsDigest)
    }
    output.add(linesDigest)
    let digits = String(PackedDigest.of(output.bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
