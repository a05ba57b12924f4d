import LinearAlgebra
import TestSupport
import Testing

/// Rows that fill no register, exactly one, one and a bit, and many.
private let sizes = [0, 1, 7, 8, 31, 33, 1000]

/// Sums of n numbers in [−1, 1] in another order: √n roundings would do, n is safe.
private func allowed(_ n: Int) -> Double { 8 + 2 * Double(n) }

/// Inputs of one size: features with gaps between rows, codes and weights.
private struct Inputs<Scalar: KernelScalar> {
  static var columns: [Int] { [0, 1, 7, 8, 31, 33] }
  let rows, columns, stride: Int
  let levels = 5
  let x, w, r, z, weights: [Scalar]
  let codes, sets: [UInt16]

  init(rows: Int, columns: Int, gap: Int) {
    var generator = SeededGenerator(seed: UInt64(rows * 100 + columns))
    self.rows = rows
    self.columns = columns
    stride = columns + gap
    x = generator.vector(max(1, rows * stride), of: Scalar.self)
    w = generator.vector(max(1, 5 * columns), of: Scalar.self)
    r = generator.vector(max(1, rows), of: Scalar.self)
    z = generator.vector(max(1, rows), of: Scalar.self).map { 20 * $0 }
    weights = generator.vector(max(1, rows), of: Scalar.self).map { abs($0) }
    codes = (0..<max(1, rows)).map { _ in UInt16(generator.next() % 5) }
    sets = (0..<max(1, rows)).map { _ in UInt16(generator.next() % 5) }
  }
}

@Suite struct RowKernelTests {
  @Test(arguments: sizes, [0, 3])
  func productsWithRows(rows: Int, gap: Int) {
    for columns in Inputs<Double>.columns {
      check(Inputs<Double>(rows: rows, columns: columns, gap: gap))
      check(Inputs<Float>(rows: rows, columns: columns, gap: gap))
    }
  }

  private func check<Scalar: KernelScalar>(_ v: Inputs<Scalar>) {
    let n = v.rows
    let d = v.columns
    let s = v.stride
    var fast = v.z
    var plain = v.z
    Scalar.Kernels.rowsDot(v.x, n, d, s, v.w, &fast, 5 * s)
    Scalar.Kernels.rowsDotReference(v.x, n, d, s, v.w, &plain)
    #expect(roundings(fast, plain) < 20 * allowed(d), "z starts at up to 20")

    fast = v.z
    plain = v.z
    Scalar.Kernels.rowsDotBySet(v.x, n, d, s, v.w, d, v.sets, &fast)
    for i in 0..<n {
      let set = Int(v.sets[i])
      plain[i] += (0..<d).reduce(0) { $0 + v.x[i * s + $1] * v.w[set * d + $1] }
    }
    #expect(roundings(fast, plain) < 20 * allowed(d))

    fast = v.w
    plain = v.w
    Scalar.Kernels.rowsAdd(v.x, n, d, s, v.r, &fast, 5 * s)
    Scalar.Kernels.rowsAddReference(v.x, n, d, s, v.r, &plain)
    #expect(roundings(fast, plain) < allowed(n))

    fast = v.w
    plain = v.w
    Scalar.Kernels.rowsAddByCell(v.x, n, d, s, v.r, v.codes, &fast, d)
    Scalar.Kernels.rowsAddByCellReference(v.x, n, d, s, v.r, v.codes, &plain, d)
    #expect(roundings(fast, plain) < allowed(n))

    fast = [Scalar](repeating: 7, count: n * d + 1)
    plain = fast
    Scalar.Kernels.rowsScale(v.x, n, d, s, v.r, &fast)
    for i in 0..<n { for j in 0..<d { plain[i * d + j] = v.r[i] * v.x[i * s + j] } }
    #expect(fast == plain, "one past the end is untouched")
  }
}

@Suite struct CodeKernelTests {
  @Test(arguments: sizes)
  func lookUpsAndSumsByCode(rows: Int) {
    check(Inputs<Double>(rows: rows, columns: 8, gap: 0))
    check(Inputs<Float>(rows: rows, columns: 8, gap: 0))
  }

