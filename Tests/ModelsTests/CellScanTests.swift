import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums
import TestSupport
import Testing

/// One reading by cell against the passes that it stands for.
@Suite struct CellScanTests {
  private static let cellCount = 6

  private func rows<Scalar: KernelScalar>(_: Scalar.Type, weighted: Bool, n: Int = 9_000)
    -> ScoreRows<Scalar>
  {
    var random = SeededGenerator(seed: 8)
    let x = Matrix<Scalar>(rows: n, columns: 9)
    for i in 0..<n {
      for j in 0..<9 { x[i, j] = Scalar(Double.random(in: -2...2, using: &random)) }
    }
    let codes = Buffer((0..<n).map { _ in UInt16.random(in: 0..<5, using: &random) })
    let cells = (0..<n).map { _ in UInt16.random(in: 0..<UInt16(Self.cellCount), using: &random) }
    let weights = (0..<n).map { _ in Double(Int.random(in: 0...3, using: &random)) }
    var sums = [Double](repeating: 0, count: Self.cellCount)
    for i in 0..<n { sums[Int(cells[i])] += weighted ? weights[i] : 1 }
    return ScoreRows(
      features: DesignMatrix(dense: x, categorical: [CodeColumn(codes: codes, levels: 5)]),
      cells: Buffer(cells), cellCount: Self.cellCount, labels: [0, 1, 0, 1, 0, 1],
      cellWeights: sums, sampleWeights: weighted ? Buffer(narrowing: weights) : nil)
  }

  private var model: LinearModel {
    var random = SeededGenerator(seed: 9)
    return LinearModel(
      coefficients: (0..<14).map { _ in Double.random(in: -1...1, using: &random) }, intercept: 0.2)
  }

  @Test(arguments: [false, true])
  func countsAreThoseOfTheHistogram(weighted: Bool) throws {
    func check<Scalar: KernelScalar>(_ type: Scalar.Type) throws {
      let rows = rows(type, weighted: weighted)
      let reader = RowReader(LocalRows(rows)),
        bins = ScoreBins(theta: model.theta, width: 0.125, bins: 32)
      let scan = try reader.scan(bins)
      #expect(try scan.histogram == reader.histograms([bins])[0])
      let positive = try reader.positives([model.theta])[0]
      for c in 0..<Self.cellCount {
        let above = (16..<32).reduce(0.0) { $0 + scan.histogram[$1 * Self.cellCount + c] }
        #expect(above == positive[c])
        let all = (0..<32).reduce(0.0) { $0 + scan.histogram[$1 * Self.cellCount + c] }
        #expect(all == rows.cellWeights[c])
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  /// Value and gradient of any weights and labels, from sums that know neither.
  @Test(arguments: [false, true])
  func everyWeightingIsKnown(weighted: Bool) throws {
    let rows = rows(Double.self, weighted: weighted)
    let theta = model.theta
    let reader = RowReader(LocalRows(rows))
    let scan = try reader.scan(ScoreBins(theta: theta, width: 1, bins: 8))
    let moments = try reader.moments()
    let width = theta.count
    for (u, y) in [
      ([1.0, 2, 0, 0.5, 3, 1], [0.0, 1, 1, 0, 1, 0]), ([0, 0, 1, 4, 0, 2], [1, 0, 0, 1, 0, 1]),
    ] {
      let objective = LinearObjective(
        reader.source, terms: [.init(1, MeanLoss(totalWeight: 1))], l2: 0,
        lossWeights: (u, zip(u, y).map { $0 * $1 }))
      var gradient: [Double] = []
      let value = try objective.evaluate(at: theta, gradient: &gradient)
      var sum = 0.0
      var slope = [Double](repeating: 0, count: width)
      for c in 0..<Self.cellCount {
        let m = moments[c]
        sum += u[c] * (scan.softplus[c] - y[c] * m.dot(theta))
        for j in 0..<width {
          slope[j] += u[c] * (scan.probability[c * width + j] - y[c] * m[j])
        }
      }
      #expect(abs(sum - value) < 1e-9 * abs(value))
      for j in 0..<width { #expect(abs(slope[j] - gradient[j]) < 1e-8 * (1 + abs(gradient[j]))) }
    }
  }

  @Test func threadsChangeNoByte() throws {
    let rows = rows(Float.self, weighted: true, n: 20_000)
    let scans = try [1, 2, 4].map { threads in
      try RowReader(LocalRows(rows, pool: WorkerPool(threads: threads))).scan(
        ScoreBins(theta: model.theta, width: 0.25, bins: 16))
    }
    for scan in scans.dropFirst() {
      #expect(scan.softplus == scans[0].softplus && scan.probability == scans[0].probability)
      #expect(scan.histogram == scans[0].histogram)
    }
  }

  /// Scores that are not numbers or beyond the bins are counted at an end.
  @Test func everyScoreHasABin() {
    let z: [Double] = [.nan, -.infinity, .infinity, -1e300, 1e300, -0.0, -1e-300, 0.999, 1, -1]
    var counts = [Double](repeating: 0, count: 4)
    Double.Kernels.scoreBins(
      z, [UInt16](repeating: 0, count: z.count), nil, z.count, 1, 4, 1, &counts)
    #expect(counts == [3, 2, 2, 3])
  }
}
