import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// Random rows of three attributes whose names are awkward.
private struct Rows {
  static let names = [
    ["a×b", "a", "b,c", "\\", ""], ["b×c", "c", "×", "é", "(missing)"],
    (0..<40).map { "level \($0)" },
  ]
  var codes: [[Int]] = []
  var labels: [UInt8] = [], predictions: [UInt8] = []
  var scores: [Double] = [], weights: [Double] = []

  init(_ n: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<n {
      codes.append(Self.names.map { Int.random(in: 0..<$0.count, using: &random) })
      labels.append(UInt8.random(in: 0...1, using: &random))
      predictions.append(UInt8.random(in: 0...1, using: &random))
      scores.append(Double.random(in: 0...1, using: &random))
      weights.append(Double.random(in: 0...2, using: &random))
    }
  }

  /// The groups of some rows are numbered by the values that these have, as in a file of its own.
  func counts(
    _ range: Range<Int>, scored: Bool = false, weighted: Bool = false
  ) throws -> OutcomeCounts {
    let attributes = Self.names.indices.map { a in
      GroupIndex(attribute: "attribute \(a)", values: range.map { Self.names[a][codes[$0][a]] })
    }
    return try OutcomeCounts(
      counting: Outcomes(
        attributes: attributes, labels: Buffer(labels[range]),
        predictions: Buffer(predictions[range]), scores: scored ? Buffer(scores[range]) : nil,
        weights: weighted ? Buffer(weights[range]) : nil), scoreBins: scored ? 16 : 0)
  }
}

