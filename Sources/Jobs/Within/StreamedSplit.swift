import Datasets
import LinearAlgebra
import Models

/// Which rows of a packed file are for training and which for tests: the same as of the table in memory.
struct StreamedSplit {
  /// Read one after the other, they are the training rows; the test rows are nil where there are none.
  private(set) var train: [PackedPiece]
  private(set) var test: [PackedPiece]?
  private(set) var trainRows = 0
  private(set) var testRows: Int?
  /// Of all rows that are read.
  private(set) var groups: [TableSurvey.Attribute] = []
  /// Rows without a value of each attribute.
  private(set) var unknown: [(attribute: String, rows: Int)] = []
  /// What a reader must know of the rows and their columns.
  private(set) var notes: [Phrase] = []
  /// How many levels each column of categories has.
  private(set) var levels: [(column: String, count: Int)] = []

  /// - Parameter fraction: of each cell (groups, label), for tests.
  init(_ file: PackedBlocks, _ reader: DataReader, fraction: Double, seed: UInt64) throws {
    train = file.pieces
    guard fraction >= 0 && fraction < 1 else {
      throw DataError.option(
        "test", value: "\(fraction)",
        "must be at least 0, below 1, and leave some rows for training")
    }
    var count = try CellCount(file, reader)
    groups = count.survey.attributes
    unknown = count.unknown
    levels = count.survey.features.filter { !$0.isNumber }.map { ($0.name, $0.levels.count) }
    trainRows = count.survey.rows
    notes = try count.notes(file.path)
    guard fraction > 0 else { return }
    var draw = SplitDraw(
      counts: try count.counts(reader.options, file.path), fraction: fraction, seed: seed)
    var marks = RowMarks(rows: file.rows), tested = 0
    for piece in file.pieces {
      let labels = try reader.cells(.blocks(piece)), cells = count.cells(of: labels)
      for (cell, record) in zip(cells, labels.origin.records) where draw.next(cell: cell) {
        marks.mark(piece.firstRow + record)
        tested += 1
      }
    }
    guard tested > 0 else { return }
    train = file.pieces.map { $0.taking(.init(marks, takesMarked: false)) }
    test = file.pieces.map { $0.taking(.init(marks, takesMarked: true)) }
    testRows = tested
    trainRows -= tested
  }

  /// Takes the rows of another file for tests; what is to be known of them is told when they are
  /// measured.
  mutating func test(on pieces: [PackedPiece], _ other: StreamedSplit) {
    test = pieces
    testRows = other.trainRows
    for (k, attribute) in groups.enumerated() where k < other.groups.count {
      groups[k].groups = TableSurvey.groups(attribute.groups, other.groups[k].groups)
    }
    for (attribute, rows) in other.unknown { unknown.count(rows, of: attribute) }
  }
}

extension PackedPiece {
  fileprivate func taking(_ choice: RowMarks.Choice) -> PackedPiece {
    var piece = self
    piece.choice = choice
    return piece
  }
}

/// How many rows each cell (groups, label) of a packed file has.
private struct CellCount {
  private(set) var survey: TableSurvey
  private(set) var unknown: [(attribute: String, rows: Int)] = []
  private var numbers: [[String]: Int] = [:]
  private var found: [Int] = []
  /// By cell.
  private var labels: [String?] = []
  /// By cell with its label's text: the cell of its groups with the label as 0 or 1.
  private var merged: [Int] = []
  private var evidence: TableEvidence<Float>?

  init(_ file: PackedBlocks, _ reader: DataReader) throws {
    var sum: TableSurvey?
    var part = Self(survey: TableSurvey.none)
    for piece in file.pieces {
      let labels = try reader.cells(.blocks(piece), evidence: &part.evidence)
      if sum == nil { sum = labels.survey } else { try sum!.add(labels.survey) }
      part.count(labels)
    }
    self = part
    survey = sum ?? .none
    merged = Array(found.indices)
  }

  private init(survey: TableSurvey) { self.survey = survey }

  private mutating func count(_ part: PartLabels) {
    for attribute in part.attributes {
      let rows = attribute.unknownLevel.map { level in
        (0..<attribute.rows).count { attribute[$0] == level }
      }
      if let rows, rows > 0 { unknown.count(rows, of: attribute.attribute) }
    }
    for key in keyed(part) {
      let number = numbers[key.names] ?? found.count
      if number == found.count {
        numbers[key.names] = number
        found.append(0)
        labels.append(part.label == nil ? nil : key.names.last)
      }
      found[number] += key.rows.count
    }
  }

  /// The rows of each cell of a part, with the names of its groups and its label.
  private func keyed(_ part: PartLabels) -> [(names: [String], rows: [Int])] {
    let columns = part.attributes + (part.label.map { [$0] } ?? [])
    var keys = [Int](repeating: 0, count: part.survey.rows)
    for column in columns {
      for i in keys.indices { keys[i] = keys[i] &* column.count &+ column[i] }
    }
    var places: [Int: Int] = [:], rows: [[Int]] = []
    for (i, key) in keys.enumerated() {
      let place = places[key] ?? rows.count
      if place == rows.count {
        places[key] = place
        rows.append([])
      }
      rows[place].append(i)
    }
    return rows.map { rows in (columns.map { $0.names[$0[rows[0]]] }, rows) }
  }

  /// The cell of each row of a part that was counted.
  func cells(of part: PartLabels) -> [Int] {
    var cells = [Int](repeating: 0, count: part.survey.rows)
    for key in keyed(part) {
      let cell = merged[numbers[key.names]!]
      for row in key.rows { cells[row] = cell }
    }
    return cells
  }

  /// Rows of each cell, labels taken as positive or not.
  mutating func counts(_ options: DataOptions, _ file: String) throws -> [Int] {
    let positive = try survey.encoder(options, file: file).positive
    var first: [[String]: Int] = [:]
    for (names, number) in numbers.sorted(by: { $0.value < $1.value }) {
      let label = labels[number].map { $0 == positive ? "1" : "0" }
      let key = (label == nil ? names : Array(names.dropLast())) + [label ?? ""]
      merged[number] = first[key] ?? number
      first[key] = merged[number]
    }
    var counts = [Int](repeating: 0, count: found.count)
    for (number, rows) in found.enumerated() { counts[merged[number]] += rows }
    return counts
  }

  func notes(_ file: String) throws -> [Phrase] {
    guard let evidence else { throw DataError.noRowsLeft(file: file) }
    try evidence.requireRows()
    return evidence.notes(try evidence.meaning())
  }
}

extension [(attribute: String, rows: Int)] {
  fileprivate mutating func count(_ rows: Int, of attribute: String) {
    if let known = firstIndex(where: { $0.attribute == attribute }) {
      self[known].rows += rows
    } else {
      append((attribute, rows))
    }
  }
}

extension TableSurvey {
  fileprivate static var none: TableSurvey {
    TableSurvey(rows: 0, partition: 0, features: [], labels: [], attributes: [])
  }
}
