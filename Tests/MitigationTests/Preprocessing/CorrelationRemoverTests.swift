import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

private let golden = GoldenFiles(.module, "preprocess")

/// The largest |cov(x_j, s)| / (σ(x_j before)·σ(s)) over all columns.
private func worstCorrelation(
  _ columns: [[Double]], scales: [[Double]], _ sensitive: [[Double]], _ weights: [Double]?
) -> Double {
  func moments(_ a: [Double], _ b: [Double]) -> Double {
    let w = weights ?? a.map { _ in 1 }
    let total = w.reduce(0, +)
    func mean(_ x: [Double]) -> Double { zip(w, x).reduce(0) { $0 + $1.0 * $1.1 } / total }
    let (p, q) = (mean(a), mean(b))
    return a.indices.reduce(0) { $0 + w[$1] * (a[$1] - p) * (b[$1] - q) } / total
  }
  var worst = 0.0
  for (x, scale) in zip(columns, scales) {
    for s in sensitive {
      let size = (moments(scale, scale) * moments(s, s)).squareRoot()
      if size > 0 { worst = max(worst, abs(moments(x, s)) / size) }
    }
  }
  return worst
}

private func columns(_ data: Dataset<Double>) -> [[Double]] {
  let rows = (0..<data.rows).map { data.features.expandedRow($0) }
  return (0..<data.features.columns).map { j in rows.map { $0[j] } }
}

/// Every group of every attribute as 0/1, and the numbers.
private func sensitive(_ data: Dataset<Double>) -> [[Double]] {
  data.attributes.flatMap { attribute in
    (0..<attribute.count).map { g in (0..<data.rows).map { attribute[$0] == g ? 1.0 : 0 } }
  } + data.columns.sorted { $0.key < $1.key }.map(\.value)
}