  private func check<Scalar: KernelScalar>(_ v: Inputs<Scalar>) {
    let n = v.rows
    var fast = v.z
    var plain = v.z
    Scalar.Kernels.codesGather(v.codes, n, v.w, &fast)
    for i in 0..<n { plain[i] += v.w[Int(v.codes[i])] }
    #expect(fast == plain)

    for weight in [nil, v.weights] {
      fast = v.z
      plain = v.z
      withOptionalPointer(weight) { Scalar.Kernels.lookup(v.codes, n, v.w, $0, &fast) }
      for i in 0..<n { plain[i] = v.w[Int(v.codes[i])] * (weight?[i] ?? 1) }
      #expect(fast == plain)
    }

    checkScatter(v)
    for columns in [1, 2, 3, 4, 7, 9] { checkSeveral(v, columns) }
  }

  /// Columns of five levels each, one after the other in the tables.
  private func checkSeveral<Scalar: KernelScalar>(_ v: Inputs<Scalar>, _ columns: Int) {
    let n = v.rows, first = 3, ld = 5 * columns + 1
    let codes = (0..<columns).map { k in
      Array(repeating: 0, count: first) + v.codes.map { ($0 + UInt16(k)) % 5 }
    }
    let starts = (0..<columns).map { 5 * $0 }
    let buffers = codes.map { Buffer($0) }
    let c = buffers.map { UnsafePointer($0.pointer) }
    defer { withExtendedLifetime(buffers) {} }
    func place(_ k: Int, _ i: Int) -> Int { starts[k] + Int(codes[k][first + i]) }
    func place(_ k: Int, _ i: Int, of sets: Bool) -> Int {
      (sets ? Int(v.sets[i]) * ld : 0) + place(k, i)
    }
    let w = (0..<6 * ld).map { Scalar(Double($0 % 7) - 3) }
    for sets in [false, true] {
      var fast = v.z
      var plain = v.z
      if sets {
        Scalar.Kernels.codesGatherAllBySet(c, starts, columns, first, n, w, ld, v.sets, &fast)
      } else {
        Scalar.Kernels.codesGatherAll(c, starts, columns, first, n, w, &fast)
      }
      for i in 0..<n {
        plain[i] = Scalar(
          (0..<columns).reduce(Double(plain[i])) { $0 + Double(w[place($1, i, of: sets)]) })
      }
      #expect(roundings(fast, plain) < 80, "z starts at up to 20")

      var sums = [Double](repeating: 1, count: 6 * ld)
      var expected = sums
      if sets {
        Scalar.Kernels.codesTables(v.sets, c, starts, columns, first, n, v.r, &sums, ld)
      } else {
        Scalar.Kernels.codesScatterAll(c, starts, columns, first, n, v.r, &sums)
      }
      for k in 0..<columns {
        for i in 0..<n { expected[place(k, i, of: sets)] += Double(v.r[i]) }
      }
      #expect(sums == expected)
    }
  }

  private func checkScatter<Scalar: KernelScalar>(_ v: Inputs<Scalar>) {
    var sums = [Double](repeating: 1, count: 5)
    var expected = sums
    Scalar.Kernels.codesScatter(v.codes, v.rows, v.r, &sums)
    for i in 0..<v.rows { expected[Int(v.codes[i])] += Double(v.r[i]) }
    #expect(sums == expected)

    var table = [Double](repeating: 1, count: 5 * 6)
    var wanted = table
    Scalar.Kernels.codesContingency(v.codes, v.sets, v.rows, v.r, &table, 6)
    for i in 0..<v.rows { wanted[Int(v.codes[i]) * 6 + Int(v.sets[i])] += Double(v.r[i]) }
    #expect(table == wanted)
  }
}

