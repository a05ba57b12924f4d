import Datasets
import Foundation
import LinearAlgebra
import Rounds
import TestSupport

/// A made table in files, one a part, in a folder that goes with the test.
final class TestTable: @unchecked Sendable {
  // SAFETY: nothing changes after it is made.
  static let header = "age,region,amount,weight,sex,label"
  let folder: URL
  private(set) var lines: [String] = []

  init(rows: Int, seed: UInt64 = 7) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rounds-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<rows {
      let age = Int.random(in: 18...80, using: &random)
      let region = ["north", "south", "east", ""].randomElement(using: &random)!
      let amount =
        Int.random(in: 0..<12, using: &random) == 0
        ? "" : "\(Double(Int.random(in: 0...90_000, using: &random)) / 8)"
      let weight = Double(Int.random(in: 1...4_000, using: &random)) / 4
      let sex = ["Female", "Male", "Male", ""].randomElement(using: &random)!
      let score =
        0.04 * Double(age - 45) + (sex == "Male" ? 0.8 : 0) + (region == "north" ? 0.6 : 0)
        + Double.random(in: -2...2, using: &random)
      lines.append("\(age),\(region),\(amount),\(weight),\(sex),\(score > 0 ? "yes" : "no")")
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var roles: DataOptions {
    DataOptions(
      label: "label", sensitive: ["sex"], weights: "weight", missing: .ownLevel)
  }

  /// The path of a file with some of the lines.
  func file(
    _ name: String, _ part: some Sequence<String>, header: String = TestTable.header
  ) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(([header] + part).joined(separator: "\n").appending("\n").utf8).write(to: url)
    return url.path
  }

  /// Parts between the edges, which ascend.
  func parts(edges: [Int], _ roles: DataOptions? = nil) throws -> [PartRows] {
    let edges = [0] + edges + [lines.count]
    return try zip(edges, edges.dropFirst()).enumerated().map { k, edge in
      try part(k, lines[edge.0..<edge.1], roles)
    }
  }

  func part(
    _ k: Int, _ part: some Sequence<String>, _ roles: DataOptions? = nil
  ) throws -> PartRows {
    PartRows(partition: k, .path(try file("part\(k).csv", part)), roles ?? self.roles)
  }
}