@Suite struct CountStateTests {
  /// Cuts of 0..<n, some of them so short that groups are missing.
  private func parts(_ n: Int) -> [Range<Int>] {
    let cuts = [0, 1, 3, 10, n / 3, n / 2, n - 2, n]
    return zip(cuts, cuts.dropFirst()).map { $0..<$1 }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func countsOfAnyPartitionHaveTheBytesOfOnePass(seed: UInt64) throws {
    let rows = Rows(4_000, seed: seed)
    let whole = try rows.counts(0..<4_000).encoded()
    var order = parts(4_000)
    for _ in 0..<order.count {
      order.append(order.removeFirst())
      var merged = try rows.counts(order[0])
      for part in order.dropFirst() { try merged.merge(rows.counts(part)) }
      #expect(merged.encoded() == whole)
    }
    var halves = [try rows.counts(parts(4_000)[0]), try rows.counts(parts(4_000)[1])]
    for (index, part) in parts(4_000).dropFirst(2).enumerated() {
      try halves[index % 2].merge(rows.counts(part))
    }
    try halves[0].merge(halves[1])
    #expect(halves[0].encoded() == whole, "sums of sums")
  }

  @Test func weightsAndScoresOfAPartitionAgreeToRounding() throws {
    let rows = Rows(4_000, seed: 5)
    let whole = try rows.counts(0..<4_000, scored: true, weighted: true).canonical()
    var merged = try rows.counts(0..<17, scored: true, weighted: true)
    for part in [17..<3_000, 3_000..<4_000] {
      try merged.merge(
        OutcomeCounts(decoding: rows.counts(part, scored: true, weighted: true).encoded()))
    }
    let sums = merged.canonical()
    #expect(sums.combinations == whole.combinations && sums.levels == whole.levels)
    for (a, b) in zip(sums.tallies, whole.tallies) {
      #expect(a.rows == b.rows)
      for s in 0..<4 { #expect(abs(a.weights[s] - b.weights[s]) <= 1e-12 * b.weights[s]) }
      for l in 0..<2 { #expect(abs(a.scores!.sums[l] - b.scores!.sums[l]) <= 1e-12) }
      for (x, y) in zip(a.scores!.histogram, b.scores!.histogram) { #expect(abs(x - y) < 1e-12) }
    }
  }

  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func bytesAreReadBackAsTheyWere(form: (Bool, Bool)) throws {
    let counts = try Rows(300, seed: 9).counts(0..<300, scored: form.0, weighted: form.1)
    let read = try OutcomeCounts(decoding: counts.encoded())
    #expect(read == counts.canonical())
    #expect(read.encoded() == counts.encoded())
  }

  @Test func damagedBytesAreErrorsAndNeverTraps() throws {
    let bytes = try Rows(60, seed: 11).counts(0..<60, scored: true, weighted: true).encoded()
    for end in 0..<bytes.count {
      #expect(throws: StateError.self) { try OutcomeCounts(decoding: Array(bytes[..<end])) }
    }
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= UInt8(truncatingIfNeeded: 1 << (place % 8))
      #expect(throws: StateError.self) { try OutcomeCounts(decoding: damaged) }
    }
    #expect(throws: StateError.self) { try OutcomeCounts(decoding: bytes + [0]) }
  }

  /// Bytes whose checksum fits but which no state has: what a hostile writer would send.
  @Test func forgedBytesAreErrorsAndNeverTraps() throws {
    let bytes = try Rows(40, seed: 13).counts(0..<40).encoded()
    var random = SeededGenerator(seed: 17)
    var refused = 0
    for _ in 0..<4_000 {
      var forged = Array(bytes.dropLast(8))
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 8..<forged.count, using: &random)
        forged[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random)!
      }
      var sum: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in forged { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
      forged += (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
      do {
        let read = try OutcomeCounts(decoding: forged)
        #expect(try OutcomeCounts(decoding: read.encoded()) == read)
      } catch { refused += 1 }
    }
    #expect(refused > 2_000)
  }

  @Test func laterVersionsAreRefused() throws {
    var bytes = Array(try Rows(10, seed: 1).counts(0..<10).encoded().dropLast(8))
    bytes[8] = 2
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
    #expect(throws: StateError.unknownVersion(2)) { try OutcomeCounts(decoding: bytes) }
    #expect(throws: StateError.notAState) { try OutcomeCounts(decoding: [1, 2, 3]) }
  }

  @Test func differentCountsDoNotMerge() throws {
    let rows = Rows(50, seed: 3)
    let plain = try rows.counts(0..<50)
    for other in [
      try rows.counts(0..<50, weighted: true), try rows.counts(0..<50, scored: true),
      plain.projected(to: [0, 1]),
    ] {
      var sum = plain
      #expect(throws: CountingError.self) { try sum.merge(other) }
      #expect(sum == plain, "a refused merge adds nothing")
    }
  }

  @Test func namesOfCrossesAreDistinct() throws {
    let names = try Rows(4_000, seed: 2).counts(0..<4_000).marginal(of: [0, 1]).names
    #expect(names.count == 25 && Set(names).count == 25)
    #expect(names.contains("a\\×b×c") && names.contains("a×b\\×c"))
    #expect(GroupIndex.crossNames([["Female", "Black"]]) == ["Female×Black"])
  }
}

@Suite struct ManyCellsTests {
  /// 70,000 observed combinations of possible 20 billion: far more than a table or a 16-bit code.
  @Test func tensOfThousandsOfCellsAreCounted() throws {
    let n = 70_000
    let a = GroupIndex(
      attribute: "a", codes: Buffer((0..<n).map { UInt16($0 % 300) }),
      names: (0..<300).map { "\($0)" })
    let b = GroupIndex(
      attribute: "b", codes: Buffer((0..<n).map { UInt16($0 / 300) }),
      names: (0..<234).map { "\($0)" })
    let c = GroupIndex(
      attribute: "c", codes: Buffer((0..<n).map { UInt16($0 % 7 * 40_00) }),
      names: (0..<30_000).map { "\($0)" })
    let labels = Buffer((0..<n).map { UInt8($0 % 2) })
    let counts = try OutcomeCounts(
      counting: Outcomes(attributes: [a, b, c], labels: labels, predictions: labels))
    #expect(counts.combinations.count == n && counts.rows == n)
    #expect(counts.combinations.first == [0, 0, 0])
    #expect(counts.marginal(of: [0, 1]).names.count == n)
    #expect(counts.marginal(of: [2]).tallies[4_000].rowCount == n / 7)
    let bytes = counts.encoded()
    #expect(try OutcomeCounts(decoding: bytes).encoded() == bytes)
  }

  @Test func hashedKeysAreThoseOfATable() throws {
    var random = SeededGenerator(seed: 4)
    for n in [0, 1, 7, 5_000] {
      let head = (0..<n).map { _ in UInt32.random(in: 0..<900, using: &random) }
      let tail = (0..<n).map { _ in UInt16.random(in: 0..<11, using: &random) }
      let numbering = KeyNumbering(head: Buffer(head), tail: Buffer(tail), size: 11)
      let keys = zip(head, tail).map { UInt64($0) * 11 + UInt64($1) }
      #expect(numbering.keys == Set(keys).sorted())
      for i in 0..<n { #expect(numbering.keys[Int(numbering.codes[i])] == keys[i]) }
    }
  }

  @Test func aCodeWithoutANameIsAnError() {
    let bad = GroupIndex(attribute: "g", codes: Buffer([0, 3]), names: ["a", "b"])
    #expect(throws: CountingError.badGroup(attribute: "g", row: 1, code: 3, groups: 2)) {
      try OutcomeCounts(counting: Outcomes(attributes: [bad], labels: Buffer([0, 1])))
    }
  }
}
