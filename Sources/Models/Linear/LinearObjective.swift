import LinearAlgebra
import Optimization
import RowSums

/// The objective of every linear model on scores: F(θ) = Σ_t f_t(S(θ)) + ½·l2·‖w‖².
///
/// S are weighted sums over cells of functions of the scores z = X·w + b (`ScoreSums`), and each
/// term f_t — the loss, a fairness penalty — is a small function of them. So one pass over X gives the
/// value and the exact gradient of all terms at any strengths, and the Hessian is
/// Σ hᵢ·x̃ᵢx̃ᵢᵀ + Jᵀ·f″·J with h from a table of the cells and J = ∂S/∂θ.
///
/// θ = (w, b), shape `(columns + 1)`, b never penalized; with `sets`, one such vector for each set
/// of rows in turn. Not for use from several threads at once: it remembers its last pass.
public final class LinearObjective: Subsamplable {
  public struct WeightedTerm: Sendable {
    public var factor: Double
    public var term: any ScoreTerm

    public init(_ factor: Double, _ term: any ScoreTerm) {
      self.factor = factor
      self.term = term
    }
  }

  /// Where the rows are.
  public let reader: RowReader
  public var shape: RowShape { reader.shape }
  /// The factor of ½‖w‖².
  public let l2: Double
  /// Whether b is among the parameters; without it b stays 0.
  public let fitsIntercept: Bool
  /// Also penalizes the intercept by l2 (Kamishima's published objective does).
  public let penalizesIntercept: Bool
  public private(set) var terms: [WeightedTerm]

