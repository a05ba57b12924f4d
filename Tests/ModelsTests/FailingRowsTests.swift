import Datasets
import LinearAlgebra
import Models
import RowSums
import TestSupport
import Testing

private struct Lost: Error, Equatable {}

/// Rows of which every answer after the first few is lost.
private struct LosingRows: RowSource {
  let rows: LocalRows<Double>
  let answers: Counter

  final class Counter: @unchecked Sendable {
    var left: Int

    init(_ left: Int) { self.left = left }
  }

  var shape: RowShape { rows.shape }

  func ask(_ request: Request) throws -> Answer {
    answers.left -= 1
    guard answers.left >= 0 else { throw Lost() }
    return try rows.ask(request)
  }

  func scale(exact: Bool) throws -> SumScale { try rows.scale(exact: exact) }
  func sample(rows count: Int) throws -> RowSample? { nil }
}

@Suite struct FailingRowsTests {
  private let rows: LocalRows<Double> = {
    var random = SeededGenerator(seed: 3)
    func number() -> Double { Double(random.next() >> 11) / Double(1 << 53) }
    let x = (0..<500).map { _ in [2 * number() - 1, 2 * number() - 1] }
    let labels = x.map { row in UInt8(row[0] + number() > 0.6 ? 1 : 0) }
    return LocalRows(
      ScoreRows(features: DesignMatrix(dense: Matrix(x)), labels: Buffer<UInt8>(labels)),
      pool: .serial)
  }()

  /// Asked by messages that are checked, rows give the bytes of those in memory.
  @Test func aFitThatGetsItsAnswersIsTheLocalOne() throws {
    let learner = LogisticRegression(l2: 1e-3)
    let asked = try learner.fit(LosingRows(rows: rows, answers: .init(.max)))
    #expect(asked.theta == (try learner.fit(rows)).theta)
  }

  @Test(arguments: 0..<4) func aLostAnswerEndsTheFit(after: Int) {
    #expect(throws: Lost.self) {
      try LogisticRegression(l2: 1e-3).fit(LosingRows(rows: rows, answers: .init(after)))
    }
  }
}
