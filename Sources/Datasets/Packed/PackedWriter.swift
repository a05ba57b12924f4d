import LinearAlgebra

/// Packs tables into a file that every reader of tables takes without parsing: what is stored is the
/// table with all of its columns, and not what one model makes of it.
///
/// Rows stream: a few blocks are in memory, and the different texts of columns of categories.
public struct PackedWriter: Sendable {
  private let reading: TableReading
  public let pool: WorkerPool
  public var shouldStop: @Sendable () -> Bool = { false }
  /// Told the share that is done, 0…1.
  public var progress: @Sendable (Double) -> Void = { _ in }

  public init(_ options: DataOptions, pool: WorkerPool = .default) {
    reading = TableReading(options)
    self.pool = pool
  }

  /// What was packed.
  public struct Report: Sendable {
    public var summary: PackedSummary
    /// Rows that this call added.
    public var added: Int
    /// What a reader of the packed table must know of how the tables were read.
    public var notes: [Phrase]
  }

  /// Packs tables one after the other; they must have the same columns.
  ///
  /// - Parameters:
  ///   - path: a file, which is replaced when all is well, or grows.
  ///   - appends: adds the rows to those that the file has.
  /// - Returns: nil where the caller asked to stop; the file is then as it was.
  public func pack(
    _ locations: [DataLocation], to path: String, appends: Bool = false
  ) throws(DataError) -> Report? {
    let sink: any PackedSink = appends ? try PackedAppending(path) : try PackedCreation(path)
    var encoder = (sink as? PackedAppending).map {
      PackedEncoder($0.contents, lastLine: $0.lastLine, to: sink)
    }
    let before = encoder?.contents.rows ?? 0
    var notes: [Phrase] = []
    for (k, location) in locations.enumerated() {
      let source = try open(location, near: path)
      notes += source.notes
      let target =
        try encoder.map { known throws(DataError) in try Self.joined(known, source, path) }
        ?? PackedEncoder(
          PackedContents(
            columns: source.columns, sample: source.sample, isUnnamed: source.isUnnamed), to: sink)
      encoder = target
      let share = Double(k) / Double(locations.count)
      let isDone = try add(source, to: target) { done in
        progress(share + done / Double(locations.count))
      }
      guard isDone else { return nil }
      target.add(source: try digest(location, source))
    }
    guard let contents = try encoder?.finish() else { return nil }
    return Report(
      summary: PackedSummary(contents, file: path), added: contents.rows - before, notes: notes)
  }

  /// Of a file its own; of a pipe that of its text; empty for what is neither.
  private func digest(
    _ location: DataLocation, _ source: any PackedSource
  ) throws(DataError) -> String {
    if let digest = try DataDigest.of(location, pool: pool) { return digest }
    return (source as? CSVSource).map { DataDigest.of($0.allText, pool: pool) } ?? ""
  }

  /// - Parameter path: where there is room for what cannot be mapped as it is.
  private func open(
    _ location: DataLocation, near path: String
  ) throws(DataError) -> any PackedSource {
    var reading = reading
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    reading.spoolFolder = folder.isEmpty ? "/" : folder
    let table = try TableSources.open(location, reading, pool: pool)
    switch table {
    case let table as CSVTable: return CSVSource(table, reading)
    case let table as ArrowTable: return ArrowSource(table)
    case let table as PackedTable: return PackedTableSource(table)
    default:
      throw .wrongKind(
        file: table.file, kind: "a folder of arrays",
        remedy: "it is mapped as it is, and need not be packed")
    }
  }

  /// The encoder, when a table has the columns that it knows.
  private static func joined(
    _ encoder: PackedEncoder, _ source: any PackedSource, _ path: String
  ) throws(DataError) -> PackedEncoder {
    let known = encoder.contents.columns.map(\.sample), new = source.columns.map(\.sample)
    func fault(_ column: String, _ reason: String) -> DataError {
      .packed(file: source.file, .otherColumn(column: column, reason: reason))
    }
    for (j, column) in known.enumerated() {
      guard new.contains(where: { $0.name == column.name }) else {
        throw fault(column.name, "is missing here, and '\(path)' has it")
      }
      guard j < new.count, new[j].name == column.name else {
        throw fault(column.name, "stands at another place than in '\(path)'")
      }
      let isSame =
        new[j].isNumeric == column.isNumeric && new[j].unusable == column.unusable
        && source.columns[j].kind == encoder.contents.columns[j].kind
      guard isSame else {
        let kind = new[j].isNumeric ? "numbers" : "texts"
        throw fault(column.name, "is one of \(kind) here, and of another kind in '\(path)'")
      }
    }
    if let other = new.dropFirst(known.count).first {
      throw fault(other.name, "is one that '\(path)' does not have")
    }
    return encoder
  }

  /// Rows of a block: so many that it is no larger than a block should be.
  private static func blockRows(_ source: some PackedSource) -> Int {
    let bytes = max(source.rowBytes, 12 * source.columns.count)
    var rows = PackedBlock.mostRows
    while rows > 1 && rows * bytes > PackedBlock.mostBytes { rows /= 2 }
    return rows
  }

  /// - Returns: false where the caller asked to stop.
  private func add(
    _ source: any PackedSource, to encoder: PackedEncoder, progress: (Double) -> Void
  ) throws(DataError) -> Bool {
    let size = Self.blockRows(source), rows = source.rows
    let lastLine = encoder.lastLine
    let open = PackedColumnsOpen(encoder.open)
    var failure: DataError?, isStopped = false
    let columns = source.columns.count
    func range(_ k: Int) -> Range<Int> { k * size..<min(rows, (k + 1) * size) }
    let firstLine = source.lines(0..<1).first
    pool.orderedReduce(
      (rows + size - 1) / size,
      makePartial: { (block: 0, rows: PackedRows(columns: columns)) },
      body: { k, part in
        part.block = k
        guard !open.isStopped else { return }
        part.rows.read(source, k * size..<min(rows, (k + 1) * size), open: open.columns)
      },
      merge: { part in
        guard failure == nil, !isStopped else { return }
        do throws(DataError) {
          if let error = part.rows.failure { throw error }
          var lines = source.lines(range(part.block))
          if lastLine > 0 { lines = Self.moved(lines, by: lastLine + 1 - firstLine) }
          try encoder.add(part.rows, lines: lines)
          open.update(encoder.open)
        } catch { failure = error }
        part.rows.discardText()
        isStopped = shouldStop()
        if failure != nil || isStopped { open.stop() }
        progress(Double(range(part.block).upperBound) / Double(rows))
      })
    if let failure { throw failure }
    return !isStopped
  }

  /// Lines of a table that stands below another one.
  private static func moved(
    _ lines: (first: Int, all: [Int]?), by distance: Int
  ) -> (first: Int, all: [Int]?) {
    (lines.first + distance, lines.all.map { $0.map { $0 + distance } })
  }
}
