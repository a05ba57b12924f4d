import LinearAlgebra
import Testing

import Datasets

@Suite struct SyntheticTests {
  @Test func theRecipeIsMet() throws {
    let data = try SyntheticData(
      rows: 200_000, features: 4, groups: 3, baseRate: 0.4, baseRateGap: 0.3, labelNoise: 0,
      correlation: 0.5, groupShift: 0, seed: 9)
    var counts = [Double](repeating: 0, count: 3), positives = counts
    var products = 0.0, squares = 0.0
    for k in 0..<data.blocks {
      let block = data.block(k)
      for i in 0..<block.rows {
        counts[Int(block.groups[i])] += 1
        positives[Int(block.groups[i])] += Double(block.labels[i])
        products += Double(block.x[4 * i] * block.x[4 * i + 1])
        squares += Double(block.x[4 * i] * block.x[4 * i])
      }
    }
    #expect(abs(counts[0] / counts[1] - 2) < 0.05 && abs(counts[1] / counts[2] - 2) < 0.05)
    let rates = zip(positives, counts).map { $0 / $1 }
    for (rate, wanted) in zip(rates, [0.55, 0.4, 0.25]) { #expect(abs(rate - wanted) < 0.02) }
    #expect(abs(products / squares - 0.5) < 0.02)
  }

  @Test func aBlockIsAFunctionOfItsNumber() throws {
    let long = try SyntheticData(rows: 20_000, features: 3, seed: 2)
    let short = try SyntheticData(rows: 10_000, features: 3, seed: 2)
    #expect(long.block(1).x == short.block(1).x)
    #expect(long.block(1).x != long.block(2).x)
    #expect(Array(long.block(2).labels.prefix(short.block(2).rows)) == short.block(2).labels)
  }

  @Test func threadsDoNotChangeTheFileAndAStopLeavesNone() throws {
    let folder = TemporaryFolder()
    let data = try SyntheticData(rows: 70_000, features: 2, categorical: 1, seed: 3)
    for threads in [1, 3] {
      try SyntheticWriter(data, pool: WorkerPool(threads: threads)).writeCSV(
        to: folder.path + "/\(threads).csv")
    }
    let a = try FileBytes.open(folder.path + "/1.csv"),
      b = try FileBytes.open(folder.path + "/3.csv")
    #expect(a.count == b.count && (0..<a.count).allSatisfy { a.pointer[$0] == b.pointer[$0] })
    let stopped = try SyntheticWriter(data, shouldStop: { true }).writeCSV(
      to: folder.path + "/stopped.csv")
    #expect(!stopped && folder.names.sorted() == ["1.csv", "3.csv"])
  }

  @Test func badRecipesAreRefused() {
    #expect(throws: DataError.self) { try SyntheticData(rows: 0) }
    #expect(throws: DataError.self) { try SyntheticData(rows: 5, baseRate: 0.1, baseRateGap: 0.4) }
    #expect(throws: DataError.self) { try SyntheticData(rows: 5, condition: 0.5) }
  }
}
