import Datasets
import LinearAlgebra
import RowSums
import TestSupport
import Testing

/// Rows of two dense columns and one of 5 levels, in cells 2·group + label of 2 groups.
private func rows<Scalar: KernelScalar>(
  _: Scalar.Type, _ range: Range<Int>
) -> ScoreRows<Scalar> {
  var random = SeededGenerator(seed: 11)
  let all = (0..<range.upperBound).map { _ in
    (0..<5).map { _ in Double(random.next() >> 40) / Double(1 << 24) }
  }
  let part = Array(all[range])
  let dense = Matrix<Scalar>(rows: part.count, columns: 2)
  for (i, row) in part.enumerated() {
    dense[i, 0] = Scalar(8 * row[0] - 4)
    dense[i, 1] = Scalar(300 * row[1])
  }
  let features = DesignMatrix<Scalar>(
    dense: dense,
    categorical: [CodeColumn(codes: Buffer(part.map { UInt16(5 * $0[2]) }), levels: 5)])
  let cells = part.map { UInt16(4 * $0[3]) }, weights = part.map { 0.5 + $0[4] }
  var cellWeights = [0.0, 0, 0, 0]
  for (cell, weight) in zip(cells, weights) { cellWeights[Int(cell)] += weight }
  return ScoreRows(
    features: features, cells: Buffer(cells), cellCount: 4, labels: [0, 1, 0, 1],
    cellWeights: cellWeights, sampleWeights: Buffer(narrowing: weights))
}

private let questions: [Request.Question] = {
  let theta = [0.3, -0.01, 0.2, -0.1, 0, 0.4, 0.1, 0.05], ones = [1.0, 1, 1, 1]
  let curvature = CurvatureQuestion(theta: theta, alpha: ones, beta: [0, 1, -2, 0.5])
  let bins = ScoreBins(theta: theta, width: 0.25, bins: 16)
  return [
    .scores(ScoreQuestion(theta: theta, softplusWeights: ones, scoreWeights: [0, 1, 0, 1])),
    .scores(
      ScoreQuestion(
        theta: theta + theta, softplusWeights: ones, scoreWeights: [0, 1, 0, 1], sets: 2,
        lossByCell: true, probabilityByCell: true)),
    .gram(curvature), .diagonal(curvature), .product(curvature, direction: theta), .moments,
    .scan(bins), .positives([theta, theta.map { -$0 }]), .histograms([bins]),
    .classGrams(curvature, classes: [0, 1, 0, 1]), .levelCurvatures(theta), .squares(theta),
    .margins(theta), .levelLabels, .sizes(exact: true),
  ]
}()

@Suite struct LocalRowsTests {
  /// The smallest block: parts of whole blocks are cut as all rows are.
  private static let block = 4_096

  /// Rows in three parts, answered on any number of threads and added in any order, are the rows in one.
  @Test(arguments: questions.indices)
  func partsOfWholeBlocksAnswerAsAllRowsDo(index: Int) throws {
    try check(Float.self, questions[index])
    try check(Double.self, questions[index])
  }

