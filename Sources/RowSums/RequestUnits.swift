import LinearAlgebra

extension Request {
  /// Units that come several times one after the other.
  private struct Repeated {
    var runs: [ExactSums.Run]
    var times = 1
  }

  /// The units of an answer's sums, in their order; the same for everybody who is asked.
  ///
  /// - Throws: when there are too many sums, or bounds are out of range.
  public func units() throws(SumsError) -> [ExactSums.Run] {
    let parts = try parts()
    try Self.check(parts)
    return parts.flatMap { part in (0..<part.times).flatMap { _ in part.runs } }
  }

  /// Throws as `units()` does, without making room for them.
  func requireUnits() throws(SumsError) { try Self.check(try parts()) }

  /// How many sums are asked for, whatever their units.
  public func unitCount() throws(SumsError) -> Int {
    try parts().reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } * $1.times }
  }

  private static func check(_ parts: [Repeated]) throws(SumsError) {
    var total = 0
    for part in parts {
      let words = try ExactSums.joined(part.runs).reduce(0) { $0 + $1.count }
      total += try product(words, part.times)
      guard total <= ExactSums.mostWords else { throw .tooMany }
    }
  }

  private static func product(_ a: Int, _ b: Int) throws(SumsError) -> Int {
    let (product, overflows) = a.multipliedReportingOverflow(by: b)
    guard !overflows, product <= ExactSums.mostWords else { throw .tooMany }
    return product
  }

  private func parts() throws(SumsError) -> [Repeated] {
    switch question {
    case .scores(let asked): return scoreUnits(asked)
    case .gram(let asked):
      guard width <= Cholesky.mostColumns else { throw .tooMany }
      return [Repeated(runs: triangle(scale.weight + asked.bound), times: asked.sets)]
    case .diagonal(let asked):
      return [one(scale.columns.map { unit(scale.weight + asked.bound + 2 * $0, 1) })]
    case .product(let asked, let direction):
      let bound = scale.weight + asked.bound + scale.score(direction, sets: asked.sets)
      return [Repeated(runs: row(bound), times: asked.sets)]
    case .moments:
      return [Repeated(runs: row(scale.weight), times: cells)]
        + scale.attributes.map { one(row(scale.weight + $0)) }
    case .scan(let bins):
      return [
        one([unit(scale.weight + scale.score(bins.theta[...]), cells)]),
        Repeated(runs: row(scale.weight), times: cells),
        one([unit(scale.weight, try Self.product(bins.bins, cells))]),
      ]
    case .positives(let models):
      return [one([unit(scale.weight, try Self.product(models.count, cells))])]
    case .histograms(let models):
      return try models.map { model throws(SumsError) in
        one([unit(scale.weight, try Self.product(model.bins, cells))])
      }
    case .classGrams(let asked, let classes):
      guard width <= Cholesky.mostColumns else { throw .tooMany }
      let count = (classes.max() ?? -1) + 1
      return [Repeated(runs: triangle(scale.weight + asked.bound), times: count)]
    case .levelCurvatures: return [Repeated(runs: row(scale.weight), times: cells)]
    case .squares(let theta):
      return [one([unit(scale.weight + 2 * scale.score(theta[...]), 1), unit(scale.weight, 1)])]
    case .margins, .levelLabels, .sizes: return []
    }
  }

  private func scoreUnits(_ asked: ScoreQuestion) -> [Repeated] {
    let table = asked.softplusWeights.largestSize + asked.scoreWeights.largestSize
    let slope = scale.weight + SumScale.exponent(table)
    let loss = slope + scale.score(asked.theta, sets: asked.sets)
    return [
      one([unit(loss, cells), unit(scale.weight, asked.probabilityByCell ? cells : 0)]),
      Repeated(runs: row(slope), times: asked.lossByCell ? cells : 1),
      Repeated(runs: row(scale.weight), times: asked.probabilityByCell ? cells : 0),
    ]
  }

  /// The units of Σ h·x̃ᵢx̃ⱼ for j ≤ i, row by row, with Σ |h| ≤ 2^bound.
  private func triangle(_ bound: Int) -> [ExactSums.Run] {
    var triangle: [ExactSums.Run] = []
    for (i, row) in scale.columns.enumerated() {
      for run in runs(scale.columns[...i], bound: bound + row) {
        if triangle.last?.exponent == run.exponent {
          triangle[triangle.count - 1].count += run.count
        } else {
          triangle.append(run)
        }
      }
    }
    return triangle
  }

  /// The units of Σ r·x̃ with Σ |r| ≤ 2^bound.
  private func row(_ bound: Int) -> [ExactSums.Run] { runs(scale.columns[...], bound: bound) }

  /// The units of one sum a column, those of neighbours of equal bounds joined.
  private func runs(_ columns: ArraySlice<Int>, bound: Int) -> [ExactSums.Run] {
    var runs: [ExactSums.Run] = []
    var first = columns.startIndex
    while first < columns.endIndex {
      var end = first + 1
      while end < columns.endIndex, columns[end] == columns[first] { end += 1 }
      runs.append(unit(bound + columns[first], end - first))
      first = end
    }
    return runs
  }

  private func unit(_ bound: Int, _ count: Int) -> ExactSums.Run {
    .init(exponent: ExactSums.exponent(bound: bound), count: count)
  }

  private func one(_ runs: [ExactSums.Run]) -> Repeated { Repeated(runs: runs) }
}

extension Request.Question {
  /// Gram matrices cost about as much a number as a row costs a number of its own.
  static let gramRowsEach = 4

  /// Rows of a block for each of its sums, so that turning them into fixed point is next to nothing.
  var rowsEach: Int {
    switch self {
    case .gram, .classGrams: Self.gramRowsEach
    default: 64
    }
  }
}

extension CurvatureQuestion {
  /// |h| ≤ s·(|α|/4 + |β|/10): the largest values of p(1−p), and of p(1−p)·|1−2p| = √3/18.
  var bound: Int { SumScale.exponent(0.25 * alpha.largestSize + 0.1 * beta.largestSize) }
}

extension [Double] {
  fileprivate var largestSize: Double { reduce(0) { Swift.max($0, abs($1)) } }
}
