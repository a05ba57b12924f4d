import Datasets
import LinearAlgebra
import TestSupport
import Testing

import Explorer

@Suite struct SmallCellsTests {
  /// Whatever is withheld, no line's remainder is a small count, unless nothing is left to withhold.
  @Test func noRemainderIsSmall() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<200 {
      let rows = Int.random(in: 1...5, using: &random),
        columns = Int.random(in: 1...5, using: &random)
      let cells = (0..<rows * columns).map { _ in [Int.random(in: 0...40, using: &random)] }
      let lines =
        (0..<rows).map { i in (0..<columns).map { i * columns + $0 } }
        + (0..<columns).map { j in (0..<rows).map { $0 * columns + j } }
      let withheld = SmallCells(least: 10).withheld(cells, lines: lines)
      for (cell, isWithheld) in zip(cells, withheld) where !isWithheld {
        #expect(cell[0] == 0 || cell[0] >= 10)
      }
      for line in lines + [Array(cells.indices)] {
        let hidden = line.filter { withheld[$0] }.reduce(0) { $0 + cells[$1][0] }
        let others = line.contains { !withheld[$0] && cells[$0][0] > 0 }
        #expect(hidden == 0 || hidden >= 10 || !others)
      }
    }
  }

  /// One small group cannot be told by subtracting the others from all rows.
  @Test func oneSmallGroupTakesAnotherWithIt() {
    let codes = [UInt16](repeating: 0, count: 200) + [UInt16](repeating: 1, count: 60) + [2, 2, 2]
    let table = ExploredTable(
      rows: 263,
      attributes: [GroupIndex(attribute: "a", codes: Buffer(codes), names: ["x", "y", "z"])])
    let partition = Partition(table.attributes, of: table, leastCell: 10)
    #expect(partition.withheld[0] == nil && partition.withheld[1] != nil)
    #expect(partition.withheld[2] == "fewer than 10 rows")
    #expect(Partition(table.attributes, of: table, leastCell: 1).withheld.allSatisfy { $0 == nil })
  }

  /// Rows of unknown groups are no group, and count as what is not told.
  @Test func unknownRowsAreNoGroup() {
    let names = [UnknownGroups.levelName, "x", "y"]
    let codes = (0..<90).map { UInt16($0 < 4 ? 0 : 1 + $0 % 2) }
    var table = ExploredTable(
      rows: 90, attributes: [GroupIndex(attribute: "a", codes: Buffer(codes), names: names)])
    let partition = Partition(table.attributes, of: table, leastCell: 10)
    #expect(partition.names == ["x", "y"] && partition.withheld.contains { $0 != nil })
    table.unknown = .ownGroup
    #expect(Partition(table.attributes, of: table, leastCell: 1).names == names)
  }
}
