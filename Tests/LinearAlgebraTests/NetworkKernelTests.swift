import CKernels
import LinearAlgebra
import TestSupport
import Testing

private let sizes = [0, 1, 7, 8, 31, 33, 1000]

/// The largest difference in units of the last place of the larger number, at least of 1.
private func difference<Scalar: KernelScalar>(_ a: [Scalar], _ b: [Scalar]) -> Double {
  zip(a, b).reduce(0) { worst, pair in
    let scale = max(1, abs(Double(pair.0)), abs(Double(pair.1)))
    return max(worst, abs(Double(pair.0) - Double(pair.1)) / scale / Double(Scalar.ulpOfOne))
  }
}

@Suite struct NetworkKernelTests {
  @Test(arguments: sizes)
  func activationsAndSlopesAreTheirReferences(columns: Int) {
    for kind in Int32(EQP_IDENTITY)...Int32(EQP_GELU) {
      activations(kind, columns, of: Float.self)
      activations(kind, columns, of: Double.self)
    }
  }

  private func activations<Scalar: KernelScalar>(
    _ kind: Int32, _ columns: Int, of type: Scalar.Type
  ) {
    var random = SeededGenerator(seed: UInt64(columns))
    let rows = 3
    let stride = columns + 2
    let start = random.vector(rows * stride + 1, of: Scalar.self).map { 6 * $0 }
    var fast = start
    var plain = start
    var slope = [Scalar](repeating: 0, count: rows * columns + 1)
    var plainSlope = slope
    Scalar.Kernels.activate(kind, &fast, rows, columns, stride, &slope)
    Scalar.Kernels.activateReference(kind, &plain, rows, columns, stride, &plainSlope)
    #expect(difference(fast, plain) < 64, "gaps between rows are untouched")
    #expect(difference(slope, plainSlope) < 64)
    var alone = start
    Scalar.Kernels.activate(kind, &alone, rows, columns, stride, nil)
    #expect(difference(alone, plain) < 64)

    // Backward: by the kept slope, by the output where that is enough, and from one output.
    let delta = random.vector(max(1, 2 * rows * columns), of: Scalar.self)
    var pushed = delta
    Scalar.Kernels.deactivate(kind, fast, stride, slope, rows, columns, 2, &pushed)
    var byOutput = delta
    Scalar.Kernels.deactivate(kind, fast, stride, nil, rows, columns, 2, &byOutput)
    for i in 0..<rows {
      for q in 0..<2 {
        for j in 0..<columns {
          let place = (i * 2 + q) * columns + j
          let wanted = delta[place] * plainSlope[i * columns + j]
          #expect(difference([pushed[place]], [wanted]) < 64)
          if kind != EQP_GELU { #expect(difference([byOutput[place]], [wanted]) < 128) }
        }
      }
    }
    let w = random.vector(max(1, columns), of: Scalar.self)
    var outer = [Scalar](repeating: 0, count: rows * columns + 1)
    Scalar.Kernels.deactivateOuter(kind, fast, stride, slope, w, rows, columns, &outer)
    for i in 0..<rows {
      for j in 0..<columns {
        let wanted = w[j] * plainSlope[i * columns + j]
        #expect(difference([outer[i * columns + j]], [wanted]) < 64)
      }
    }
  }

  @Test(arguments: sizes, [1, 7, 33])
  func sumsOverRowsAreTheirReferences(rows: Int, columns: Int) {
    sums(rows, columns, of: Float.self)
    sums(rows, columns, of: Double.self)
  }

  private func sums<Scalar: KernelScalar>(_ rows: Int, _ columns: Int, of type: Scalar.Type) {
    var random = SeededGenerator(seed: UInt64(rows + columns))
    let stride = columns + 3
    let x = random.vector(max(1, rows * stride), of: Scalar.self)
    let u = random.vector(max(1, rows), of: Scalar.self)
    let v = random.vector(max(1, rows), of: Scalar.self)
    var g = random.vector(columns, of: Scalar.self)
    var h = g
    var plainG = g
    var plainH = g
    Scalar.Kernels.pairRowsAdd(x, rows, columns, stride, u, v, &g, &h)
    Scalar.Kernels.pairRowsAddReference(x, rows, columns, stride, u, v, &plainG, &plainH)
    let allowed = 8 + 2 * Double(rows)
    #expect(difference(g, plainG) < allowed)
    #expect(difference(h, plainH) < allowed)
    var scaled = [Scalar](repeating: 9, count: 2 * rows * columns + 1)
    Scalar.Kernels.pairScale(x, rows, columns, stride, u, v, &scaled)
    for i in 0..<rows {
      for j in 0..<columns {
        #expect(scaled[2 * i * columns + j] == u[i] * x[i * stride + j])
        #expect(scaled[(2 * i + 1) * columns + j] == v[i] * x[i * stride + j])
      }
    }
    #expect(scaled.last == 9, "one past the end is untouched")
    let parts = random.vector(max(1, rows * columns), of: Scalar.self)
    if rows > 0 {
      var total = [Scalar](repeating: 0, count: columns)
      Scalar.Kernels.addParts(parts, rows, columns, columns, &total)
      let wanted = (0..<columns).map { j in
        Scalar((0..<rows).reduce(0.0) { $0 + Double(parts[$1 * columns + j]) })
      }
      #expect(difference(total, wanted) < allowed)
    }
  }

  @Test(arguments: sizes)
  func tablesOfLevelsAreOneHotProducts(rows: Int) {
    tables(rows, of: Float.self)
    tables(rows, of: Double.self)
  }

  private func tables<Scalar: KernelScalar>(_ rows: Int, of type: Scalar.Type) {
    var random = SeededGenerator(seed: UInt64(rows))
    let levels = 6
    let codes = 3
    // Whole vectors, a rest and both.
    for columns in [9, 32, 75] { tables(rows, levels, codes, columns, &random, of: type) }
  }

  private func tables<Scalar: KernelScalar>(
    _ rows: Int, _ levels: Int, _ codes: Int, _ columns: Int, _ random: inout SeededGenerator,
    of type: Scalar.Type
  ) {
    let code = (0..<max(1, rows * codes)).map { _ in Int32(random.next() % UInt64(levels)) }
    let table = random.vector(levels * columns, of: Scalar.self)
    var out = [Scalar](repeating: 1, count: rows * (columns + 1) + 1)
    Scalar.Kernels.embed(code, rows, codes, table, columns, &out, columns + 1)
    for i in 0..<rows {
      for j in 0..<columns {
        let wanted = (0..<codes).reduce(Scalar(1)) {
          $0 + table[Int(code[i * codes + $1]) * columns + j]
        }
        #expect(difference([out[i * (columns + 1) + j]], [wanted]) < 16)
      }
    }
    let d = random.vector(max(1, rows * columns), of: Scalar.self)
    let u = random.vector(max(1, rows), of: Scalar.self)
    let v = random.vector(max(1, rows), of: Scalar.self)
    var starts = [Int32](repeating: 9, count: levels + 1)
    var members = [Int32](repeating: 9, count: max(1, rows * codes))
    sortCodes(code, rows, codes, levels: levels, starts: &starts, rows: &members)
    #expect(starts[0] == 0 && starts[levels] == rows * codes)
    // What was there before does not count.
    var g = [Scalar](repeating: 3, count: levels * columns)
    var h = g
    var wanted = [Scalar](repeating: 0, count: levels * columns)
    var other = wanted
    Scalar.Kernels.levelSums(starts, members, levels, d, d, columns, u, v, columns, &g, &h, columns)
    for i in 0..<rows {
      for c in 0..<codes {
        for j in 0..<columns {
          let place = Int(code[i * codes + c]) * columns + j
          wanted[place] += u[i] * d[i * columns + j]
          other[place] += v[i] * d[i * columns + j]
        }
      }
    }
    #expect(difference(g, wanted) < 8 + 2 * Double(rows))
    #expect(difference(h, other) < 8 + 2 * Double(rows))
    var single = [Scalar](repeating: 0, count: levels * columns)
    Scalar.Kernels.levelSums(
      starts, members, levels, d, d, columns, u, nil, columns, &single, nil, columns)
    #expect(single == g)
  }

  @Test(arguments: sizes)
  func lossesAndStepsAreTheirReferences(rows: Int) {
    losses(rows, of: Float.self)
    losses(rows, of: Double.self)
  }

  private func losses<Scalar: KernelScalar>(_ rows: Int, of type: Scalar.Type) {
    var random = SeededGenerator(seed: UInt64(rows) + 7)
    let n = max(1, rows)
    let z = random.vector(n, of: Scalar.self).map { 20 * $0 }
    let w = random.vector(n, of: Scalar.self).map { abs($0) }
    let y = (0..<n).map { _ in Scalar(random.next() % 2) }
    var p = [Scalar](repeating: 0, count: n)
    var s = p
    var u = p
    var plain = p
    Scalar.Kernels.sigmoidSoftplus(z, rows, &p, &s)
    let fast = Scalar.Kernels.binaryLoss(z, p, s, y, w, rows, 0.5, &u)
    let reference = Scalar.Kernels.binaryLossReference(z, y, w, rows, 0.5, &plain)
    #expect(difference(u, plain) < 32)
    #expect(abs(fast - reference) <= 40 * Double(Scalar.ulpOfOne) * (1 + abs(reference)) * 8)

    var weights = random.vector(n, of: Scalar.self)
    var copy = weights
    var m = random.vector(n, of: Scalar.self)
    var mCopy = m
    var v = random.vector(n, of: Scalar.self).map { abs($0) }
    var vCopy = v
    Scalar.Kernels.adamStep(&weights, z, &m, &v, rows, 0.1, 0.9, 0.999, 1e-8, 1.5, 2, 0.01, 0.02)
    Scalar.Kernels.adamStepReference(
      &copy, z, &mCopy, &vCopy, rows, 0.1, 0.9, 0.999, 1e-8, 1.5, 2, 0.01, 0.02)
    #expect(difference(weights, copy) < 64)
    #expect(difference(m, mCopy) < 64)
    #expect(difference(v, vCopy) < 256)
  }

  @Test func unusualNumbersAreFound() {
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in [0, 6, 32] {
        var x = [Float](repeating: 1, count: 33)
        #expect(Float.Kernels.allFinite(x, 33))
        x[place] = bad
        #expect(!Float.Kernels.allFinite(x, 33))
        #expect(Float.Kernels.allFinite(x, place))
      }
    }
    #expect(!Double.Kernels.allFinite([Double.nan], 1))
  }

  @Test func dropoutKeepsItsShareAndTheExpectation() {
    let rows = 400
    let columns = 50
    var x = [Float](repeating: 1, count: rows * columns)
    var slope = x
    Float.Kernels.dropout(&x, rows, columns, columns, &slope, 0.8, 12345, 0)
    #expect(x == slope)
    let kept = x.count { $0 > 0 }
    #expect(abs(Double(kept) / Double(x.count) - 0.8) < 0.01)
    #expect(x.allSatisfy { $0 == 0 || abs($0 - 1.25) < 1e-6 })
    // A tile's numbers depend on its first row alone: two halves are the whole.
    var halves = [Float](repeating: 1, count: rows * columns)
    var other = halves
    halves.withUnsafeMutableBufferPointer { x in
      other.withUnsafeMutableBufferPointer { s in
        let half = rows / 2 * columns
        Float.Kernels.dropout(x.baseAddress!, 200, columns, columns, s.baseAddress!, 0.8, 12345, 0)
        Float.Kernels.dropout(
          x.baseAddress! + half, 200, columns, columns, s.baseAddress! + half, 0.8, 12345, 200)
      }
    }
    #expect(halves == x)
  }
}