@Suite struct LinkKernelTests {
  @Test(arguments: sizes)
  func probabilitiesLossesAndCurvatures(rows: Int) {
    check(Inputs<Double>(rows: rows, columns: 1, gap: 0))
    check(Inputs<Float>(rows: rows, columns: 1, gap: 0))
  }

  private func check<Scalar: KernelScalar>(_ v: Inputs<Scalar>) {
    let n = v.rows
    var p = v.z
    var s = v.z
    var plainP = v.z
    var plainS = v.z
    Scalar.Kernels.sigmoidSoftplus(v.z, n, &p, &s)
    Scalar.Kernels.sigmoidSoftplusReference(v.z, n, &plainP, &plainS)
    for i in 0..<n {
      #expect(abs(p[i] - plainP[i]) <= 8 * Scalar.ulpOfOne * plainP[i], "z = \(v.z[i])")
      #expect(abs(s[i] - plainS[i]) <= 8 * Scalar.ulpOfOne * plainS[i], "z = \(v.z[i])")
    }
    for weight in [nil, v.weights] { checkByCell(v, weight, plainP, plainS) }
  }

  private func checkByCell<Scalar: KernelScalar>(
    _ v: Inputs<Scalar>, _ weight: [Scalar]?, _ p: [Scalar], _ softplus: [Scalar]
  ) {
    let n = v.rows
    let a: [Scalar] = [1, 0, 2, 0.5, 3]
    let b: [Scalar] = [0, 1, 1, 0.25, -1]
    var residual = v.r
    var expected = v.r
    var sums = [Double](repeating: 1, count: 5)
    var wanted = sums
    var loss = v.r
    withOptionalPointer(weight) {
      Scalar.Kernels.logisticByCell(v.z, p, softplus, v.codes, $0, n, 5, a, b, &residual, &loss)
    }
    Scalar.Kernels.cellSums(v.codes, n, loss, 5, &sums)
    for i in 0..<n {
      let c = Int(v.codes[i])
      let s = weight?[i] ?? 1
      expected[i] = s * (a[c] * p[i] - b[c])
      wanted[c] += Double(s) * (Double(a[c] * softplus[i]) - Double(b[c] * v.z[i]))
    }
    #expect(roundings(residual, expected) < 16)
    expectClose(sums, wanted, Scalar.self, n)

    checkTwoCells(v, weight, p, softplus)
    sums = [Double](repeating: 1, count: 5)
    wanted = sums
    withOptionalPointer(weight) {
      Scalar.Kernels.weightedProbability(p, $0, n, &residual, &loss)
    }
    Scalar.Kernels.cellSums(v.codes, n, loss, 5, &sums)
    for i in 0..<n {
      let s = weight?[i] ?? 1
      expected[i] = s * p[i] * (1 - p[i])
      wanted[Int(v.codes[i])] += Double(s * p[i])
    }
    #expect(roundings(residual, expected) < 4)
    expectClose(sums, wanted, Scalar.self, n)

    withOptionalPointer(weight) {
      Scalar.Kernels.curvatureByCell(p, v.codes, $0, n, a, b, &residual)
    }
    for i in 0..<n {
      let c = Int(v.codes[i])
      expected[i] = (weight?[i] ?? 1) * p[i] * (1 - p[i]) * (a[c] + b[c] * (1 - 2 * p[i]))
    }
    #expect(roundings(residual, expected) < 16)
  }

  /// Two cells take a choice instead of a look-up, many cells a sum row by row: the same numbers.
  private func checkTwoCells<Scalar: KernelScalar>(
    _ v: Inputs<Scalar>, _ weight: [Scalar]?, _ p: [Scalar], _ softplus: [Scalar]
  ) {
    let n = v.rows
    let two = v.codes.map { $0 % 2 }
    let a: [Scalar] = [1, 0.5]
    let b: [Scalar] = [0.25, 1]
    var r = v.r
    var loss = v.r
    var generalR = v.r
    var generalLoss = v.r
    withOptionalPointer(weight) {
      Scalar.Kernels.logisticByCell(v.z, p, softplus, two, $0, n, 2, a, b, &r, &loss)
      Scalar.Kernels.logisticByCell(v.z, p, softplus, two, $0, n, 3, a, b, &generalR, &generalLoss)
    }
    #expect(roundings(r, generalR) < 4)
    #expect(roundings(loss, generalLoss) < 400, "a·log(1+eᶻ) − b·z cancels from up to 20")
    var few = [Double](repeating: 0, count: 5)
    var many = [Double](repeating: 0, count: 50)
    Scalar.Kernels.cellSums(v.codes, n, v.r, 5, &few)
    Scalar.Kernels.cellSums(v.codes, n, v.r, 50, &many)
    expectClose(few, Array(many.prefix(5)), Double.self, n)
  }