  /// Weights in another unit, and attributes with them, give the same bits in that unit: nothing is lost
  /// to units of sums, and nothing overflows. Gram matrices take roots of weights, whose bits are the
  /// same for even powers.
  @Test(arguments: [-100, -20, -4, 2, 20, 80])
  func aUnitOfWeightsChangesNoBit(power: Int) throws {
    let unit = Double(sign: .plus, exponent: power, significand: 1)
    for question in questions where !question.isOfExtremes {
      #expect(
        try values(question, unit: unit) == values(question, unit: 1).map { $0 * unit },
        "\(question.name)")
    }
  }

  private func values(_ question: Request.Question, unit: Double) throws -> [Double] {
    let data = rows(Double.self, 0..<5_000)
    let weights = data.sampleWeights!.array.map { $0 * unit }
    let scaled = ScoreRows(
      features: data.features, cells: data.cells, cellCount: 4, labels: data.labels,
      cellWeights: data.cellWeights.map { $0 * unit }, sampleWeights: Buffer(weights))
    let attribute = Buffer(weights.enumerated().map { $1 * Double($0 % 7 - 3) })
    let source = LocalRows(scaled, attributes: [attribute])
    return try source.values(
      Request(question, cells: 4, scale: try source.scale(exact: true)))
  }

  private func check<Scalar: KernelScalar>(
    _ type: Scalar.Type, _ question: Request.Question
  ) throws {
    let count = 3 * Self.block
    let whole = LocalRows(rows(type, 0..<count), pool: .serial)
    let request = Request(question, cells: 4, scale: try whole.scale(exact: true))
    let expected = try whole.ask(request)
    #expect(expected.refusal == nil && expected.rows == count)
    if !expected.sums.words.isEmpty { #expect(try whole.values(request) == expected.sums.values) }
    #expect(
      try LocalRows(rows(type, 0..<count), pool: WorkerPool(threads: 3)).ask(request) == expected)
    let parts = try [2, 0, 1].map { part in
      try LocalRows(rows(type, part * Self.block..<(part + 1) * Self.block)).ask(request)
    }
    var added = parts[0]
    for part in parts.dropFirst() { try added.add(part) }
    #expect(added == expected)
    // A part without rows changes nothing.
    try added.add(LocalRows(rows(type, 0..<0)).ask(request))
    #expect(added == expected)
  }

  /// With more blocks than digits can hold the sums move on to whole numbers of 128 bits.
  @Test func digitsGiveTheSumsOfWholeNumbers() throws {
    var random = SeededGenerator(seed: 12)
    let digits = ExactDigits(count: 3)
    var expected: [Int128] = [0, 0, 0]
    for _ in 0..<ExactDigits.capacity {
      let values = (0..<3).map { _ in anyNumber(&random, exponents: -4...114) }
      digits.begin()
      #expect(values.withUnsafeBufferPointer { digits.add($0.baseAddress!, 3, times: 1, at: 0) })
      for k in 0..<3 { expected[k] += ExactSums.rounded(values[k])! }
    }
    #expect((0..<3).map { digits.sum($0) } == expected)
    var values = [0.0, 0, 0]
    #expect(
      values.withUnsafeMutableBufferPointer {
        digits.values(from: 0, 3, times: 0.5, to: $0.baseAddress!)
      })
    #expect(values == expected.map { 0.5 * ExactSums.nearest($0) })
  }

  /// One rounding, whatever is in the digits: halves, numbers near halves, and those of mixed signs.
  @Test func valuesAreRoundedOnce() {
    var random = SeededGenerator(seed: 14)
    for _ in 0..<20_000 {
      let digits = ExactDigits(count: 1)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let top = anyNumber(&random, exponents: 0...120)
        for value in [top, top.ulp / 2, anyNumber(&random, exponents: -2...60)] {
          digits.begin()
          #expect(withUnsafePointer(to: value) { digits.add($0, 1, times: 1, at: 0) })
        }
      }
      var value = 0.0
      #expect(digits.values(from: 0, 1, times: 1, to: &value))
      #expect(value == ExactSums.nearest(digits.sum(0)!))
    }
  }

  @Test(arguments: [0x1p126, -0x1p126, .infinity, .nan] as [Double])
  func digitsRefuseWhatDoesNotFit(value: Double) {
    let digits = ExactDigits(count: 6)
    let values = [0, 0, 0, 0, 0, value]
    #expect(!values.withUnsafeBufferPointer { digits.add($0.baseAddress!, 6, times: 1, at: 0) })
    #expect(values.withUnsafeBufferPointer { digits.add($0.baseAddress!, 5, times: 1, at: 0) })
  }

  @Test func labelsOfLevelsAreThoseOfRowsWithWeight() throws {
    let features = DesignMatrix<Double>(
      dense: Matrix(rows: 5, columns: 0),
      categorical: [CodeColumn(codes: Buffer([0, 1, 1, 2, 2]), levels: 4)])
    let rows = ScoreRows(
      features: features, labels: Buffer<UInt8>([0, 0, 1, 1, 0]), sampleWeights: [1, 1, 1, 1, 0])
    let none = -Double.infinity
    #expect(
      try RowReader(LocalRows(rows)).extremes(.levelLabels)
        == [1, none, 1, 1, none, 1, none, none])
  }

  /// A sum that is too large for bounds from a few rows is asked for again with those of all rows.
  @Test func largeNumbersBeyondTheRowsThatWereSeenFit() throws {
    let count = 3 * Self.block
    var x = [[Double]](repeating: [1], count: count)
    x[count / 2] = [0x1p200]
    let source = LocalRows(
      ScoreRows(
        features: DesignMatrix(dense: Matrix(x)),
        labels: Buffer<UInt8>(Array(repeating: 1, count: count))))
    #expect(try RowReader(source).moments()[1] == [0x1p200, Double(count)])
  }
}
