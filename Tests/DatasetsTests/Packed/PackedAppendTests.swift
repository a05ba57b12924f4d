import Foundation
import LinearAlgebra
import Testing

import Datasets

/// A packed file grows, or stays as it is.
struct PackedAppendTests {
  private static func rows(_ range: Range<Int>) -> String {
    range.map { i in
      "\(i % 50),c\(i < 200 ? i : 100 + i % 200),n\(i)\u{e9},\(i % 2)\n"
    }.joined()
  }

  private static let header = "x,c,name,y\n"

  /// The origin of a column of numbers is that of the rows that were packed first, so `x`, which has
  /// another mean in each part, is read as a category.
  private static let options = DataOptions(
    label: "y", sensitive: ["c"], drop: ["name"], categorical: ["x"])

  private static func appended() throws -> (PackedPair, before: [UInt8], whole: String) {
    let pair = try PackedPair(header + rows(0..<200))
    let before = pair.bytes(pair.packed)
    let more = pair.folder.file("more.csv", header + rows(200..<900))
    let report = try PackedWriter(DataOptions()).pack(
      [.path(more)], to: pair.packed, appends: true)!
    #expect(report.added == 700 && report.summary.rows == 900)
    return (pair, before, pair.folder.file("whole.csv", header + rows(0..<900)))
  }

  /// The same answers, lines of rows too, as from the texts one below the other.
  @Test func grows() throws {
    let (pair, before, whole) = try Self.appended()
    var options = Self.options
    options.mode.texts = ["name"]
    #expect(pair.answer(pair.packed, options) == pair.answer(whole, options))
    options.drop = []
    options.numeric = ["name"]
    #expect(pair.answer(pair.packed, options) == pair.answer(whole, options))
    // Nothing that was there is written again but a pointer to the contents.
    let after = pair.bytes(pair.packed)
    #expect(after.count > before.count)
    let changed = before.indices.filter { before[$0] != after[$0] }
    #expect(changed.allSatisfy { (512..<512 + 40).contains($0) })
    let stored = try PackedSummary.read(pair.packed, pool: .default).columns
    #expect(stored[1].stored == ["codes8", "codes16"] && stored[1].levels == 300)
  }

  /// Several files at once are one file and more that is appended.
  @Test func severalFiles() throws {
    let (pair, _, whole) = try Self.appended()
    let both = pair.folder.path + "/both.eqp"
    let files = [pair.csv, pair.folder.path + "/more.csv"].map { DataLocation.path($0) }
    _ = try PackedWriter(DataOptions()).pack(files, to: both)
    let options = Self.options
    #expect(pair.answer(both, options) == pair.answer(whole, options))
  }

  @Test(arguments: [
    ("x,c,name,z\n1,a,b,0\n", "'y' is missing here"),
    ("c,x,name,y\na,1,b,0\n", "'x' stands at another place"),
    ("x,c,name,y\nq,a,b,0\nr,a,b,1\n", "'x' is one of texts here"),
    ("x,c,name,y,w\n1,a,b,0,5\n", "'w' is one that"),
    ("x,c,name,y\n1,a,b,0\n1,a\n", "line 3"),
  ]) func otherColumns(_ text: String, _ says: String) throws {
    let pair = try PackedPair(Self.header + Self.rows(0..<200))
    let before = pair.bytes(pair.packed)
    let other = pair.folder.file("other.csv", text)
    let error = #expect(throws: DataError.self) {
      try PackedWriter(DataOptions()).pack([.path(other)], to: pair.packed, appends: true)
    }
    #expect("\(error!)".contains(says), "\(error!)")
    #expect(pair.bytes(pair.packed) == before)
  }

  /// Wherever an append is cut off, the file is the old one; the next append begins there.
  @Test func everyUnfinishedAppendIsTheOldFile() throws {
    let (pair, before, _) = try Self.appended()
    let after = pair.bytes(pair.packed)
    let options = Self.options
    let old = pair.answer(pair.csv, options)
    for cut in stride(from: before.count, through: after.count, by: 997) {
      let torn = pair.folder.file("torn.eqp", before + after[before.count..<cut])
      #expect(pair.answer(torn, options) == old)
    }
    // All but the last bytes of the pointer are there.
    for written in 0..<40 {
      var torn = Array(before[..<512]) + after[512..<512 + written] + before[(512 + written)...]
      torn += after[before.count...]
      let file = pair.folder.file("torn.eqp", torn)
      #expect(pair.answer(file, options) == old)
    }
    let torn = pair.folder.file("torn.eqp", before + [1, 2, 3])
    _ = try PackedWriter(DataOptions()).pack(
      [.path(pair.folder.path + "/more.csv")], to: torn, appends: true)
    #expect(pair.bytes(torn) == after)
  }

  /// A new file replaces an old one whole, and a caller who stops leaves the old one.
  @Test func stoppedIsTheOldFile() throws {
    let pair = try PackedPair(Self.header + Self.rows(0..<200))
    let before = pair.bytes(pair.packed), names = pair.folder.names.sorted()
    var writer = PackedWriter(DataOptions())
    writer.shouldStop = { true }
    for appends in [false, true] {
      #expect(try writer.pack([.path(pair.csv)], to: pair.packed, appends: appends) == nil)
      #expect(pair.bytes(pair.packed) == before && pair.folder.names.sorted() == names)
    }
  }

  @Test func needsAFile() throws {
    let pair = try PackedPair(Self.header + Self.rows(0..<20))
    for place in ["/dev/null", "-", pair.folder.path + "/none/t.eqp"] {
      #expect(throws: DataError.self) {
        try PackedWriter(DataOptions()).pack([.path(pair.csv)], to: place)
      }
    }
    #expect(throws: DataError.self) {
      try PackedWriter(DataOptions()).pack([.path(pair.csv)], to: pair.csv, appends: true)
    }
    #expect(pair.bytes(pair.csv).starts(with: Array("x,c".utf8)))
  }
}