  /// The loss table: the weights of log(1+eᶻ) and of −z in each cell.
  let softplusWeights, scoreWeights: [Double]
  /// How many coefficient vectors there are; with several, each set of rows has its own.
  let sets: Int
  /// Which slopes a reading gives.
  private let lossByCell, probabilityByCell: Bool
  /// Whether these are all rows, or a sample of them.
  let isSample: Bool
  /// The share of all rows that these are.
  private let share: Double
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
    var loss: ScoreSlopes
  }

  public var rows: Int { shape.rows }
  public var dimension: Int { shape.width * sets }

  /// - Parameters:
  ///   - lossWeights: a and b of each cell's loss a·log(1+eᶻ) − b·z; nil means 1 and the label.
  ///   - sets: how many sets of rows have coefficients of their own: 1, or as many as groups, whose
  ///     cells are 2·group + label.
  public init(
    _ source: any RowSource, terms: [WeightedTerm], l2: Double, fitsIntercept: Bool = true,
    penalizesIntercept: Bool = false, lossWeights: (softplus: [Double], score: [Double])? = nil,
    sets: Int = 1
  ) {
    precondition(l2 >= 0, "l2 cannot be negative")
    reader = RowReader(source)
    let shape = reader.shape
    precondition(sets == 1 || 2 * sets == shape.cells, "a set for each group")
    self.terms = terms
    self.l2 = l2
    self.fitsIntercept = fitsIntercept
    self.penalizesIntercept = penalizesIntercept
    self.sets = sets
    softplusWeights = lossWeights?.softplus ?? Array(repeating: 1, count: shape.cells)
    scoreWeights = lossWeights?.score ?? shape.labels
    (lossByCell, probabilityByCell) = Self.slopes(terms, sets: sets)
    (isSample, share) = (false, 1)
    samplePriors = []
    scale = 1
    ridges = Self.ridges(
      reader.shape.width, sets: sets, l2: l2, priors: [], penalizesIntercept: penalizesIntercept)
  }

  private init(sampling other: LinearObjective, _ sample: RowSample) {
    reader = RowReader(sample.source)
    let scale = Double(other.rows) / Double(max(1, reader.shape.rows))
    l2 = other.l2
    let oneRow = scale * other.lossFactor
    samplePriors = sample.rareSizes.map { $0 * oneRow }
    fitsIntercept = other.fitsIntercept
    penalizesIntercept = other.penalizesIntercept
    terms = other.terms
    softplusWeights = other.softplusWeights
    scoreWeights = other.scoreWeights
    sets = other.sets
    ridges = Self.ridges(
      reader.shape.width, sets: sets, l2: l2, priors: samplePriors,
      penalizesIntercept: penalizesIntercept)
    (lossByCell, probabilityByCell) = (other.lossByCell, other.probabilityByCell)
    (isSample, share) = (true, 1 / scale)
    self.scale = scale
    linearMoments = other.linearMoments
  }

  /// The derivative of F by the loss of one row of mean weight: weights count by their ratios alone.
  private var lossFactor: Double {
    let meanWeight = shape.totalWeight / Double(max(1, shape.rows))
    return meanWeight
      * terms.reduce(0) { sum, entry in
        sum + ((entry.term as? MeanLoss).map { entry.factor / $0.totalWeight } ?? 0)
      }
  }

  private static func slopes(_ terms: [WeightedTerm], sets: Int) -> (Bool, Bool) {
    let channels = terms.reduce(into: Set<ScoreChannel>()) { $0.formUnion($1.term.channels) }
    let lossOnly = terms.filter { $0.term.channels.contains(.loss) }.allSatisfy {
      $0.term is MeanLoss
    }
    return (sets > 1 || !lossOnly, channels.contains(.probability))
  }

  /// Changes the factors of the terms: the last pass stays valid.
  public func setFactor(_ factor: Double, ofTerm index: Int) { terms[index].factor = factor }

  /// Changes a term into another of the same channels: the last pass stays valid.
  public func setTerm(_ term: any ScoreTerm, at index: Int) {
    precondition(term.channels == terms[index].term.channels, "a pass serves the same channels")
    terms[index].term = term
  }

  public func sample(rows count: Int) throws -> LinearObjective? {
    guard count < rows / 2 || reader.source.isFar,
      let sample = try reader.source.sample(rows: count)
    else { return nil }
    try ensureLinearMoments()
    return LinearObjective(sampling: self, sample)
  }

  // MARK: - Value and gradient

  public func evaluate(at theta: [Double], gradient: inout [Double]) throws -> Double {
    let state = try state(at: theta)
    gradient = self.gradient(at: theta, state)
    return value(at: theta, state)
  }

  /// The sums over cells at θ.
  public func sums(at theta: [Double]) throws -> ScoreSums { try state(at: theta).sums }

  /// Counts a reading of these rows.
  func countPass() { passes += share }

  func state(at theta: [Double]) throws -> State {
    if let last, last.theta == theta { return last.state }
    let question = ScoreQuestion(
      theta: theta, softplusWeights: softplusWeights, scoreWeights: scoreWeights, sets: sets,
      lossByCell: lossByCell, probabilityByCell: probabilityByCell)
    var numbers = try reader.sums(.scores(question))
    countPass()
    if scale != 1 { for i in numbers.indices { numbers[i] *= scale } }
    let found = ScoreSlopes(numbers, question, shape)
    var sums = ScoreSums(cells: shape.cells, attributes: shape.attributes)
    sums.loss = found.lossSums
    sums.probability = found.probabilitySums
    if needsLinear {
      try ensureLinearMoments()
      let moments = linearMoments!
      for c in 0..<shape.cells { sums.linear[c] = linearSum(moments[c], theta, cell: c) }
      for k in 0..<shape.attributes {
        sums.attributes[k] = moments[shape.cells + k].dot(theta)
      }
    }
    let state = State(sums: sums, loss: found)
    last = (theta, state)
    remember(theta, state)
    return state
  }

  /// Points that are kept: on a path they teach the curvature to the next strength.
  private static var trailLength: Int { 8 }

  private func remember(_ theta: [Double], _ state: State) {
    guard !isSample else { return }
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
    guard sets > 1 else { return moment.dot(theta) }
    let start = setOfCell(cell) * shape.width
    return moment.dot(Array(theta[start..<start + shape.width]))
  }

  /// With sets, the set that a cell's rows belong to: sets are groups, and cells 2·group + label.
  func setOfCell(_ cell: Int) -> Int { sets > 1 ? cell >> 1 : 0 }

  func value(at theta: [Double], _ state: State) -> Double {
    terms.reduce(0) { $0 + $1.factor * $1.term.value(state.sums) } + ridgeValue(theta)
  }

  /// ½·Σⱼ l2ⱼ·θⱼ²
  public func ridgeValue(_ theta: [Double]) -> Double {
    0.5 * theta.indices.reduce(0) { $0 + ridge($1) * theta[$1] * theta[$1] }
  }

  /// How many continuous attributes are centred and weighted.
  public var attributeCount: Int { shape.attributes }

  /// The factor of ½θⱼ².
  func ridge(_ j: Int) -> Double { ridges[j] }

  private static func ridges(
    _ width: Int, sets: Int, l2: Double, priors: [Double], penalizesIntercept: Bool
  ) -> [Double] {
    var one = (0..<width).map { j in priors.isEmpty ? l2 : l2 + priors[j] }
    if !penalizesIntercept { one[width - 1] = 0 }
    return (0..<sets).flatMap { _ in one }
  }

  func derivative(_ sums: ScoreSums) -> ScoreSums {
    var derivative = ScoreSums(cells: shape.cells, attributes: shape.attributes)
    for entry in terms where entry.factor != 0 {
      entry.term.addDerivative(sums, factor: entry.factor, to: &derivative)
    }
    return derivative
  }

  func gradient(at theta: [Double], _ state: State) -> [Double] {
    let slope = derivative(state.sums)
    var gradient = [Double](repeating: 0, count: dimension)
    if !lossByCell {
      // The loss is one term, linear in its sums: every cell has the same slope.
      gradient.add(slope.loss[0], times: state.loss.loss)
    } else {
      addByCell(state.loss.loss, slope.loss, to: &gradient)
    }
    if probabilityByCell {
      addByCell(state.loss.probability, slope.probability, to: &gradient)
    }
    if needsLinear, let moments = linearMoments {
      for c in 0..<shape.cells where slope.linear[c] != 0 {
        addToSet(moments[c], slope.linear[c], cell: c, to: &gradient)
      }
      for k in 0..<shape.attributes {
        gradient.add(slope.attributes[k], times: moments[shape.cells + k])
      }
    }
    for j in gradient.indices { gradient[j] += ridge(j) * theta[j] }
    clearIntercept(&gradient)
    return gradient
  }

  private func addByCell(_ rows: [Double], _ slope: [Double], to gradient: inout [Double]) {
    let width = shape.width
    for c in 0..<shape.cells where slope[c] != 0 {
      let start = setOfCell(c) * width
      for j in 0..<width { gradient[start + j] += slope[c] * rows[c * width + j] }
    }
  }

  private func addToSet(
    _ moment: [Double], _ factor: Double, cell: Int, to gradient: inout [Double]
  ) {
    let start = setOfCell(cell) * shape.width
    for j in 0..<shape.width { gradient[start + j] += factor * moment[j] }
  }

  func clearIntercept(_ vector: inout [Double]) {
    guard !fitsIntercept else { return }
    for set in 0..<sets { vector[(set + 1) * shape.width - 1] = 0 }
  }

  // MARK: - Linear moments

  private var needsLinear: Bool {
    shape.attributes > 0 || terms.contains { $0.term.channels.contains(.linear) }
  }

  private func ensureLinearMoments() throws {
    guard needsLinear, linearMoments == nil else { return }
    linearMoments = try reader.moments()
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
