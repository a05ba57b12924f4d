import Foundation
import LinearAlgebra
import TestSupport
import Testing

import Datasets

/// A packed table gives the answers of the text that it was packed from.
struct PackedReadingTests {
  private static func options(_ pairs: [String: String]) throws -> DataOptions {
    var options = DataOptions(label: "y", sensitive: ["g"])
    try options.set(pairs.mapValues { .text($0) })
    return options
  }

  /// Ways of reading the messy table; some are refused, and by the same words.
  static let ways: [[String: String]] = [
    [:], ["drop": "name"], ["drop": "name", "na": "?"],
    ["drop": "name,form", "na": "?", "missing": "own-level"],
    ["drop": "name,form", "na": "?", "missing": "drop"],
    ["drop": "name", "na": "?,1.0,5", "missing": "own-level", "categorical": "form"],
    ["drop": "name", "na": "?", "missing": "own-level", "categorical": "form,amount,rate,tiny"],
    ["drop": "form", "na": "?", "missing": "own-level", "categorical": "zip", "id": "name"],
    ["drop": "name,form", "id": "rate", "missing": "drop"],
    ["drop": "name,form", "id": "word", "na": "d", "missing": "own-level"],
    ["drop": "name,form", "numeric": "zip,word"],
    ["drop": "name,zip", "na": "?,5", "missing": "own-level", "sensitive": "word*g"],
    ["drop": "name,form", "weights": "amount", "na": "?"],
    ["drop": "name,form", "weights": "amount", "na": "?", "missing": "drop"],
    ["drop": "name,form", "sensitive": "count", "bins": "count=10,20", "missing": "drop"],
    ["drop": "name,form", "na": "?", "missing": "own-level", "where": "count < 20 & word = c"],
    ["label": "word", "drop": "name"], ["sensitive": "nobody"], ["label": "form", "drop": "name"],
  ]

  @Test(arguments: ways) func sameAnswers(_ way: [String: String]) throws {
    let pair = try PackedPair(MessyTable.text())
    let options = try Self.options(way)
    #expect(pair.answer(pair.packed, options) == pair.answer(pair.csv, options))
  }

  @Test func keepsTextsAndTellsMissingValues() throws {
    let pair = try PackedPair(MessyTable.text())
    var options = try Self.options(["drop": "name,form", "na": "?", "missing": "own-level"])
    options.mode.texts = ["name", "zip", "rate", "word", "form", "tiny"]
    options.mode.tellsMissing = true
    let answer = pair.answer(pair.csv, options)
    #expect(answer.contains("Neil, 1"))
    #expect(pair.answer(pair.packed, options) == answer)
  }

  @Test func writesTheVeryBytesAgain() throws {
    let pair = try PackedPair(MessyTable.text())
    let again = try pair.rewritten(pair.packed, rows: MessyTable.rows)
    #expect(again == (try pair.rewritten(pair.csv, rows: MessyTable.rows)))
    #expect(again.count > 50_000)
  }

  /// A packed table can be packed again, and is the same table.
  @Test func packsAgain() throws {
    let pair = try PackedPair(MessyTable.text())
    let second = pair.folder.path + "/second.eqp"
    _ = try PackedWriter(DataOptions()).pack([.path(pair.packed)], to: second)
    #expect(pair.bytes(second) == pair.bytes(pair.packed))
  }

  @Test(arguments: [1, 2, 5]) func bytesDoNotDependOnThreads(_ threads: Int) throws {
    let pair = try PackedPair(PackedReadingTests.many)
    let other = pair.folder.path + "/other.eqp"
    _ = try PackedWriter(DataOptions(), pool: WorkerPool(threads: threads)).pack(
      [.path(pair.csv)], to: other)
    #expect(pair.bytes(other) == pair.bytes(pair.packed))
    #expect(pair.report.summary.blocks.count == 3)
  }

  /// More rows than two blocks have, with a column of numbers that repeat and one that do not.
  private static let many: String = {
    var random = SeededGenerator(seed: 8)
    let rows = (0..<140_000).map { i in
      "\(i % 90),\(Double.random(in: 0...1, using: &random)),\(i % 7 == 0 ? "" : "l\(i % 400)"),\(i % 2)"
    }
    return "few,many,level,y\n" + rows.joined(separator: "\n")
  }()

  @Test func severalBlocks() throws {
    let pair = try PackedPair(Self.many)
    let stored = Dictionary(
      uniqueKeysWithValues: pair.report.summary.columns.map { ($0.name, $0) })
    #expect(stored["few"]!.stored == ["float", "codes8"])
    #expect(stored["many"]!.stored == ["double"])
    #expect(stored["level"]!.stored == ["codes16"] && stored["level"]!.levels == 401)
    let options = DataOptions(label: "y", sensitive: ["level"])
    #expect(pair.answer(pair.packed, options) == pair.answer(pair.csv, options))
  }

  /// A column of more values than codes has none as a category, from either file.
  @Test func tooManyLevels() throws {
    let pair = try PackedPair(Self.many)
    var options = DataOptions(label: "y")
    options.categorical = ["many"]
    let answer = pair.answer(pair.packed, options)
    #expect(answer.contains("more than 65535 different values"))
    #expect(answer == pair.answer(pair.csv, options))
  }

  @Test(arguments: [
    "x;y\n1,5;0\n2,25;1\n3,5;0\n", "x\ty\r\n1\t0\r\n2\t1\r\n", "x,y\r1,0\r2,1\r",
    "a title\nx,y\n\"1,250\",0\n\"2,500\",1\n\"1,000\",0\n\"9,750\",1\n",
  ]) func otherDialects(_ text: String) throws {
    let pair = try PackedPair(text)
    let csv: Dataset<Double> = try DataReader(options: DataOptions(label: "y")).read(
      .path(pair.csv))
    let packed: Dataset<Double> = try DataReader(options: DataOptions(label: "y")).read(
      .path(pair.packed))
    #expect(packed.features.dense.buffer.array == csv.features.dense.buffer.array)
    #expect(!pair.report.notes.isEmpty)
  }

  /// Without names in the first line both are refused, or read where the names are asked for.
  @Test func noHeader() throws {
    let text = (0..<60).map { "\($0 * 7 % 31).5,\($0 % 2)" }.joined(separator: "\n")
    let pair = try PackedPair(text)
    let options = DataOptions()
    #expect(pair.answer(pair.packed, options) == pair.answer(pair.csv, options))
    #expect(pair.answer(pair.packed, options).contains("add a line of names"))
  }

  @Test func emptyAndBadTextsLeaveNothing() throws {
    for text in ["", "x,y\n", "x,y\n1,2\n3\n", "x,y\n1,\"2\n", "x,y\n1,2\n\u{0}3,\"4\"5\n"] {
      let folder = TemporaryFolder()
      let csv = folder.file("t.csv", text)
      #expect(throws: DataError.self) {
        try PackedWriter(DataOptions()).pack([.path(csv)], to: folder.path + "/t.eqp")
      }
      #expect(folder.names == ["t.csv"])
    }
  }
}
