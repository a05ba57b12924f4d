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
      let dense = (0..<data.features.dense.rows).map { i in
        (0..<data.features.dense.columns).map { data.features.dense[i, $0].bitPattern }
      }
      let parts: [Any] = [
        dense, data.features.categorical.map { $0.codes.array }, data.labels?.array ?? [],
        data.attributes.map { [$0.names.description, $0.codes.array.description] },
        data.keys?.array ?? [], data.texts, data.columns.sorted { $0.key < $1.key }, data.encoder,
        data.sampleWeights ?? [], data.sourceRows.map { data.origin.place(ofRow: $0) },
        data.absences.map { $0.flags.array }, data.notes,
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
