import Datasets
import LinearAlgebra
import Optimization

/// The objective of every linear model on scores: F(θ) = Σ_t f_t(S(θ)) + ½·l2·‖w‖².
///
/// S are weighted sums over cells of functions of the scores z = X·w + b (`ScoreSums`), and each
/// term f_t — the loss, a fairness penalty — is a small function of them. So one pass over X gives the
/// value and the exact gradient of all terms at any strengths, and the Hessian is
/// Σ hᵢ·x̃ᵢx̃ᵢᵀ + Jᵀ·f″·J with h from a table of the cells and J = ∂S/∂θ.
///
/// θ = (w, b), shape `(columns + 1)`, b never penalized; with `sets`, one such vector for each set
/// of rows in turn. Not for use from several threads at once: it remembers its last pass.
public final class LinearObjective<Scalar: KernelScalar>: Subsamplable {
  public struct WeightedTerm: Sendable {
    public var factor: Double
    public var term: any ScoreTerm

    public init(_ factor: Double, _ term: any ScoreTerm) {
      self.factor = factor
      self.term = term
    }
  }

  public let scoreRows: ScoreRows<Scalar>
  public let pool: WorkerPool
  /// The factor of ½‖w‖².
  public let l2: Double
  /// Whether b is among the parameters; without it b stays 0.
  public let fitsIntercept: Bool
  /// Also penalizes the intercept by l2 (Kamishima's published objective does).
  public let penalizesIntercept: Bool
  /// Continuous attributes, centred and weighted: shape `(n)` each.
  let attributeValues: [Buffer<Scalar>]
  public private(set) var terms: [WeightedTerm]

  let pass: ScorePass<Scalar>
  let selection: RowSelection
  /// What a sample adds to the l2 of each column, shape `(width)`; empty for all rows.
  let samplePriors: [Double]
  /// The factor of ½θⱼ² of each coefficient, shape `(θ)`.
  private let ridges: [Double]
  /// Sums over a sample are scaled up to the whole.
  let scale: Double
  /// ∂(linear sums)/∂θ, which do not depend on θ: shape `(cells + attributes, θ)`; made when asked.
  var linearMoments: [[Double]]?
  private var last: (theta: [Double], state: State)?
  /// The states at the last points, oldest first; only over all rows.
  private var trail: [(theta: [Double], state: State)] = []
  /// Times that the rows were read, a sample counted by its share.
  public internal(set) var passes = 0.0
  public internal(set) var hessians = 0

  /// Everything that one pass found at θ, free of the strengths of the terms.
  struct State {
    var sums: ScoreSums
    var loss: ScorePassResult
  }

  public var rows: Int { selection.count }
  public var dimension: Int { pass.width * (pass.sets?.count ?? 1) }

  /// - Parameters:
  ///   - lossWeights: a and b of each cell's loss a·log(1+eᶻ) − b·z; nil means 1 and the label.
  ///   - sets: which coefficient vector scores each row, when there are several.
  public init(
    _ rows: ScoreRows<Scalar>, terms: [WeightedTerm], l2: Double, fitsIntercept: Bool = true,
    penalizesIntercept: Bool = false, lossWeights: (softplus: [Double], score: [Double])? = nil,
    sets: (codes: Buffer<UInt16>, count: Int)? = nil, attributeValues: [Buffer<Scalar>] = [],
    pool: WorkerPool = .default
  ) {
    precondition(l2 >= 0, "l2 cannot be negative")
    scoreRows = rows
    self.terms = terms
    self.l2 = l2
    self.fitsIntercept = fitsIntercept
    self.penalizesIntercept = penalizesIntercept
    self.attributeValues = attributeValues
    self.pool = pool
    selection = .all(rows.rows)
    samplePriors = []
    scale = 1
    pass = ScorePass(
      rows: rows,
      softplusWeights: lossWeights?.softplus ?? Array(repeating: 1, count: rows.cellCount),
      scoreWeights: lossWeights?.score ?? rows.labels, sets: sets,
      request: Self.request(terms, sets: sets != nil), pool: pool)
    ridges = Self.ridges(pass, l2: l2, priors: [], penalizesIntercept: penalizesIntercept)
  }