  /// Each summand is up to 100 and rounded in the block's type.
  private func expectClose<Scalar: KernelScalar>(
    _ a: [Double], _ b: [Double], _: Scalar.Type, _ n: Int
  ) {
    for (x, y) in zip(a, b) {
      #expect(abs(x - y) <= 200 * Double(Scalar.ulpOfOne) * Double(n + 1))
    }
  }

  @Test func extremeScoresNeitherOverflowNorLoseTheSign() {
    checkExtremes(Double.self)
    checkExtremes(Float.self)
  }

  private func checkExtremes<Scalar: KernelScalar>(_: Scalar.Type) {
    let z: [Scalar] = [-1e30, -800, -90, 0, 90, 800, 1e30]
    var p = z
    var s = z
    Scalar.Kernels.sigmoidSoftplus(z, z.count, &p, &s)
    #expect(p.allSatisfy { $0 >= 0 && $0 <= 1 } && s.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(p[0] == 0 && p[3] == 0.5 && p[6] == 1 && s[0] == 0 && s[5] == 800 && s[6] == 1e30)
  }
}

@Suite struct VectorKernelTests {
  @Test(arguments: sizes)
  func elementwiseKernels(count: Int) {
    check(Inputs<Double>(rows: count, columns: 1, gap: 0))
    check(Inputs<Float>(rows: count, columns: 1, gap: 0))
  }

  private func check<Scalar: KernelScalar>(_ v: Inputs<Scalar>) {
    let n = v.rows
    var fast = v.r
    var plain = v.r
    Scalar.Kernels.multiply(v.z, v.weights, n, &fast)
    for i in 0..<n { plain[i] = v.z[i] * v.weights[i] }
    #expect(fast == plain)

    for offset in [nil, v.r] {
      withOptionalPointer(offset) { Scalar.Kernels.startScores($0, n, 2, &fast) }
      for i in 0..<n { plain[i] = 2 + (offset?[i] ?? 0) }
      #expect(fast == plain)
    }

    let sum = v.r.prefix(n).reduce(0.0) { $0 + Double($1) }
    #expect(abs(Scalar.Kernels.sum(v.r, n) - sum) < 1e-12 * Double(n + 1))

    var negative = v.r
    fast = v.r
    let any = Scalar.Kernels.signedRoots(v.r, n, &fast, &negative)
    #expect(any == v.r.prefix(n).contains { $0 < 0 })
    for i in 0..<n {
      #expect(fast[i] == max(v.r[i], 0).squareRoot() && negative[i] == max(-v.r[i], 0).squareRoot())
    }

    var wide = [Double](repeating: 1, count: n + 1)
    Scalar.Kernels.widenAdd(v.r, n, &wide)
    #expect(wide == v.r.prefix(n).map { 1 + Double($0) } + [1])
    var narrowed = [Scalar](repeating: 7, count: n + 1)
    let doubles = v.z.map { Double($0) / 3 }
    Scalar.Kernels.narrow(doubles, n, &narrowed)
    #expect(narrowed == doubles.prefix(n).map { Scalar($0) } + [7])
  }
}

private func withOptionalPointer<Scalar>(
  _ array: [Scalar]?, _ body: (UnsafePointer<Scalar>?) -> Void
) {
  guard let array else { return body(nil) }
  array.withUnsafeBufferPointer { body($0.baseAddress) }
}
