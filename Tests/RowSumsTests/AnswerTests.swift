import Datasets
import RowSums
import TestSupport
import Testing

@Suite struct AnswerTests {
  let request = requests[0]

  private func answer(_ random: inout SeededGenerator, refused: Bool = false) throws -> Answer {
    let kernels = [["a"], ["b"], ["a", "c"]].randomElement(using: &random)!
    if refused {
      let refusal = Refusal(
        partition: Int.random(in: 0..<3, using: &random),
        row: Int.random(in: 0..<3, using: &random),
        reason: ["NaN", "no label"].randomElement(using: &random)!)
      return .refused(refusal, question: request.mark, kernels: kernels)
    }
    var sums = try ExactSums(request.units())
    try sums.add(sums.words.map { _ in anyNumber(&random, exponents: -40...10) }, block: 0)
    let extremes = [anyNumber(&random, exponents: -5...5), -.infinity]
    return Answer(
      question: request.mark, rows: Int.random(in: 0..<100, using: &random), sums: sums,
      extremes: extremes, kernels: kernels)
  }

  @Test func addingIsAssociativeAndCommutativeWithRefusalsToo() throws {
    var random = SeededGenerator(seed: 6)
    for k in 0..<20_000 {
      let parts = try (0..<3).map { j in try answer(&random, refused: (k >> j) & 1 == 1) }
      var left = parts[0]
      try left.add(parts[1])
      try left.add(parts[2])
      var right = parts[2]
      try right.add(parts[1])
      try right.add(parts[0])
      #expect(left == right)
      #expect(left.encoded() == right.encoded())
    }
  }

  @Test func theFirstRefusalWins() throws {
    func refused(_ partition: Int, _ row: Int) -> Answer {
      .refused(
        Refusal(partition: partition, row: row, reason: "NaN"), question: 1, kernels: ["k"])
    }
    var answer = refused(2, 0)
    for other in [refused(1, 7), refused(1, 5), refused(3, 1)] { try answer.add(other) }
    #expect(answer.refusal == Refusal(partition: 1, row: 5, reason: "NaN"))
    #expect(answer.refusal?.description == "partition 1, row 5: NaN")
    #expect(answer.rows == 0 && answer.sums.count == 0)
  }

  @Test func rowsExtremesAndKernelsAreJoined() throws {
    var a = Answer(
      question: 1, rows: 3, sums: try ExactSums([.init(exponent: 0, count: 1)]),
      extremes: [1, -.infinity], kernels: ["b"])
    let b = Answer(
      question: 1, rows: 4, sums: try ExactSums([.init(exponent: 0, count: 1)]),
      extremes: [0.5, -2], kernels: ["a", "b"])
    try a.add(b)
    #expect(a.rows == 7 && a.extremes == [1, -2] && a.kernels == ["a", "b"])
  }

  @Test func answersToOtherQuestionsAndOfOtherShapesAreRefused() throws {
    var random = SeededGenerator(seed: 7)
    var one = try answer(&random)
    var other = one
    other.question ^= 1
    #expect(throws: SumsError.otherQuestion) { try one.add(other) }
    other = one
    other.extremes.append(0)
    #expect(throws: SumsError.shape(expected: 2, found: 3, block: nil)) { try one.add(other) }
    other = one
    other.sums = try ExactSums([.init(exponent: 0, count: 1)])
    #expect(throws: SumsError.shape(expected: 7, found: 1, block: nil)) { try one.add(other) }
    other = one
    other.rows = Answer.mostRows
    one.rows = 1
    #expect(throws: SumsError.tooMany) { try one.add(other) }
  }

  @Test func bytesAreReadBackAsTheyWere() throws {
    var random = SeededGenerator(seed: 8)
    for k in 0..<200 {
      let answer = try answer(&random, refused: k % 4 == 0)
      let read = try Answer(decoding: answer.encoded())
      #expect(read == answer)
      #expect(read.encoded() == answer.encoded())
    }
  }

  @Test func damagedBytesAreErrorsAndNeverTraps() throws {
    var random = SeededGenerator(seed: 9)
    for refused in [false, true] {
      let bytes = try answer(&random, refused: refused).encoded()
      for end in 0..<bytes.count {
        #expect(throws: SumsError.self) { try Answer(decoding: Array(bytes[..<end])) }
      }
      for place in bytes.indices {
        var damaged = bytes
        damaged[place] ^= UInt8(truncatingIfNeeded: 1 << (place % 8))
        #expect(throws: SumsError.self) { try Answer(decoding: damaged) }
      }
      #expect(throws: SumsError.self) { try Answer(decoding: bytes + [0]) }
    }
  }

  @Test func forgedBytesAreErrorsAndNeverTraps() throws {
    var random = SeededGenerator(seed: 10)
    for refused in [false, true] {
      let bytes = try answer(&random, refused: refused).encoded()
      let count = refusals(of: bytes, tries: 4_000, &random) { forged throws(SumsError) in
        let read = try Answer(decoding: forged)
        #expect(read.encoded() == forged)
      }
      #expect(count > 500)
    }
  }

  /// A source that gives a prepared answer.
  private struct Prepared: RowSource {
    var rows = 10
    var prepared: Answer

    var shape: RowShape {
      RowShape(
        rows: rows, denseColumns: 2, levels: [], labels: [0, 1, 0, 1], cellWeights: [1, 2, 3, 4],
        resolution: 1e-16)
    }

    func scale(exact: Bool) throws -> SumScale { requests[0].scale }
    func sample(rows: Int) throws -> RowSample? { nil }
    func ask(_ request: Request) throws -> Answer { prepared }
  }

  @Test func aSourceIsHeldToItsQuestionAndItsRows() throws {
    var random = SeededGenerator(seed: 11)
    var good = try answer(&random)
    good.rows = 10
    #expect(try Prepared(prepared: good).answer(request) == good)
    #expect(throws: SumsError.otherQuestion) {
      try Prepared(prepared: good).answer(requests[1])
    }
    #expect(throws: MissingRows(expected: 11, found: 10)) {
      try Prepared(rows: 11, prepared: good).answer(request)
    }
    let refused = try answer(&random, refused: true)
    #expect(throws: Refusal.self) { try Prepared(prepared: refused).answer(request) }
  }
}
