import LinearAlgebra
import Models
import Testing

@Suite struct BatchOrderTests {
  @Test(arguments: [0, 1, 2, 7, 1000, 1001])
  func anEpochHasEveryRowOnce(count: Int) {
    let rows = (0..<UInt32(count)).map { 3 * $0 + 1 }
    for cells in [nil, rows.map { UInt16($0 % 5) }] {
      let order = BatchOrder(rows: rows, seed: 3, cells: cells)
      var epochs: [[UInt32]] = []
      for epoch in 0..<3 {
        order.shuffle(epoch: epoch)
        #expect(order.rows.array.sorted() == rows)
        epochs.append(order.rows.array)
      }
      if count > 10 { #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2]) }
      order.shuffle(epoch: 1)
      #expect(order.rows.array == epochs[1], "an epoch's order is a function of its number")
    }
  }

  @Test func batchesCoverAllRowsAndDifferByOneAtMost() {
    for (count, limit) in [(1, 10), (10, 10), (11, 10), (2049, 1024), (100, 7)] {
      let batches = BatchOrder.batches(count, limit: limit)
      #expect(batches.flatMap { Array($0) } == Array(0..<count))
      let sizes = batches.map(\.count)
      #expect(sizes.max()! <= limit && sizes.max()! - sizes.min()! <= 1)
    }
    #expect(BatchOrder.batches(0, limit: 10).isEmpty)
  }

  /// By cells, a cell with one row in fifty has 20 ± 1 in each batch of a thousand.
  @Test func aRareCellIsInEveryBatch() {
    let cells = (0..<10_000).map { UInt16($0 % 50 == 0 ? 1 : 0) }
    let order = BatchOrder(rows: (0..<10_000).map { UInt32($0) }, seed: 5, cells: cells)
    order.shuffle(epoch: 0)
    for batch in BatchOrder.batches(10_000, limit: 1000) {
      let rare = batch.count { cells[Int(order.rows[$0])] == 1 }
      #expect(abs(rare - 20) <= 1)
    }
  }
}