  private init(sampling other: LinearObjective, _ selection: RowSelection) {
    scoreRows = other.scoreRows
    pool = other.pool
    let scale = Double(other.scoreRows.rows) / Double(max(1, selection.count))
    l2 = other.l2
    samplePriors = SamplePriors.of(
      other.scoreRows.features, selection, oneRow: scale * other.lossFactor)
    fitsIntercept = other.fitsIntercept
    penalizesIntercept = other.penalizesIntercept
    attributeValues = other.attributeValues
    terms = other.terms
    pass = other.pass
    ridges = Self.ridges(
      pass, l2: l2, priors: samplePriors, penalizesIntercept: penalizesIntercept)
    self.selection = selection
    self.scale = scale
    linearMoments = other.linearMoments
  }

  /// The derivative of F by the loss of one row of mean weight: weights count by their ratios alone.
  private var lossFactor: Double {
    let meanWeight = scoreRows.totalWeight / Double(max(1, scoreRows.rows))
    return meanWeight
      * terms.reduce(0) { sum, entry in
        sum + ((entry.term as? MeanLoss).map { entry.factor / $0.totalWeight } ?? 0)
      }
  }

  private static func request(_ terms: [WeightedTerm], sets: Bool) -> ScorePass<Scalar>.Request {
    let channels = terms.reduce(into: Set<ScoreChannel>()) { $0.formUnion($1.term.channels) }
    let lossOnly = terms.filter { $0.term.channels.contains(.loss) }.allSatisfy {
      $0.term is MeanLoss
    }
    return .init(
      lossByCell: sets || !lossOnly, probabilityByCell: channels.contains(.probability))
  }

  /// Changes the factors of the terms: the last pass stays valid.
  public func setFactor(_ factor: Double, ofTerm index: Int) { terms[index].factor = factor }

  /// Changes a term into another of the same channels: the last pass stays valid.
  public func setTerm(_ term: any ScoreTerm, at index: Int) {
    precondition(term.channels == terms[index].term.channels, "a pass serves the same channels")
    terms[index].term = term
  }

  public func sample(rows count: Int) -> LinearObjective? {
    guard count < scoreRows.rows / 2 else { return nil }
    ensureLinearMoments()
    return LinearObjective(sampling: self, .spread(count, of: scoreRows.rows))
  }

  // MARK: - Value and gradient

  public func evaluate(at theta: [Double], gradient: inout [Double]) -> Double {
    let state = state(at: theta)
    gradient = self.gradient(at: theta, state)
    return value(at: theta, state)
  }

  /// The sums over cells at θ.
  public func sums(at theta: [Double]) -> ScoreSums { state(at: theta).sums }

  func state(at theta: [Double]) -> State {
    if let last, last.theta == theta { return last.state }
    var result = pass.run(at: theta, over: selection)
    passes += Double(selection.count) / Double(max(1, scoreRows.rows))
    if scale != 1 {
      for i in result.loss.indices { result.loss[i] *= scale }
      for i in result.probability.indices { result.probability[i] *= scale }
      for i in result.lossGradient.indices { result.lossGradient[i] *= scale }
      for i in result.lossByCell.indices { result.lossByCell[i] *= scale }
      for i in result.probabilityByCell.indices { result.probabilityByCell[i] *= scale }
    }
    var sums = ScoreSums(cells: scoreRows.cellCount, attributes: attributeValues.count)
    sums.loss = result.loss
    sums.probability = result.probability
    if needsLinear {
      ensureLinearMoments()
      let moments = linearMoments!
      for c in 0..<scoreRows.cellCount { sums.linear[c] = linearSum(moments[c], theta, cell: c) }
      for k in attributeValues.indices {
        sums.attributes[k] = moments[scoreRows.cellCount + k].dot(theta)
      }
    }
    let state = State(sums: sums, loss: result)
    last = (theta, state)
    remember(theta, state)
    return state
  }

  /// Points that are kept: on a path they teach the curvature to the next strength.
  private static var trailLength: Int { 8 }

  private func remember(_ theta: [Double], _ state: State) {
    guard selection.count == scoreRows.rows else { return }
    if trail.count == Self.trailLength { trail.removeFirst() }
    trail.append((theta, state))
  }

  /// The last point before θ that was evaluated over all rows.
  func previousPoint(to theta: [Double]) -> [Double]? {
    trail.last { $0.theta != theta }?.theta
  }

  public func recalledGradients() -> [(point: [Double], gradient: [Double])] {
    trail.map { ($0.theta, gradient(at: $0.theta, $0.state)) }
  }

