import LinearAlgebra
import Optimization
import RowSums

extension LinearObjective {
  public func hessian(at theta: [Double]) throws -> Matrix<Double> {
    let state = try state(at: theta)
    let matrix = try reader.gram(curvatures(at: theta, state))
    hessians += 1
    addLowRank(state, to: matrix)
    for j in 0..<dimension { matrix[j, j] += ridge(j) }
    if !fitsIntercept { isolateIntercept(matrix) }
    return matrix
  }

  public func factor(at theta: [Double]) throws -> Cholesky? {
    let pool = reader.source.pool
    guard let column = eliminatedColumn, let source = reader.source as? any BorderedSource else {
      return Cholesky(try hessian(at: theta), pool: pool)
    }
    let matrix = try source.borderedGram(
      curvatures(at: theta, try state(at: theta)), eliminating: column)
    hessians += 1
    for j in 0..<dimension { matrix.addToDiagonal(j, ridge(j)) }
    if !fitsIntercept { matrix.isolate(dimension - 1) }
    return Cholesky(matrix, pool: pool)
  }

  /// The categorical column of most levels, where a factor is worth being made without them.
  private var eliminatedColumn: Int? {
    let isMeanLoss = terms.allSatisfy { $0.factor == 0 || ($0.term is MeanLoss && $0.factor > 0) }
    guard sets == 1, isMeanLoss, dimension >= Self.leastBordered,
      reader.source is any BorderedSource
    else { return nil }
    guard let most = shape.levels.max(), most * Self.leastEliminated >= dimension else {
      return nil
    }
    return shape.levels.firstIndex(of: most)
  }

  /// Fewer columns are factored as they stand.
  private static var leastBordered: Int { 200 }
  /// A share of the columns that is worth eliminating.
  private static var leastEliminated: Int { 8 }

  public var factoredColumns: Int {
    guard let column = eliminatedColumn else { return dimension }
    return dimension - shape.levels[column]
  }

  public var strongConvexity: Double {
    terms.allSatisfy { $0.term.isConvex || $0.factor == 0 } ? l2 : 0
  }

  /// Which weights the second derivatives of the rows have.
  private func curvatures(at theta: [Double], _ state: State) -> CurvatureQuestion {
    let slope = derivative(state.sums)
    return CurvatureQuestion(
      theta: theta, alpha: lossCurvature(slope).scaled(by: scale),
      beta: slope.probability.scaled(by: scale), sets: sets)
  }

  public func hessianProduct(at theta: [Double], _ v: [Double]) throws -> [Double] {
    let state = try state(at: theta)
    var masked = v
    clearIntercept(&masked)
    var product = try reader.sums(.product(curvatures(at: theta, state), direction: masked))
    countPass()
    addLowRankProduct(state, masked, to: &product)
    for j in product.indices { product[j] += ridge(j) * masked[j] }
    clearIntercept(&product)
    return product
  }

  /// The diagonal of the loss's and the ridge's part of the Hessian, without the low-rank part of
  /// the penalties; nil when each set of rows has coefficients of its own.
  public func hessianDiagonal(at theta: [Double]) throws -> [Double]? {
    guard sets == 1 else { return nil }
    var diagonal = try reader.sums(.diagonal(curvatures(at: theta, try state(at: theta))))
    countPass()
    for j in diagonal.indices { diagonal[j] += ridge(j) }
    if !fitsIntercept { diagonal[dimension - 1] = 1 }
    return diagonal
  }

  /// A Gram matrix is d/25 readings of d dense columns, which stand still for the products of a pass,
  /// and half a look-up for each pair of categorical columns where a pass has two for each. Its
  /// factor costs as many operations as the columns that are left have cubes.
  public var hessianCost: Double {
    let dense = Double(shape.denseColumns), categories = Double(shape.levels.count)
    let reading = 1 + dense / 25 + categories / 4
    let width = Double(dimension), left = Double(factoredColumns), count = Double(rows)
    let levels = max(1, width - left)
    // How many numbers a level has beside its own: the products of levels are sparse.
    let beside = min(left, dense + 1 + count / levels * max(0, categories - 1))
    let product = levels * min(beside * beside / 2, left * left / Self.productSpeed)
    let factor = left * left * left / (3 * Self.productSpeed) + left * width / 2 + product
    let solution = left * left / 2 + 2 * levels * beside
    let evaluation = count * (dense / 3 + 2 * categories + 6) + Self.vectorOperations * width
    return (reading * evaluation + factor) / (evaluation + solution)
  }

