import Datasets
import RowSums
import TestSupport
import Testing

/// One request of each kind, for 3 columns and 4 cells.
let requests: [Request] = {
  let scale = SumScale(weight: 16, columns: [8, 0, 0], offset: 8, attributes: [8, 16])
  let theta = [0.5, -2, 1e-3], table = [1.0, 0.5, 0, 2]
  let curvature = CurvatureQuestion(theta: theta, alpha: table, beta: [0, -1, 3, 0])
  let perGroup = CurvatureQuestion(theta: theta + theta, alpha: table, beta: table, sets: 2)
  let bins = ScoreBins(theta: theta, width: 0.125, bins: 16)
  let questions: [Request.Question] = [
    .scores(ScoreQuestion(theta: theta, softplusWeights: table, scoreWeights: [0, 1, 0, 1])),
    .scores(
      ScoreQuestion(
        theta: theta + theta, softplusWeights: table, scoreWeights: [0, 1, 0, 1], sets: 2,
        lossByCell: true, probabilityByCell: true)),
    .gram(curvature), .gram(perGroup), .diagonal(curvature),
    .product(curvature, direction: [1, 0, -1]),
    .product(perGroup, direction: [1, 0, -1, 2, 2, 2]), .moments, .scan(bins),
    .positives([theta, [0, 0, 1]]), .histograms([bins, bins, bins]),
    .classGrams(curvature, classes: [0, 2, 0, 1]), .levelCurvatures(theta), .squares(theta),
    .margins(theta), .levelLabels, .sizes(exact: true),
  ]
  return questions.map { Request($0, cells: 4, scale: scale) }
}()

/// Bytes with another checksum than they had: the one that fits.
func resealed(_ bytes: some Collection<UInt8>) -> [UInt8] {
  let sum = StateCheck.words.sum(Array(bytes)[...])
  return Array(bytes) + (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
}

/// Bytes of a hostile writer, whose checksums fit: how many were refused, of so many.
func refusals(
  of bytes: [UInt8], tries: Int, _ random: inout SeededGenerator,
  reading: ([UInt8]) throws(SumsError) -> Void
) -> Int {
  var refused = 0
  for _ in 0..<tries {
    var forged = Array(bytes.dropLast(8))
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 8..<forged.count, using: &random)
      forged[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random)!
    }
    do { try reading(resealed(forged)) } catch { refused += 1 }
  }
  return refused
}

@Suite struct RequestTests {
  @Test(arguments: requests.indices)
  func bytesAreReadBackAsTheyWere(index: Int) throws {
    let bytes = requests[index].encoded()
    let read = try Request(decoding: bytes)
    #expect(read == requests[index])
    #expect(read.encoded() == bytes)
    #expect(read.mark == requests[index].mark)
  }

  @Test func requestsHaveMarksOfTheirOwn() {
    #expect(Set(requests.map(\.mark)).count == requests.count)
  }

  /// (columns, cells, sets) = (3, 4, 2): what is asked for is as many numbers as its shape says.
  @Test func unitsHaveTheShapeOfTheQuestion() throws {
    let expected = [
      4 + 3, 8 + 12 + 12, 6, 12, 3, 3, 6, 12 + 6, 4 + 12 + 64, 8, 3 * 64, 18, 12, 2, 0, 0, 0,
    ]
    for (request, count) in zip(requests, expected) {
      #expect(try ExactSums(request.units()).count == count)
    }
  }

  /// 2^16 rows of |x| ≤ 2^8: a slope is at most 2^24 times 2 + 1, and that of a Gram
  /// matrix 2^32 times 2/4 + 3/10; the powers of columns and scores are multiples of 8.
  @Test func unitsLeaveRoomForTheBound() throws {
    let runs = try requests[0].units()
    #expect(runs[0].count == 4 && runs[0].exponent == 16 + 2 + 16 - 126)
    #expect(runs[2] == .init(exponent: 16 + 2 + 8 - 126, count: 1))
    let triangle = try ExactSums(requests[2].units()).runs
    #expect(
      triangle == [
        .init(exponent: 16 + 16 - 126, count: 1), .init(exponent: 16 + 8 - 126, count: 1),
        .init(exponent: 16 - 126, count: 1), .init(exponent: 16 + 8 - 126, count: 1),
        .init(exponent: 16 - 126, count: 2),
      ])
  }

  @Test func damagedBytesAreErrorsAndNeverTraps() throws {
    for request in requests {
      let bytes = request.encoded()
      for end in 0..<bytes.count {
        #expect(throws: SumsError.self) { try Request(decoding: Array(bytes[..<end])) }
      }
      for place in bytes.indices {
        var damaged = bytes
        damaged[place] ^= UInt8(truncatingIfNeeded: 1 << (place % 8))
        #expect(throws: SumsError.self) { try Request(decoding: damaged) }
      }
      #expect(throws: SumsError.self) { try Request(decoding: bytes + [0]) }
    }
  }

  @Test func forgedBytesAreErrorsAndNeverTraps() throws {
    var random = SeededGenerator(seed: 5)
    for request in requests {
      let bytes = request.encoded()
      let refused = refusals(of: bytes, tries: 2_000, &random) { forged throws(SumsError) in
        let read = try Request(decoding: forged)
        let again = try Request(decoding: read.encoded())
        #expect(again == read)
      }
      #expect(refused > 400)
    }
  }

  @Test func laterVersionsAndOtherBytesAreRefused() throws {
    var bytes = requests[0].encoded()
    bytes[8] = 2
    #expect(throws: SumsError.bytes(of: "request", .unknownVersion(2))) {
      try Request(decoding: resealed(bytes.dropLast(8)))
    }
    #expect(throws: SumsError.bytes(of: "request", .notAState)) {
      try Request(decoding: [1, 2, 3])
    }
    #expect(throws: SumsError.bytes(of: "answer", .notAState)) {
      try Answer(decoding: requests[0].encoded())
    }
  }

  /// Small requests must not make anybody set memory aside for sums without end.
  @Test func tooManySumsAreRefusedBeforeThereIsRoomForThem() {
    let scale = SumScale(weight: 0, columns: Array(repeating: 0, count: 5_000))
    let theta = [Double](repeating: 0, count: 5_000)
    let gram = Request(
      .gram(CurvatureQuestion(theta: theta, alpha: [1, 1], beta: [0, 0])), cells: 2, scale: scale)
    #expect(throws: SumsError.tooMany) { try Request(decoding: gram.encoded()) }
    let moments = Request(.moments, cells: 1 << 16, scale: scale)
    #expect(throws: SumsError.tooMany) { try Request(decoding: moments.encoded()) }
  }
}
