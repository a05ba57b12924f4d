import Foundation
import LinearAlgebra
import TestSupport

import Datasets

/// A text and the file that it was packed into.
struct PackedPair {
  let folder: TemporaryFolder
  let csv: String
  let packed: String
  let report: PackedWriter.Report

  init(_ text: String, _ options: DataOptions = DataOptions()) throws {
    folder = TemporaryFolder()
    csv = folder.file("t.csv", text)
    packed = folder.path + "/t.eqp"
    report = try PackedWriter(options).pack([.path(csv)], to: packed)!
  }

  /// What reading a file came to, as a text that is the same for the same answers: every number by
  /// its bits, or the error; the file's own name left out.
  func answer(_ path: String, _ options: DataOptions) -> String {
    do {
      let data: Dataset<Float> = try DataReader(options: options).read(.path(path))
      let dense = data.features.dense
      var digest = SeededDigest()
      for i in 0..<dense.rows {
        for j in 0..<dense.columns { digest.add(UInt64(dense[i, j].bitPattern)) }
      }
      for column in data.features.categorical { digest.add(column.codes.array) }
      digest.add(data.labels?.array ?? [])
      for attribute in data.attributes { digest.add(attribute.codes.array) }
      digest.add(data.keys?.array ?? [])
      digest.add((0..<data.rows).map { UInt64(data.origin.place(ofRow: $0)) })
      for absence in data.absences { digest.add(absence.flags.array) }
      digest.add((data.sampleWeights ?? []).map(\.bitPattern))
      for (_, values) in data.columns.sorted(by: { $0.key < $1.key }) {
        digest.add(values.map(\.bitPattern))
      }
      let parts: [Any] = [
        digest.value, data.rows, data.attributes.map(\.names), data.absences.map(\.column),
        data.texts, data.encoder, data.notes,
      ]
      return parts.map { "\($0)" }.joined(separator: "\n").replacing(path, with: "FILE")
    } catch { return "\(error)".replacing(path, with: "FILE") }
  }

  /// The whole table written again as text.
  func rewritten(_ path: String, rows: Int) throws -> [UInt8] {
    let target = folder.path + "/again.csv"
    try TableRewriter(.path(path), options: DataOptions(), pool: .default).write(
      TableChanges(records: Array(0..<rows)), to: target)
    return bytes(target)
  }

  func bytes(_ path: String) -> [UInt8] { Array(FileManager.default.contents(atPath: path)!) }
}

/// A digest of numbers in their order.
private struct SeededDigest {
  private(set) var value: UInt64 = 1

  mutating func add(_ number: UInt64) {
    value = (value ^ number) &* 0x9E37_79B9_7F4A_7C15
    value ^= value >> 29
  }

  mutating func add(_ numbers: [some FixedWidthInteger]) {
    add(UInt64(numbers.count))
    for number in numbers { add(UInt64(truncatingIfNeeded: number)) }
  }
}

/// Texts that say the same thing in many ways.
enum MessyTable {
  static let rows = 1500

  /// Names with quotes, codes with zeros, missing values, numbers in every form, line ends inside
  /// quotes, empty lines.
  static func text(seed: UInt64 = 3) -> String {
    var random = SeededGenerator(seed: seed)
    var lines = ["id,amount,rate,name,zip,word,y,g,form,tiny,count"]
    for i in 0..<rows {
      if i % 400 == 7 { lines.append("") }
      let cents = Int.random(in: 0..<1_000_000, using: &random)
      let amount = i % 50 == 3 ? "NA" : "\(cents / 100).\(cents % 100 / 10)\(cents % 10)"
      let rate = i % 90 == 8 ? "?" : "\(Double.random(in: -3...3, using: &random))"
      let name = i % 3 == 0 ? "\"say \"\"\(i)\"\"\"" : "\"O'Neil, \(i)\""
      let zip = "0\(Int.random(in: 1000..<9999, using: &random))"
      let word = [" a", "b ", "\"c\"", "d", "\t e"].randomElement(using: &random)!
      let note = ["-0", "1.0", "+5", "1e3", ".5", "5.", "1", "01"].randomElement(using: &random)!
      let tiny = Double.random(in: -1...1, using: &random) * 1e-5
      let form = i == 700 ? "\"5\n\"" : note
      lines.append(
        "\(i),\(amount),\(rate),\(name),\(zip),\(word),\(i % 2),\(["u", "v", "w"][i % 3]),\(form),"
          + "\(tiny),\(i % 90 == 4 ? "" : "\(i % 40)")")
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }
}