  private func linearSum(_ moment: [Double], _ theta: [Double], cell: Int) -> Double {
    guard pass.sets != nil else { return moment.dot(theta) }
    let start = setOfCell(cell) * pass.width
    return moment.dot(Array(theta[start..<start + pass.width]))
  }

  /// With sets, the set that a cell's rows belong to: sets are groups, and cells 2·group + label.
  func setOfCell(_ cell: Int) -> Int { pass.sets == nil ? 0 : cell >> 1 }

  func value(at theta: [Double], _ state: State) -> Double {
    terms.reduce(0) { $0 + $1.factor * $1.term.value(state.sums) } + ridgeValue(theta)
  }

  /// ½·Σⱼ l2ⱼ·θⱼ²
  public func ridgeValue(_ theta: [Double]) -> Double {
    0.5 * theta.indices.reduce(0) { $0 + ridge($1) * theta[$1] * theta[$1] }
  }

  /// How many continuous attributes are centred and weighted.
  public var attributeCount: Int { attributeValues.count }

  /// The factor of ½θⱼ².
  func ridge(_ j: Int) -> Double { ridges[j] }

  private static func ridges(
    _ pass: ScorePass<Scalar>, l2: Double, priors: [Double], penalizesIntercept: Bool
  ) -> [Double] {
    let width = pass.width
    var one = (0..<width).map { j in priors.isEmpty ? l2 : l2 + priors[j] }
    if !penalizesIntercept { one[width - 1] = 0 }
    return (0..<(pass.sets?.count ?? 1)).flatMap { _ in one }
  }

  func derivative(_ sums: ScoreSums) -> ScoreSums {
    var derivative = ScoreSums(cells: scoreRows.cellCount, attributes: attributeValues.count)
    for entry in terms where entry.factor != 0 {
      entry.term.addDerivative(sums, factor: entry.factor, to: &derivative)
    }
    return derivative
  }

  func gradient(at theta: [Double], _ state: State) -> [Double] {
    let slope = derivative(state.sums)
    var gradient = [Double](repeating: 0, count: dimension)
    if state.loss.lossByCell.isEmpty {
      // The loss is one term, linear in its sums: every cell has the same slope.
      gradient.add(slope.loss[0], times: state.loss.lossGradient)
    } else {
      addByCell(state.loss.lossByCell, slope.loss, to: &gradient)
    }
    if !state.loss.probabilityByCell.isEmpty {
      addByCell(state.loss.probabilityByCell, slope.probability, to: &gradient)
    }
    if needsLinear, let moments = linearMoments {
      for c in 0..<scoreRows.cellCount where slope.linear[c] != 0 {
        addToSet(moments[c], slope.linear[c], cell: c, to: &gradient)
      }
      for k in attributeValues.indices {
        gradient.add(slope.attributes[k], times: moments[scoreRows.cellCount + k])
      }
    }
    for j in gradient.indices { gradient[j] += ridge(j) * theta[j] }
    clearIntercept(&gradient)
    return gradient
  }

  private func addByCell(_ rows: [Double], _ slope: [Double], to gradient: inout [Double]) {
    let width = pass.width
    for c in 0..<scoreRows.cellCount where slope[c] != 0 {
      let start = setOfCell(c) * width
      for j in 0..<width { gradient[start + j] += slope[c] * rows[c * width + j] }
    }
  }

  private func addToSet(
    _ moment: [Double], _ factor: Double, cell: Int, to gradient: inout [Double]
  ) {
    let start = setOfCell(cell) * pass.width
    for j in 0..<pass.width { gradient[start + j] += factor * moment[j] }
  }

  func clearIntercept(_ vector: inout [Double]) {
    guard !fitsIntercept else { return }
    for set in 0..<(pass.sets?.count ?? 1) { vector[(set + 1) * pass.width - 1] = 0 }
  }

  // MARK: - Linear moments

  private var needsLinear: Bool {
    !attributeValues.isEmpty || terms.contains { $0.term.channels.contains(.linear) }
  }

  private func ensureLinearMoments() {
    guard needsLinear, linearMoments == nil else { return }
    linearMoments = pass.moments(attributes: attributeValues)
    passes += 1
  }
}

extension ScoreSums {
  /// A coordinate by its channel; nil stands for the continuous attributes.
  subscript(channel: ScoreChannel?, index: Int) -> Double {
    get { channel.map { self[$0][index] } ?? attributes[index] }
    set {
      if let channel { self[channel][index] = newValue } else { attributes[index] = newValue }
    }
  }
}