@Suite struct CorrelationRemoverTests {
  /// One to five sensitive columns, of groups and of numbers, with weights and far from 0.
  @Test(
    arguments: [
      (1, 0, false), (2, 0, true), (1, 1, false), (3, 2, true), (0, 3, true), (0, 1, false),
    ])
  func nothingLinearIsLeft(attributes: Int, continuous: Int, weighted: Bool) throws {
    var rows = PreparedRows.random(
      1_200, groups: 4, seed: 19, columns: 4, categories: [3, 5], weighted: weighted,
      attributes: max(1, attributes), continuous: continuous)
    rows.groups = Array(rows.groups.prefix(attributes))
    for i in 0..<rows.count {
      rows.x[i][1] = rows.x[i][1] * 0.1 + 40_000
      rows.x[i][2] *= 1e6
    }
    let data: Dataset<Double> = rows.data()
    let result = try prepared(CorrelationRemover.self, data)
    let s = sensitive(data), before = columns(data), after = columns(result)
    #expect(result.features.categorical.isEmpty && after.count == before.count)
    #expect(worstCorrelation(before, scales: before, s, data.sampleWeights) > 0.05)
    #expect(worstCorrelation(after, scales: before, s, data.sampleWeights) < 1e-10)
    for (a, b) in zip(before, after) {
      let w = data.sampleWeights ?? a.map { _ in 1 }
      let difference = zip(w, zip(a, b)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
      #expect(abs(difference) < 1e-9 * zip(w, a).reduce(1) { $0 + $1.0 * abs($1.1) })
    }
  }

  /// Half of the correlation stays at α = ½, and α = 0 changes nothing.
  @Test func alphaIsTheShareThatIsTaken() throws {
    let data: Dataset<Double> = PreparedRows.random(500, groups: 3, seed: 4, categories: []).data()
    let all = columns(try prepared(CorrelationRemover.self, data))
    let half = columns(try prepared(CorrelationRemover.self, data, ["alpha": "0.5"]))
    let none = columns(try prepared(CorrelationRemover.self, data, ["alpha": "0"]))
    for (j, own) in columns(data).enumerated() {
      for i in 0..<data.rows {
        #expect(abs(half[j][i] - (own[i] + all[j][i]) / 2) < 1e-12)
        #expect(none[j][i] == own[i])
      }
    }
  }

  /// A second column that the first determines takes nothing more away.
  @Test func redundantColumnsChangeNothing() throws {
    var rows = PreparedRows.random(400, groups: 3, seed: 6)
    let once = columns(try prepared(CorrelationRemover.self, rows.data() as Dataset<Double>))
    rows.groups.append(rows.groups[0].map { "copy of \($0)" })
    rows.continuous = [rows.groups[0].map { Double($0.dropFirst())! * 3 + 1 }]
    let twice = columns(try prepared(CorrelationRemover.self, rows.data() as Dataset<Double>))
    for (a, b) in zip(once, twice) {
      for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-10) }
    }
  }

  @Test func categoriesStayWhereAsked() throws {
    let data: Dataset<Double> = PreparedRows.random(300, groups: 2, seed: 16).data()
    let result = try prepared(CorrelationRemover.self, data, ["categories": "keep"])
    #expect(result.features.categorical.count == 1 && result.encoder == data.encoder)
    let all = try prepared(CorrelationRemover.self, data)
    #expect(
      all.encoder.numeric.map(\.name).dropFirst(3) == ["c0=l0", "c0=l1", "c0=l2", "c0=(unseen)"])
    #expect(all.encoder.columnNames.count == all.features.columns)
    #expect(all.features.dense.column(0) == result.features.dense.column(0))
  }

  @Test func newRowsAreMovedByTheirOwnGroup() throws {
    let rows = PreparedRows(
      x: [[1], [3], [10], [14]], labels: [0, 1, 0, 1], groups: [["a", "a", "b", "b"]])
    let fit = try CorrelationRemover.fit(
      rows.data() as Dataset<Double>,
      try preprocessing(CorrelationRemover.self, ["unseen_group": "pooled"]))
    // Means 2 and 12, of all 7.
    let new: Dataset<Double> = PreparedRows(
      x: [[5], [5], [5]], labels: [0, 0, 0], groups: [["b", "a", "z"]]
    ).data()
    let moved = try fit.transform.features(new, pool: .default).dense.column(0)
    for (found, expected) in zip(moved, [0.0, 10, 5]) { #expect(abs(found - expected) < 1e-12) }
    let strict = try CorrelationRemover.fit(
      rows.data() as Dataset<Double>, try preprocessing(CorrelationRemover.self))
    #expect(throws: PredictorError.self) { try strict.transform.features(new, pool: .default) }
    #expect(throws: DataError.self) {
      var none = rows
      none.groups = []
      _ = try CorrelationRemover.fit(
        none.data() as Dataset<Double>, try preprocessing(CorrelationRemover.self))
    }
  }

  // MARK: Fairlearn

  /// One sensitive number, and a 0/1 column for each group but the first: the same to the last digits.
  @Test(arguments: ["bin", "bin_w", "multi_k4", "tiny"], ["A", "onehot_drop_first"])
  func oneAndSeveralColumnsAreRemovedAsByFairlearn(name: String, sensitive: String) throws {
    var rows = try goldenRows(name)
    rows.weights = nil
    if sensitive == "A" { rows.groups = [] } else { rows.continuous = [] }
    let expected = try golden.json("\(name)/expected.json")
    let cases =
      expected["fairlearn.CorrelationRemover|sensitive=\(sensitive)"] as! [String: [[Double]]]
    #expect(cases.count == 3)
    for (alpha, values) in cases {
      let result = try prepared(
        CorrelationRemover.self, rows.data() as Dataset<Double>, ["alpha": alpha])
      for (i, row) in values.enumerated() {
        for (j, value) in row.enumerated() {
          #expect(abs(result.features.dense[i, j] - value) < 1e-12, "\(name) \(alpha)")
        }
      }
    }
  }

  /// What versions of Fairlearn do that take one mean of all sensitive columns: with four groups
  /// something linear is left.
  @Test func oneMeanOfAllColumnsWouldLeaveCorrelation() throws {
    var rows = try goldenRows("multi_k4")
    rows.weights = nil
    rows.continuous = []
    let data: Dataset<Double> = rows.data(), before = columns(data), s = sensitive(data)
    let used = Array(s.dropFirst()), n = Double(data.rows)
    let mean = used.reduce(0.0) { $0 + $1.reduce(0, +) } / (n * Double(used.count))
    let centred = Matrix((0..<data.rows).map { i in used.map { $0[i] - mean } })
    let x = Matrix((0..<data.rows).map { i in before.map { $0[i] } })
    let beta = try #require(LeastSquares.byQR(centred, x))
    let residual = Matrix(copying: x)
    residual.setToProduct(centred, .none, beta, .none, alpha: -1, keeping: 1)
    let left = (0..<before.count).map { residual.column($0) }
    #expect(worstCorrelation(left, scales: before, s, nil) > 0.01)
    let own = columns(try prepared(CorrelationRemover.self, data))
    #expect(worstCorrelation(own, scales: before, s, nil) < 1e-12)
  }
}

