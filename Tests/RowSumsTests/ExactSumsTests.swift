import Datasets
import RowSums
import TestSupport
import Testing

/// A number of any size and sign, small ones and halves among them.
func anyNumber(_ random: inout SeededGenerator, exponents: ClosedRange<Int>) -> Double {
  let exponent = Int.random(in: exponents, using: &random)
  let significand = Double.random(in: 1..<2, using: &random)
  let number = Double(sign: .plus, exponent: exponent, significand: significand)
  return Bool.random(using: &random) ? number : -number
}

@Suite struct ExactSumsTests {
  let runs: [ExactSums.Run] = [
    .init(exponent: -80, count: 2), .init(exponent: -3, count: 1), .init(exponent: 20, count: 2),
  ]

  private func sums(_ random: inout SeededGenerator) throws -> ExactSums {
    var sums = try ExactSums(runs)
    try sums.add((0..<5).map { _ in anyNumber(&random, exponents: -90...40) }, block: 0)
    return sums
  }

  @Test func addingIsAssociativeAndCommutative() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<100_000 {
      let a = try sums(&random), b = try sums(&random), c = try sums(&random)
      var left = a
      try left.add(b)
      try left.add(c)
      var right = c
      try right.add(b)
      var inner = a
      try inner.add(right)
      #expect(left == inner)
      try right.add(a)
      #expect(left == right)
    }
  }

  @Test func blocksInAnyOrderAndTreeGiveTheSameBits() throws {
    var random = SeededGenerator(seed: 2)
    let blocks = (0..<200).map { _ in
      (0..<5).map { _ in anyNumber(&random, exponents: -90...40) }
    }
    var inOrder = try ExactSums(runs)
    for (index, block) in blocks.enumerated() { try inOrder.add(block, block: index) }
    for _ in 0..<20 {
      var parts = try blocks.shuffled(using: &random).map { block in
        var part = try ExactSums(runs)
        try part.add(block, block: 0)
        return part
      }
      while parts.count > 1 {
        let first = parts.remove(at: Int.random(in: parts.indices, using: &random))
        try parts[Int.random(in: parts.indices, using: &random)].add(first)
      }
      #expect(parts[0] == inOrder)
      #expect(parts[0].values == inOrder.values)
    }
  }

  /// Rounding to the unit, half to even, on all paths: below 2⁵¹ units, below 2⁵², and above.
  @Test(
    arguments: [
      (0.5, 0), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (-2.5, -2), (0.49999999999999994, 0),
      (2_251_799_813_685_248.5, 2_251_799_813_685_248),
      (2_251_799_813_685_249.5, 2_251_799_813_685_250),
      (-2_251_799_813_685_249.5, -2_251_799_813_685_250),
      (4_503_599_627_370_497, 4_503_599_627_370_497),
      (0x1p-1074, 0), (-0.0, 0),
    ] as [(Double, Int)])
  func numbersAreRoundedToTheUnit(value: Double, expected: Int) {
    #expect(ExactSums.rounded(value) == Int128(expected))
  }

  @Test func largeNumbersAreKeptBitByBit() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<10_000 {
      let value = anyNumber(&random, exponents: 52...125)
      #expect(ExactSums.rounded(value) == Int128(value))
      #expect(ExactSums.nearest(Int128(value)) == value)
    }
    #expect(ExactSums.rounded(0x1p126) == nil)
    #expect(ExactSums.rounded(-0x1p126) == nil)
    #expect(ExactSums.rounded(0x1.fffffffffffffp125) == Int128(0x1.fffffffffffffp125))
    #expect(ExactSums.rounded(.nan) == nil && ExactSums.rounded(.infinity) == nil)
  }

  /// Ties and what lies just beside them, with bits far below the last of a `Double`.
  @Test func sumsAreReadAsTheNearestDouble() {
    let high = Int128(1) << 100
    let unit = Int128(1) << 48
    #expect(ExactSums.nearest(high) == 0x1p100)
    #expect(ExactSums.nearest(high + unit / 2) == 0x1p100, "a tie goes to the even one")
    #expect(ExactSums.nearest(high + unit / 2 + 1) == 0x1p100 + 0x1p48)
    #expect(ExactSums.nearest(high + unit / 2 - 1) == 0x1p100)
    #expect(ExactSums.nearest(-(high + unit / 2 + 1)) == -0x1p100 - 0x1p48)
    #expect(ExactSums.nearest(high + unit + unit / 2) == 0x1p100 + 0x1p49)
    #expect(ExactSums.nearest(.min) == -0x1p127 && ExactSums.nearest(.max) == 0x1p127)
    var random = SeededGenerator(seed: 4)
    for _ in 0..<10_000 {
      let word =
        Int128(truncatingIfNeeded: Int64.random(in: .min ... .max, using: &random))
        << Int128(Int.random(in: 0...60, using: &random))
      #expect(ExactSums.nearest(word) == Double(exactly: word) ?? Double(word))
    }
  }

  @Test func aSumIsExactWhereDoublesAreNot() throws {
    var sums = try ExactSums([.init(exponent: -60, count: 1)])
    for value in [0x1p60, 1, 0x1p-60, -0x1p60, -1] { try sums.add([value], block: 0) }
    #expect(sums.values == [0x1p-60])
  }

  @Test func whatDoesNotFitIsAnErrorThatNamesItsBlock() throws {
    var sums = try ExactSums(runs)
    #expect(throws: SumsError.overflow(word: 1, block: 7)) {
      try sums.add([0, 0x1p46, 0, 0, 0], block: 7)
    }
    #expect(throws: SumsError.notFinite(word: 2, block: 8)) {
      try sums.add([0, 0, .nan, 0, 0], block: 8)
    }
    #expect(throws: SumsError.notFinite(word: 4, block: 9)) {
      try sums.add([0, 0, 0, 0, -.infinity], block: 9)
    }
    var full = try ExactSums([.init(exponent: 0, count: 1)])
    try full.add([0x1.fffffffffffffp125], block: 0)
    var twice = full
    try twice.add(full)
    #expect(throws: SumsError.overflow(word: 0, block: nil)) { try twice.add(twice) }
    #expect(
      SumsError.overflow(word: 1, block: 7).description
        == "sum 1 of block 7 is too large for its unit")
  }

  @Test func otherShapesAndUnitsAreErrors() throws {
    var sums = try ExactSums(runs)
    #expect(throws: SumsError.shape(expected: 5, found: 4, block: 3)) {
      try sums.add([1, 2, 3, 4], block: 3)
    }
    let other = try ExactSums([.init(exponent: -80, count: 5)])
    #expect(throws: SumsError.shape(expected: 5, found: 5, block: nil)) { try sums.add(other) }
    #expect(throws: SumsError.exponent(901)) {
      try ExactSums([.init(exponent: 901, count: 1)])
    }
    #expect(throws: SumsError.tooMany) {
      try ExactSums([.init(exponent: 0, count: ExactSums.mostWords + 1)])
    }
    #expect(throws: SumsError.tooMany) { try ExactSums([.init(exponent: 0, count: -1)]) }
    #expect(throws: SumsError.tooMany) {
      try ExactSums([.init(exponent: 0, count: 1), .init(exponent: 1, count: .max)])
    }
  }

  @Test func neighboursOfOneUnitAreOneRun() throws {
    let sums = try ExactSums([
      .init(exponent: 1, count: 2), .init(exponent: 2, count: 0), .init(exponent: 1, count: 3),
    ])
    #expect(sums.runs == [.init(exponent: 1, count: 5)])
  }

  @Test func boundsAreNeverBelowASize() {
    for size in [
      1e-300, 1e-9, 0.25, 0.75, 1, 1.0001, 2, 255, 256, 257, 1e30, .greatestFiniteMagnitude,
    ] {
      let bound = SumScale.bound(size)
      #expect(bound % SumScale.step == 0)
      #expect(bound >= 1_024 || size <= Double(sign: .plus, exponent: bound, significand: 1))
      #expect(size.exponent + 1 + SumScale.step > bound, "and not far above")
    }
  }
}
