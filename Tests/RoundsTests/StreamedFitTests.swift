import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Rounds
import TestSupport
import Testing

@Suite struct StreamedFitTests {
  /// A packed file of blocks of different sizes, one of them without women, one without a known group
  /// and one of one class: three windows of rows.
  private static let file = Result { try PackedTestFile() }

  private func fit(
    _ method: (name: String, options: [String: String]), _ roles: DataOptions,
    precision: RoundRequest.Precision = .float, _ part: PartRows
  ) throws -> TrainedModel {
    let mitigation = try Mitigations.named(method.name)
    return try RoundsFit(roles, precision: precision, part: part)
      .fit(mitigation, MethodOptions(method.options, of: mitigation))
  }

  private func bytes(_ model: TrainedModel) -> [UInt8] {
    ModelStore.contents(model, dataDigest: nil).encoded()
  }

  /// Room for no window that stays, for one, and for all.
  private static let rooms = [0, 9_000_000, 1 << 30]

  @Test(arguments: RoundsFitTests.methods.indices)
  func everyRoomGivesTheBytesOfAllRowsInOneMemory(_ k: Int) throws {
    let file = try Self.file.get(), method = RoundsFitTests.methods[k]
    let whole = bytes(
      try fit(method, file.roles, PartRows(partition: 0, .path(file.path), file.roles)))
    let parts = try RoundsFit(
      file.roles, parts: LocalParts([PartRows(partition: 0, .path(file.path), file.roles)]).ask
    ).fit(
      Mitigations.named(method.name),
      MethodOptions(method.options, of: Mitigations.named(method.name)))
    #expect(bytes(parts) == whole)
    for room in Self.rooms {
      let part = try file.part(room: room)
      #expect(bytes(try fit(method, file.roles, part)) == whole, "room \(room)")
    }
  }

  @Test func numbersOf64BitsAndOneThreadGiveTheSameBytes() throws {
    let file = try Self.file.get(), method = RoundsFitTests.methods[3]
    var roles = file.roles
    roles.condition = try RowCondition("age < 75 & region != east")
    roles.weights = nil
    roles.missing = .drop
    let whole = try fit(
      method, roles, precision: .double, PartRows(partition: 0, .path(file.path), roles))
    for threads in [1, 3] {
      let part = PartRows(
        pieces: try file.pieces(), roles, pool: WorkerPool(threads: threads)
      ) { _ in StoreRoom(bytes: 0) }
      #expect(
        bytes(try fit(method, roles, precision: .double, part)) == bytes(whole))
    }
  }

  @Test func aChoiceOfRowsIsATableOfThem() throws {
    let file = try Self.file.get(), method = RoundsFitTests.methods[0]
    var marks = RowMarks(rows: file.lines.count)
    for row in stride(from: 0, to: file.lines.count, by: 3) { marks.mark(row) }
    for takesMarked in [false, true] {
      let pieces = try file.pieces().map { piece in
        var piece = piece
        piece.choice = .init(marks, takesMarked: takesMarked)
        return piece
      }
      let part = PartRows(pieces: pieces, file.roles) { _ in StoreRoom(bytes: 0) }
      let chosen = file.lines.indices.filter { ($0 % 3 == 0) == takesMarked }
      let path = try file.packed("chosen.eqp", [chosen.map { file.lines[$0] }])
      let whole = try fit(method, file.roles, PartRows(partition: 0, .path(path), file.roles))
      let streamed = try fit(method, file.roles, part)
      let (a, b) = (
        try #require(streamed.report.objective), try #require(whole.report.objective)
      )
      // Each file has origins of its own.
      #expect(abs(a - b) <= 1e-7)
      #expect(streamed.encoder.columnNames == whole.encoder.columnNames)
      for (x, y) in zip(streamed.encoder.numeric, whole.encoder.numeric) {
        #expect(abs(x.mean - y.mean) <= 1e-6 * (1 + abs(y.mean)))
        #expect(abs(x.scale - y.scale) <= 1e-6 * y.scale)
      }
    }
  }

  @Test func whatIsWrongIsSaidAsOfATable() throws {
    let file = try Self.file.get()
    var lines = file.lines
    lines[70_000] = "30,north,1,-4,Male,yes"
    let path = try file.packed("wrong.eqp", [Array(lines[..<50_000]), Array(lines[50_000...])])
    let pieces = try #require(try PackedBlocks(path)).pieces
    let part = PartRows(pieces: pieces, file.roles) { _ in StoreRoom(bytes: 0) }
    let error = #expect(throws: DataError.self) {
      _ = try fit(RoundsFitTests.methods[0], file.roles, part)
    }
    let text = try #require(error).text(.python)
    #expect(text.contains("wrong.eqp") && text.contains("weight") && text.contains("-4"))
    #expect(!text.contains("partition"))
  }

  @Test func tooLittleRoomIsAnErrorBeforeRowsAreReadAgain() throws {
    let file = try Self.file.get()
    struct TooLittle: Error {}
    let part = PartRows(pieces: try file.pieces(), file.roles) { _ in throw TooLittle() }
    #expect(throws: TooLittle.self) { _ = try fit(RoundsFitTests.methods[0], file.roles, part) }
  }
}

/// A packed file of several appended tables.
private final class PackedTestFile: Sendable {
  let path: String
  let lines: [String]
  let roles: DataOptions
  private let table: TestTable

  init() throws {
    let table = try TestTable(rows: 150_000)
    self.table = table
    roles = table.roles
    var blocks = stride(from: 0, to: 150_000, by: 15_000).map {
      Array(table.lines[$0..<$0 + 15_000])
    }
    blocks[2] = blocks[2].map { $0.replacingOccurrences(of: "Female", with: "Male") }
    blocks[4] = blocks[4].map {
      $0.replacingOccurrences(of: "Female", with: "").replacingOccurrences(of: "Male", with: "")
    }
    blocks[7] = blocks[7].map { $0.replacingOccurrences(of: ",no", with: ",yes") }
    blocks.append([blocks[0][0]])
    lines = blocks.flatMap(\.self)
    path = try Self.packed("all.eqp", blocks, table)
  }

  func packed(_ name: String, _ blocks: [[String]]) throws -> String {
    try Self.packed(name, blocks, table)
  }

  private static func packed(
    _ name: String, _ blocks: [[String]], _ table: TestTable
  ) throws -> String {
    let path = table.folder.appendingPathComponent(name).path
    for (k, block) in blocks.enumerated() {
      let file = try table.file("\(name)-\(k).csv", block)
      let writer = PackedWriter(DataOptions(), pool: .default)
      _ = try writer.pack([.path(file)], to: path, appends: k > 0)
    }
    return path
  }

  func pieces() throws -> [PackedPiece] { try #require(try PackedBlocks(path)).pieces }

  func part(room: Int) throws -> PartRows {
    PartRows(pieces: try pieces(), roles) { _ in StoreRoom(bytes: room) }
  }
}
