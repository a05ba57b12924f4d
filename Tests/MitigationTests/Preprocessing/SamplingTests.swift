import Datasets
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

private func baseRates(_ cells: [Double]) -> [Double] {
  stride(from: 0, to: cells.count, by: 2).compactMap { cell in
    let all = cells[cell] + cells[cell + 1]
    return all > 0 ? cells[cell + 1] / all : nil
  }
}

@Suite struct SamplingTests {
  @Test(arguments: ["uniform", "preferential", "synthetic"], [false, true])
  func cellsGetTheirTargets(scheme: String, weighted: Bool) throws {
    let data: Dataset<Double> = PreparedRows.random(
      700, groups: 3, seed: 12, weighted: weighted
    ).data()
    let before = data.cellWeights, total = before.reduce(0, +)
    let result = try prepared(Sampling.self, data, ["scheme": scheme])
    let after = result.cellWeights
    let positives = [0, 1].map { label in
      stride(from: label, to: before.count, by: 2).reduce(0.0) { $0 + before[$1] }
    }
    for cell in before.indices where before[cell] > 0 {
      let group = before[cell & ~1] + before[cell | 1]
      let target = group * positives[cell % 2] / total
      #expect(abs(after[cell] - (weighted ? target : target.rounded())) < 1e-9)
    }
    let balanced = try prepared(Sampling.self, data, ["scheme": scheme, "sizes": "balance"])
    for weight in balanced.cellWeights { #expect(abs(weight - before.max()!) < 1e-9) }
  }

  /// Rows are repeated and left out nearest to the border, by hand on one column.
  @Test func theBorderGoesFirst() throws {
    // Group a: one positive of four; b: three of four. Each is to have two.
    let rows = PreparedRows(
      x: [[-3], [-2], [-1], [1], [-1.5], [0.5], [2], [3]], labels: [0, 0, 0, 1, 0, 1, 1, 1],
      groups: [["a", "a", "a", "a", "b", "b", "b", "b"]])
    let data: Dataset<Double> = rows.data()
    let result = try prepared(Sampling.self, data)
    func values(_ group: Int, _ label: UInt8) -> [Double] {
      (0..<result.rows).filter { result.attributes[0][$0] == group && result.labels![$0] == label }
        .map { result.features.dense[$0, 0] }.sorted()
    }
    #expect(values(0, 0) == [-3, -2])
    #expect(values(0, 1) == [1, 1])
    #expect(values(1, 0) == [-1.5, -1.5])
    #expect(values(1, 1) == [2, 3])
  }

  @Test func seedsChooseAndRepeat() throws {
    let data: Dataset<Double> = PreparedRows.random(300, groups: 2, seed: 1).data()
    for scheme in ["uniform", "synthetic"] {
      let options = ["scheme": scheme]
      let one = try prepared(Sampling.self, data, options, seed: 1).spelledOut
      #expect(try prepared(Sampling.self, data, options, seed: 1).spelledOut == one)
      #expect(try prepared(Sampling.self, data, options, seed: 2).spelledOut != one)
    }
  }

  /// Synthetic rows lie between a row and one of its nearest neighbours in the cell, found by brute
  /// force, and their categories occur there.
  @Test func syntheticRowsLieBetweenNeighbours() throws {
    let rows = PreparedRows.random(160, groups: 2, seed: 14, columns: 2, categories: [3])
    let data: Dataset<Double> = rows.data()
    let fit = try Sampling.fit(
      data,
      try preprocessing(
        Sampling.self, ["scheme": "synthetic", "sizes": "balance", "neighbors": "4"]))
    let plan = try #require(fit.transform as? SampledRows)
    let result = try fit.transform.training(data, pool: .default)
    #expect(!plan.synthetic.isEmpty)
    var row = plan.rows.count
    for part in plan.synthetic {
      let cell = rows.taking(part.bases)
      #expect(Set(zip(cell.groups[0], cell.labels).map { "\($0)\($1)" }).count == 1)
      let members = (0..<rows.count).filter {
        rows.groups[0][$0] == cell.groups[0][0] && rows.labels[$0] == cell.labels[0]
      }
      let scales = (0..<2).map { j -> Double in
        let mean = members.reduce(0.0) { $0 + rows.x[$1][j] } / Double(members.count)
        let square = members.reduce(0.0) { $0 + (rows.x[$1][j] - mean) * (rows.x[$1][j] - mean) }
        return (square / Double(members.count)).squareRoot()
      }
      func distance(_ a: Int, _ b: Int) -> Double {
        (rows.c[a] == rows.c[b] ? 0 : 1)
          + (0..<2).reduce(0.0) {
            let difference = (rows.x[a][$1] - rows.x[b][$1]) / scales[$1]
            return $0 + difference * difference
          }
      }
      for k in part.bases.indices {
        let base = part.bases[k], partner = part.partners[k]
        let near = members.filter { $0 != base }.sorted { distance(base, $0) < distance(base, $1) }
          .prefix(4)
        #expect(distance(base, partner) <= distance(base, near.last!) + 1e-12)
        for j in 0..<2 {
          let expected = rows.x[base][j] + part.steps[k] * (rows.x[partner][j] - rows.x[base][j])
          #expect(abs(result.features.dense[row, j] - expected) < 1e-12)
        }
        let code = Int(result.features.categorical[0].codes[row])
        let counts = (0..<3).map { level in
          ([base] + near).count { rows.c[$0][0] == level }
        }
        #expect(counts[code] == counts.max())
        row += 1
      }
    }
    #expect(row == result.rows)
  }

  @Test func aCellOfOneRowIsRepeated() throws {
    let rows = PreparedRows(
      x: [[1], [2], [3], [4], [5], [6]], labels: [1, 0, 0, 0, 1, 1],
      groups: [["a", "a", "a", "a", "b", "b"]])
    let result = try prepared(
      Sampling.self, rows.data() as Dataset<Double>, ["scheme": "synthetic", "sizes": "balance"])
    let copies = (0..<result.rows).filter {
      result.attributes[0][$0] == 0 && result.labels![$0] == 1
    }
    #expect(copies.count == 3 && copies.allSatisfy { result.features.dense[$0, 0] == 1 })
  }
}

@Suite struct LabelChangeTests {
  @Test(arguments: ["massaging", "label-flipping"], ["overall", "highest", "lowest"])
  func groupsGetTheSameShare(name: String, target: String) throws {
    for weighted in [false, true] {
      let data: Dataset<Double> = PreparedRows.random(
        900, groups: 4, seed: 26, weighted: weighted
      ).data()
      let method = try Preprocessors.named(name)
      let result = try prepared(method, data, ["target": target])
      let before = baseRates(data.cellWeights), after = baseRates(result.cellWeights)
      let cells = data.cellWeights
      let overall =
        stride(from: 1, to: cells.count, by: 2).reduce(0.0) { $0 + cells[$1] }
        / cells.reduce(0, +)
      let wanted =
        target == "overall" ? overall : target == "highest" ? before.max()! : before.min()!
      for (group, rate) in after.enumerated() {
        let weight = cells[2 * group] + cells[2 * group + 1]
        #expect(abs(rate - wanted) * weight <= (weighted ? 1.5 : 0.5) + 1e-9)
      }
      let changed = (0..<data.rows).filter { data.labels![$0] != result.labels![$0] }
      for row in changed {
        let group = data.attributes[0][row]
        #expect((data.labels![row] == 0) == (before[group] < wanted), "only towards the share")
      }
      #expect(result.features.dense.column(0) == data.features.dense.column(0))
    }
  }

  /// The paper's count for two groups, and its choice: nearest to the border.
  @Test func massagingChangesThePairsOfThePaper() throws {
    let rows = PreparedRows(
      x: [[-4], [-3], [-2], [-1], [1], [-2.5], [0.6], [1.5], [2], [3]],
      labels: [0, 0, 0, 0, 1, 0, 1, 1, 1, 1],
      groups: [(0..<10).map { $0 < 5 ? "deprived" : "favoured" }])
    let data: Dataset<Double> = rows.data()
    // W_d·W_f·|1/5 − 4/5| / W = 5·5·0.6/10 = 1.5, so one or two of each.
    let fit = try Massaging.fit(data, try preprocessing(Massaging.self))
    let changed = try #require(fit.transform as? ChangedLabels).rows
    #expect(changed == [3, 6])
  }
}
