import Datasets
import Explorer
import LinearAlgebra
import TestSupport
import Testing

@Suite struct ErrorTreeTests {
  /// People of whom those under 30 in town x are judged wrongly more often.
  private func table(
    _ n: Int, seed: UInt64, noise: Bool = false
  ) -> (ExploredTable, ExploredModel) {
    var random = SeededGenerator(seed: seed)
    let ages = (0..<n).map { _ in Float(Int.random(in: 18..<70, using: &random)) }
    let towns = (0..<n).map { _ in Int32.random(in: 0..<3, using: &random) }
    let labels = (0..<n).map { _ in UInt8.random(in: 0...1, using: &random) }
    let decisions = (0..<n).map { i -> UInt8 in
      let isHard = !noise && ages[i] < 30 && towns[i] == 0
      return Double.random(in: 0..<1, using: &random) < (isHard ? 0.6 : 0.1)
        ? 1 - labels[i] : labels[i]
    }
    let table = ExploredTable(
      rows: n, labels: Buffer(labels),
      columns: [
        .init(name: "age", values: .numbers(ages)),
        .init(name: "town", values: .levels(towns, ["x", "y", "z"])),
      ])
    return (table, ExploredModel(name: "d", kind: .decisions, decisions: decisions))
  }

  @Test func findsWhereTheModelErrs() throws {
    let (table, model) = table(6_000, seed: 3)
    let tree = try #require(ErrorTree(model, table, least: 10, seed: 1))
    let worst = try #require(tree.nodes.max { $0.heldRate < $1.heldRate })
    #expect(worst.heldRate > 0.45 && tree.nodes[0].heldRate < 0.25)
    let path = sequence(first: worst) { node in node.parent.map { tree.nodes[$0] } }
      .map(\.condition).joined(separator: "; ")
    #expect(path.contains("age < ") && path.contains("town in x"))
  }

  /// Children part their parent's rows and errors.
  @Test func partsAddUp() throws {
    let (table, model) = table(3_000, seed: 5)
    let tree = try #require(ErrorTree(model, table, least: 10, seed: 2))
    #expect(tree.nodes[0].coverage == 1 && tree.nodes[0].rows + tree.nodes[0].heldRows == 3_000)
    for node in tree.nodes {
      let parts = tree.nodes.filter { $0.parent == node.id }
      #expect(parts.isEmpty || parts.count == 2)
      guard !parts.isEmpty else { continue }
      #expect(parts.reduce(0) { $0 + $1.rows } == node.rows)
      #expect(parts.reduce(0) { $0 + $1.heldRows } == node.heldRows)
      #expect(abs(parts.reduce(0) { $0 + $1.coverage } - node.coverage) < 1e-12)
    }
  }

  /// Where errors are chance, rates on the rows of growth spread more than those on the others.
  @Test func growthFlattersItself() throws {
    var (grown, held) = (0.0, 0.0)
    for seed in 1...20 {
      let (table, model) = table(1_200, seed: UInt64(seed), noise: true)
      let tree = try #require(ErrorTree(model, table, least: 5, seed: UInt64(seed)))
      for node in tree.nodes.dropFirst() {
        grown += abs(node.rate - tree.nodes[0].rate)
        held += abs(node.heldRate - tree.nodes[0].heldRate)
      }
    }
    #expect(held < 0.8 * grown)
  }

  @Test func noLabelsNoTree() {
    let (found, model) = table(200, seed: 1)
    var table = found
    table.labels = nil
    #expect(ErrorTree(model, table, least: 10) == nil)
  }
}
