/// The player who answers multipliers with a hypothesis: all that the faithful algorithm knows of a
/// problem.
protocol RespondingPlayer {
  /// What each moment must not exceed.
  var bounds: [Double] { get }

  /// λ with the same or a higher Lagrangian for every hypothesis.
  func projected(_ multipliers: [Double]) throws -> [Double]

  /// The best hypothesis for λ.
  ///
  /// - Parameters:
  ///   - call: which call this is, from 0.
  ///   - kept: how many of the answers so far were kept; the others are never asked for again.
  mutating func respond(to multipliers: [Double], call: Int, kept: Int) throws -> PlayerResponse
}

/// A hypothesis with its objective and its moments.
struct PlayerResponse {
  var hypothesis: MeasuredHypothesis
  /// Whether it asked for no fit, since all rows are to have one prediction.
  var isConstant: Bool
  /// The standard deviation of its errors divided by √n: the first one sets the gap to reach.
  var deviation: Double
}

/// A learner of cells as a player.
struct LearnerPlayer<Learner: WeightedLearner>: RespondingPlayer {
  let game: SaddlePoint
  var learner: Learner

  var bounds: [Double] { game.bounds }

  func projected(_ multipliers: [Double]) -> [Double] { game.projected(multipliers) }

  mutating func respond(to multipliers: [Double], call: Int, kept: Int) throws -> PlayerResponse {
    let request = game.request(game.costs(multipliers))
    if let positive = game.constantResponse(request) {
      let sums = game.constantSums(positive: positive)
      return PlayerResponse(
        hypothesis: MeasuredHypothesis(.constant(positive: positive), sums: sums, in: game),
        isConstant: true, deviation: deviation(sums, reported: nil))
    }
    let fitted: FittedHypothesis
    do { fitted = try learner.fit(request) } catch {
      throw ReductionError.learnerFailed(round: call + 1, reason: "\(error)")
    }
    let sums = try game.checked(fitted.cellSums, round: call + 1)
    return PlayerResponse(
      hypothesis: MeasuredHypothesis(
        .fitted(identifier: fitted.identifier, member: 0), sums: sums, in: game),
      isConstant: false, deviation: deviation(sums, reported: fitted.residualDeviation))
  }

  /// The sample standard deviation of |h − y|; of a share p of errors √(p(1 − p)·n/(n − 1)).
  private func deviation(_ sums: [Double], reported: Double?) -> Double {
    let n = Double(game.scope.cells.rowCounts.reduce(0, +))
    guard n > 1 else { return 0 }
    let p = game.errorRate(sums)
    return (reported ?? max(0, p * (1 - p) * n / (n - 1)).squareRoot()) / n.squareRoot()
  }
}