  /// Operations of a product of matrices in the time of one that waits for memory.
  private static var productSpeed: Double { 30 }
  /// What a quasi-Newton step does with each coefficient.
  private static var vectorOperations: Double { 20 }

  /// Columns whose curvature in a sample is that of fewer than `mass` of its rows.
  public func thinColumns(of sample: LinearObjective, diagonal: [Double], mass: Double) -> Int {
    sample.samplePriors.indices.count { j in
      let row = sample.samplePriors[j]
      return row > 0 && diagonal[j] - sample.ridge(j) < mass * row
    }
  }

  /// Rounding of the scores limits how well values can be told apart.
  public var resolution: Double { shape.resolution }

  /// ∂F/∂loss of each cell times the cell's weight of log(1+eᶻ).
  private func lossCurvature(_ slope: ScoreSums) -> [Double] {
    zip(slope.loss, softplusWeights).map { $0 * $1 }
  }

  private func isolateIntercept(_ matrix: Matrix<Double>) {
    for set in 0..<sets {
      let j = (set + 1) * shape.width - 1
      for k in 0..<j { matrix[j, k] = 0 }
      for i in (j + 1)..<max(j + 1, dimension) { matrix[i, j] = 0 }
      matrix[j, j] = 1
    }
  }

  /// The rows of J = ∂S/∂θ that a curved term reads, each with the coordinate of S it belongs to.
  private func jacobianRows(_ state: State) -> [(ScoreChannel?, Int, [Double])] {
    let curved = terms.filter { $0.factor != 0 && !($0.term is MeanLoss) }
    let channels = curved.reduce(into: Set<ScoreChannel>()) { $0.formUnion($1.term.channels) }
    var rows: [(ScoreChannel?, Int, [Double])] = []
    let width = shape.width
    for c in 0..<shape.cells {
      let range = (c * width)..<((c + 1) * width)
      if channels.contains(.probability) {
        rows.append((.probability, c, inSet(state.loss.probability[range], cell: c)))
      }
      if channels.contains(.loss) {
        rows.append((.loss, c, inSet(state.loss.loss[range], cell: c)))
      }
      if channels.contains(.linear), let moments = linearMoments {
        rows.append((.linear, c, inSet(moments[c][...], cell: c)))
      }
    }
    for k in 0..<shape.attributes {
      rows.append((nil, k, inSet(linearMoments![shape.cells + k][...], cell: 0)))
    }
    return rows
  }

  /// A vector over one set's coefficients as one over all of θ.
  private func inSet(_ part: ArraySlice<Double>, cell: Int) -> [Double] {
    var full = [Double](repeating: 0, count: dimension)
    let start = setOfCell(cell) * shape.width
    for (j, value) in part.enumerated() { full[start + j] = value }
    clearIntercept(&full)
    return full
  }

  /// Jᵀ·f″·J, built one row of f″·J at a time.
  private func addLowRank(_ state: State, to matrix: Matrix<Double>) {
    let rows = jacobianRows(state)
    guard !rows.isEmpty else { return }
    for (channel, index, jacobian) in rows {
      var unit = ScoreSums(cells: shape.cells, attributes: shape.attributes)
      unit[channel, index] = 1
      let curved = curvature(state.sums, along: unit)
      var combined = [Double](repeating: 0, count: dimension)
      for (other, k, otherJacobian) in rows where curved[other, k] != 0 {
        combined.add(curved[other, k], times: otherJacobian)
      }
      for i in 0..<dimension where jacobian[i] != 0 {
        for j in 0...i { matrix[i, j] += jacobian[i] * combined[j] }
      }
    }
  }

  private func addLowRankProduct(_ state: State, _ v: [Double], to product: inout [Double]) {
    let rows = jacobianRows(state)
    guard !rows.isEmpty else { return }
    var direction = ScoreSums(cells: shape.cells, attributes: shape.attributes)
    for (channel, index, jacobian) in rows { direction[channel, index] = jacobian.dot(v) }
    let curved = curvature(state.sums, along: direction)
    for (channel, index, jacobian) in rows where curved[channel, index] != 0 {
      product.add(curved[channel, index], times: jacobian)
    }
  }

  private func curvature(_ sums: ScoreSums, along direction: ScoreSums) -> ScoreSums {
    var product = ScoreSums(cells: shape.cells, attributes: shape.attributes)
    for entry in terms where entry.factor != 0 {
      entry.term.addCurvature(sums, along: direction, factor: entry.factor, to: &product)
    }
    return product
  }
}
