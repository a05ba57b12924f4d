import Datasets
import LinearAlgebra
import Testing

import Models

@Suite struct IndicatorColumnsTests {
  /// Columns: a category of three levels, a number, a category of two, and 0/1 columns that are none.
  private func block(rows: Int) -> Matrix<Double> {
    Matrix<Double>(
      (0..<rows).map { i in
        let first = i * 7 % 3, second = i % 2
        return [
          first == 0 ? 1 : 0, first == 1 ? 1 : 0, first == 2 ? 1 : 0, Double(i) / 3,
          second == 0 ? 1 : 0, second == 1 ? 1 : 0, i % 5 == 0 ? 1 : 0,
        ]
      })
  }

  @Test(arguments: [6, 33, 5_000])
  func theRowsAreTheSame(rows: Int) throws {
    let block = block(rows: rows)
    let folded = try #require(IndicatorColumns(block, pool: WorkerPool(threads: 2)))
    #expect(folded.features.categorical.map(\.levels) == [3, 2])
    #expect(folded.features.dense.columns == 2)
    for i in 0..<rows {
      let row = folded.features.expandedRow(i)
      for j in 0..<block.columns { #expect(row[folded.places[j]] == block[i, j]) }
    }
  }

  @Test func coefficientsComeBackInTheOrderOfTheBlock() throws {
    let folded = try #require(IndicatorColumns(block(rows: 33), pool: .serial))
    let theta = (0..<8).map { Double($0) }
    let unfolded = folded.unfolded(theta)
    #expect(unfolded.last == 7)
    #expect(folded.places.sorted() == Array(0..<7))
    for j in 0..<7 { #expect(unfolded[j] == Double(folded.places[j])) }
  }

  @Test func asManyOnesAsRowsAreNoCategoryUnlessEachRowHasOne() {
    // Row 0 has two 1s, row 1 none; the last two columns are numbers.
    let block = Matrix<Double>([[1, 1, 0.5, 2], [0, 0, 0.25, 3]])
    let folded = IndicatorColumns(block, pool: .serial)
    #expect(folded == nil || folded?.features.categorical.isEmpty == true)
  }

  @Test func numbersAloneAreLeftAsTheyAre() {
    #expect(IndicatorColumns(Matrix<Float>([[1, 2], [3, 4]]), pool: .serial) == nil)
    #expect(IndicatorColumns(Matrix<Double>(rows: 0, columns: 3), pool: .serial) == nil)
    #expect(IndicatorColumns(Matrix<Double>([[.nan, 1], [0, 0]]), pool: .serial) == nil)
  }
}
