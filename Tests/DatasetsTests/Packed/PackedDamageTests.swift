import CText
import Foundation
import LinearAlgebra
import TestSupport
import Testing

import Datasets

/// Damage is found and named, and no file whatever ends the program.
struct PackedDamageTests {
  private static let options = DataOptions(label: "y", sensitive: ["c"])

  private static func pair() throws -> PackedPair {
    let rows = (0..<400).map { "\($0 % 50).5,c\($0 % 20),\(Double($0) / 7),n\($0),\($0 % 2)\n" }
    return try PackedPair("x,c,r,name,y\n" + rows.joined())
  }

  /// Reads every byte of a file, by every way there is; the error of the first that has one.
  private static func read(_ file: String) -> String? {
    do {
      _ = try PackedSummary.read(file, pool: .default)
      var options = Self.options
      options.drop = ["name"]
      options.mode.texts = ["name", "r"]
      let data: Dataset<Float> = try DataReader(options: options).read(.path(file))
      try TableRewriter(.path(file), options: DataOptions(), pool: .default).write(
        TableChanges(records: Array(data.sourceRows.prefix(50))), to: file + ".csv")
      return nil
    } catch { return "\(error)" }
  }

  @Test func everyFlippedBitIsNamed() throws {
    let pair = try Self.pair()
    let bytes = pair.bytes(pair.packed)
    var random = SeededGenerator(seed: 11)
    var named: Set<String> = []
    for place in stride(from: 4096, to: bytes.count, by: 23) {
      var flipped = bytes
      flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let file = pair.folder.file("flipped.eqp", flipped)
      guard let error = Self.read(file) else { continue }
      #expect(error.contains(file))
      let column = ["x", "c", "r", "name", "y"].first { error.contains("block 0, column '\($0)'") }
      named.insert(column ?? "contents")
      #expect(column != nil || error.contains("list of contents"), "\(place): \(error)")
    }
    #expect(named == ["x", "c", "r", "name", "y", "contents"])
  }

  @Test func everyShorterFileIsRefused() throws {
    let pair = try Self.pair()
    let bytes = pair.bytes(pair.packed)
    for count in Array(stride(from: 8, to: bytes.count, by: 501)) + [bytes.count - 1] {
      let file = pair.folder.file("short.eqp", Array(bytes[..<count]))
      let error = Self.read(file)
      #expect(error?.contains("cut short: \(count) bytes") == true, "\(count): \(error ?? "-")")
    }
  }

  @Test func otherFilesAreNamed() throws {
    let pair = try Self.pair()
    var newer = pair.bytes(pair.packed)
    newer[8] = 2
    let error = Self.read(pair.folder.file("newer.eqp", newer))
    #expect(error?.contains("a later version of the program (format 2") == true)
    let text = pair.folder.file("text.eqp", "x,y\n1,2\n")
    #expect(throws: DataError.packed(file: text, .notPacked)) {
      try PackedSummary.read(text, pool: .default)
    }
  }

  /// Lists of contents that were changed and then signed as if they had been written so.
  @Test(arguments: 0..<8) func hostileContents(_ seed: UInt64) throws {
    let pair = try Self.pair()
    let bytes = pair.bytes(pair.packed)
    var random = SeededGenerator(seed: 100 + seed)
    let start = Self.number(bytes, Self.pointer + 8), size = Self.number(bytes, Self.pointer + 16)
    #expect(start + size == bytes.count)
    var refused = 0
    for _ in 0..<60 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        Self.change(&changed, start + Int.random(in: 0..<size, using: &random), &random)
      }
      Self.sign(&changed, start, size)
      if Self.read(pair.folder.file("hostile.eqp", changed)) != nil { refused += 1 }
    }
    #expect(refused > 0)
  }

  /// Blocks whose columns hold anything, signed.
  @Test(arguments: 0..<4) func hostileBlocks(_ seed: UInt64) throws {
    let pair = try Self.pair()
    let bytes = pair.bytes(pair.packed)
    var random = SeededGenerator(seed: 200 + seed)
    let start = Self.number(bytes, Self.pointer + 8), size = Self.number(bytes, Self.pointer + 16)
    for _ in 0..<50 {
      var changed = bytes
      for _ in 0..<20 {
        Self.change(&changed, Int.random(in: 4096..<start, using: &random), &random)
      }
      Self.resignColumns(&changed, start, size)
      Self.sign(&changed, start, size)
      _ = Self.read(pair.folder.file("hostile.eqp", changed))
    }
  }

  /// Headers with anything in them.
  @Test func hostileHeaders() throws {
    let pair = try Self.pair()
    let bytes = pair.bytes(pair.packed)
    var random = SeededGenerator(seed: 300)
    for _ in 0..<150 {
      var changed = bytes
      let place = Self.pointer + Int.random(in: 8..<32, using: &random)
      Self.change(&changed, place, &random)
      guard changed[place] != bytes[place] else { continue }
      Self.signPointer(&changed)
      #expect(Self.read(pair.folder.file("hostile.eqp", changed)) != nil)
    }
  }

  // MARK: Changing bytes

  /// Where a file that was written once points at its list of contents.
  private static let pointer = 1024

  private static func change(
    _ bytes: inout [UInt8], _ place: Int, _ random: inout SeededGenerator
  ) {
    let extremes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
    bytes[place] =
      Bool.random(using: &random)
      ? extremes.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
  }

  private static func number(_ bytes: [UInt8], _ place: Int) -> Int {
    Int(bytes[place..<place + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  private static func set(_ bytes: inout [UInt8], _ place: Int, _ value: UInt64) {
    for k in 0..<8 { bytes[place + k] = UInt8(truncatingIfNeeded: value >> UInt64(8 * k)) }
  }

  private static func digest(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    Array(bytes).withUnsafeBytes { eqp_digest_bytes($0.baseAddress, Int64($0.count)) }
  }

  private static func sign(_ bytes: inout [UInt8], _ start: Int, _ size: Int) {
    set(&bytes, Self.pointer + 24, digest(bytes[start..<start + size]))
    signPointer(&bytes)
  }

  private static func signPointer(_ bytes: inout [UInt8]) {
    set(&bytes, Self.pointer + 32, digest(bytes[pointer..<pointer + 32]))
  }

  /// Writes the digests of the one block's columns anew: its entry stands before the digest of the one
  /// source, a text of 64 letters, which ends the list of contents.
  private static func resignColumns(_ bytes: inout [UInt8], _ start: Int, _ size: Int) {
    let sources = 8 + 4 + 64
    let entry = start + size - sources - (64 + 35 * 5)
    let block = number(bytes, entry), rows = number(bytes, entry + 16)
    for (precision, place, width) in [(1, 32, 4), (2, 40, 8)] {
      let columns = (0..<5).filter { bytes[entry + 64 + 35 * $0] == precision }
      let first = block + number(bytes, entry + place)
      var digests = [UInt64](repeating: 0, count: columns.count)
      Array(bytes[first..<first + rows * width * columns.count]).withUnsafeBytes {
        eqp_digest_columns(
          $0.baseAddress, Int32(width), Int64(rows), Int64(columns.count), &digests)
      }
      for (column, found) in zip(columns, digests) {
        set(&bytes, entry + 64 + 35 * column + 19, found)
      }
    }
    for column in 0..<5 {
      let part = entry + 64 + 35 * column
      let first = block + number(bytes, part + 3), count = number(bytes, part + 11)
      set(&bytes, part + 27, digest(bytes[first..<first + count]))
    }
  }
}
