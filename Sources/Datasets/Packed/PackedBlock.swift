/// Rows of a packed file that lie together, and where each column's values are.
struct PackedBlock: Equatable, Sendable {
  /// The most rows, and about the most bytes.
  static let mostRows = 1 << 16
  static let mostBytes = 1 << 24
  /// Rows of numbers begin at a multiple of it, from the beginning of the block.
  static let alignment = PackedHeader.size

  /// In the file.
  var offset = 0
  var bytes = 0
  var rows = 0
  /// The rows before it; known from the blocks before.
  var firstRow = 0
  /// The line of the first row where each row has one; else the rows' lines are stored.
  var firstLine = 0
  /// Rows of 32-bit and of 64-bit floats, the columns next to each other; from the block's beginning.
  var singles = 0
  var doubles = 0
  /// The line of each row as 64-bit numbers; 0: each row has one line.
  var lines = 0
  var linesDigest: UInt64 = 0
  var columns: [PackedColumnPart] = []

  /// The columns that are stored as floats of a size.
  func places(_ precision: PackedColumnPart.Precision) -> [Int] {
    columns.indices.filter { columns[$0].precision == precision }
  }
}

/// How a column is stored in a block.
struct PackedColumnPart: Equatable, Sendable {
  /// Its numbers among the rows of floats; a value that is none is a NaN, whose low bits are the place
  /// of its text in the dictionary plus 1.
  enum Precision: UInt8, Sendable {
    case none, single, double

    var size: Int { self == .single ? 4 : 8 }
  }

  /// Its texts, as they stood in the file, byte for byte.
  enum Texts: UInt8, Sendable {
    /// Written from the numbers by a rule.
    case style
    /// Places in the dictionary, of 1, 2 or 4 bytes.
    case codes8, codes16, codes32
    /// rows + 1 ends of 4 bytes, then the texts.
    case heap

    var codeSize: Int? {
      switch self {
      case .codes8: 1
      case .codes16: 2
      case .codes32: 4
      case .style, .heap: nil
      }
    }

    static func codes(_ count: Int) -> Texts {
      count <= 1 << 8 ? .codes8 : count <= 1 << 16 ? .codes16 : .codes32
    }
  }

  var precision = Precision.none
  var texts = Texts.heap
  var style: UInt8 = 0
  /// From the block's beginning.
  var offset = 0
  var bytes = 0
  var numbersDigest: UInt64 = 0
  var textsDigest: UInt64 = 0
}

extension PackedBlock {
  func write(to output: inout PackedOutput) {
    for size in [offset, bytes, rows, firstLine, singles, doubles, lines] {
      output.add(count: size)
    }
    output.add(linesDigest)
    for part in columns {
      output.add(part.precision.rawValue)
      output.add(part.texts.rawValue)
      output.add(part.style)
      output.add(count: part.offset)
      output.add(count: part.bytes)
      output.add(part.numbersDigest)
      output.add(part.textsDigest)
    }
  }

  /// The least bytes of the list that a block of some columns takes.
  static func listed(_ columns: Int) -> Int { 64 + 35 * columns }

  /// - Parameter region: where the block may lie in the file.
  init(
    _ input: inout PackedInput, columns count: Int, firstRow: Int, in region: Range<Int>
  ) throws(PackedFault) {
    offset = try input.size()
    bytes = try input.size()
    rows = try input.size()
    firstLine = try input.size()
    singles = try input.size()
    doubles = try input.size()
    lines = try input.size()
    linesDigest = try input.number()
    self.firstRow = firstRow
    columns.reserveCapacity(count)
    for _ in 0..<count { columns.append(try PackedColumnPart(&input)) }
    try check(in: region)
  }

  /// Throws where anything would lie outside of the block, or the block outside of the file.
  private func check(in region: Range<Int>) throws(PackedFault) {
    guard rows > 0, rows <= Self.mostRows, offset >= region.lowerBound,
      offset % Self.alignment == 0, bytes <= region.upperBound, offset <= region.upperBound - bytes
    else { throw .badContents("a block of \(rows) rows at \(offset)") }
    var used = 0
    for (precision, start) in [(PackedColumnPart.Precision.single, singles), (.double, doubles)] {
      let width = columns.count { $0.precision == precision }
      guard width > 0 else { continue }
      used += rows * width * precision.size
      try require(start, rows * width * precision.size, alignment: Self.alignment)
    }
    if lines > 0 { try require(lines, rows * 8, alignment: 8) }
    for part in columns {
      try require(part.offset, part.bytes, alignment: 8)
      used += part.bytes
      // No bytes are two columns: a small file would be a table that no memory holds.
      guard used <= bytes else { throw .badContents("columns that lie over each other") }
      let needed = part.texts.codeSize.map { $0 * rows }
      switch part.texts {
      case .style:
        guard part.precision != .none, part.bytes == 0 else {
          throw .badContents("a column of no numbers and no texts")
        }
      case .heap:
        guard part.bytes >= 4 * (rows + 1) else { throw .badContents("texts without ends") }
      default:
        guard part.bytes == needed else { throw .badContents("codes for other rows") }
      }
    }
  }

  private func require(_ start: Int, _ count: Int, alignment: Int) throws(PackedFault) {
    guard start % alignment == 0, count <= bytes, start <= bytes - count else {
      throw .badContents("\(count) bytes at \(start) of a block of \(bytes)")
    }
  }
}

extension PackedColumnPart {
  init(_ input: inout PackedInput) throws(PackedFault) {
    guard let precision = Precision(rawValue: try input.number()),
      let texts = Texts(rawValue: try input.number())
    else { throw .badContents("a column is stored in an unknown way") }
    self.precision = precision
    self.texts = texts
    style = try input.number()
    offset = try input.size()
    bytes = try input.size()
    numbersDigest = try input.number()
    textsDigest = try input.number()
  }
}