/// The kernels beside their plain references.
@Suite struct EffectKernelTests {
  @Test(arguments: [0, 1, 7, 31, 63, 64, 65, 130])
  func effectsAreTakenAsTheReferenceDoes(columns d: Int) {
    func check<Scalar: KernelScalar>(_ type: Scalar.Type, tolerance: Double) {
      var random = SeededGenerator(seed: UInt64(d))
      func matrix<T: KernelScalar>(_ rows: Int, _ columns: Int) -> Matrix<T> {
        let made = Matrix<T>(rows: rows, columns: columns)
        for i in 0..<rows {
          for j in 0..<columns { made[i, j] = T(Double.random(in: -1...1, using: &random)) }
        }
        return made
      }
      let n = 33
      let x: Matrix<Scalar> = matrix(n, d), out = Matrix<Scalar>(rows: n, columns: d)
      let reference = Matrix<Scalar>(rows: n, columns: d)
      let effects = RowEffects(
        columns: d, tables: [matrix(3, d), matrix(5, d)], slopes: matrix(2, d))
      let codes = [3, 5].map { count in
        Buffer((0..<n).map { _ in UInt16(Int.random(in: 0..<count, using: &random)) })
      }
      let numbers: Matrix<Double> = matrix(n, 2)
      effects.subtract(0..<n, from: x, codes: codes, numbers: numbers, into: out)
      effects.subtract(
        0..<n, from: x, codes: codes, numbers: numbers, into: reference, byReference: true)
      for i in 0..<n {
        for j in 0..<d { #expect(abs(Double(out[i, j] - reference[i, j])) <= tolerance) }
      }
      effects.subtract(3..<9, from: x, codes: codes, numbers: numbers, into: x)
      for i in 3..<9 { for j in 0..<d { #expect(x[i, j] == out[i, j]) } }
    }
    check(Double.self, tolerance: 1e-14)
    check(Float.self, tolerance: 1e-6)
  }

  /// A map against a plain search, with knots spread evenly, in clumps and over many magnitudes.
  @Test func mapsFindTheirKnots() {
    var random = SeededGenerator(seed: 5)
    for count in [1, 2, 3, 10, 500] {
      for power in [1.0, 8.0, 60.0] {
        let knots = Set(
          (0..<count).map { _ in exp(power * Double.random(in: -1...1, using: &random)) }
        ).sorted()
        let values = knots.map { log($0) }
        let map = MonotoneMap(knots: knots, values: values)
        var points = knots + knots.map { $0.nextUp } + knots.map { $0.nextDown } + [-5, 0, 1e30]
        points += zip(knots, knots.dropFirst()).map { ($0 + $1) / 2 }
        for x in points {
          let last = knots.lastIndex { $0 <= x }
          let expected: Double
          if let last, last + 1 < knots.count {
            let share = (x - knots[last]) / (knots[last + 1] - knots[last])
            expected = values[last] + share * (values[last + 1] - values[last])
          } else {
            let end = last == nil ? 0 : knots.count - 1
            expected = values[end] + (x - knots[end])
          }
          #expect(abs(map(x) - expected) <= 1e-12 * max(1, abs(expected)))
        }
        for (knot, value) in zip(knots, values) { #expect(map(knot) == value) }
      }
    }
    let wide = MonotoneMap(
      knots: [-Double.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude], values: [1, 2, 3])
    #expect(wide(0) == 2 && wide(-.greatestFiniteMagnitude) == 1)
    let steep = MonotoneMap(
      knots: [0, 1, 2],
      values: [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, .greatestFiniteMagnitude])
    #expect(steep(0.5) == 0 && steep(1) == .greatestFiniteMagnitude)
    #expect(wide(.nan).isNaN && MonotoneMap(knots: [], values: [])(7) == 7)
  }
}

@Suite struct ValueSortTests {
  /// Against the library's sort: spread numbers, ties, both signs and zeros, infinities, and numbers
  /// that agree in all upper digits.
  @Test(arguments: [0, 1, 2, 31, 1_000, 5_000])
  func valuesAreSortedAsByTheLibrary(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let makers: [(inout SeededGenerator) -> Double] = [
      { Double.random(in: -1...1, using: &$0) },
      { Double(Int.random(in: -3...3, using: &$0)) },
      { exp(Double.random(in: -700...700, using: &$0)) * (Bool.random(using: &$0) ? 1 : -1) },
      { 1e9 + Double.random(in: 0...1e-3, using: &$0) },
      { [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude].randomElement(using: &$0)! },
    ]
    for make in makers {
      let values = (0..<count).map { _ in make(&random) }
      let sorted = Buffer(values)
      sortValues(sorted, spare: Buffer(zeroed: count))
      #expect(sorted.array == values.sorted())
    }
  }

  /// A strided column put apart by group against filters, and its steps against counting.
  @Test(arguments: [0, 1, 7, 33, 1_000])
  func columnsArePutApartAndCounted(rows: Int) {
    var random = SeededGenerator(seed: UInt64(rows) + 1)
    let codes = (0..<rows).map { _ in UInt16([0, 1, 3].randomElement(using: &random)!) }
    let parts = RowParts(Buffer(codes), count: 4)
    func check<Scalar: KernelScalar>(_ type: Scalar.Type) {
      let x = Matrix(
        buffer: Buffer(
          (0..<rows * 3).map { _ in Scalar(Int.random(in: -9...9, using: &random)) }),
        rows: rows, columns: 2, rowStride: 3)
      let out = Buffer<Double>(zeroed: rows), upper = Buffer<Double>(zeroed: rows)
      parts.part(x, column: 1, into: out)
      for group in 0..<4 {
        let own = (0..<rows).filter { codes[$0] == group }.map { Double(x[$0, 1]) }
        let range = parts.starts[group]..<parts.starts[group + 1]
        #expect(range.map { out[$0] } == own)
        let kept = sortIntoSteps(out, range, upper: upper)
        #expect(kept.map { out[$0] } == Set(own).sorted())
        for i in kept {
          #expect(upper[i] == Double(own.count { $0 <= out[i] }) / Double(own.count))
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
