import Criteria
import LinearAlgebra
import Models
import Optimization
import RowSums
import Synchronization

/// A fit of a grid.
public struct GridFit: Sendable {
  /// (w, b)
  public var theta: [Double]
  /// Σ of the weights of the rows with z ≥ 0, by cell.
  public var positives: [Double]
  public var status: FitStatus
  public var iterations: Int
}

/// Fits of a whole grid of requests, in walks side by side: a fixed number of them, so that threads
/// change no result.
extension LogisticLearner {
  private static var familyWalks: Int { 4 }

  /// Walks go side by side, but for far rows, which are asked one question at a time and in the same
  /// order always.
  private var walkers: WorkerPool { reader.source.isFar ? WorkerPool(threads: 1) : pool }

  /// Fits the first request, then the others in walks, each from where its walk is expected. A walk that
  /// has left the region of its curvature goes on with that of where it is.
  public func fitFamilies(_ requests: [CellRequest]) throws -> [HypothesisFamily] {
    guard let first = requests.first else { return [] }
    let rule = tightRule, problem = problem
    var added = [add(try solve(first, rule))]
    let others = Array(requests.dropFirst())
    let known = fits, walker = Walker(problem, rule, pool, Self.familyWalks), model = curvature
    let found = Mutex<[Int: Result<Fit, any Error>]>([:])
    walkers.forEach(Self.familyWalks) { number in
      var walk = GridWalk(from: known, problem.shape), curvature = model
      for index in stride(from: number, to: others.count, by: Self.familyWalks) {
        let fit = Result { try walker.solve(others[index], walk, &curvature) }
        found.withLock { $0[index] = fit }
        guard case .success(let solved) = fit else { return }
        walk.add(solved)
      }
    }
    let solved = found.withLock { $0 }
    added += try others.indices.map { add(try solved[$0]!.get()) }
    return try families(added)
  }

  /// The two walks from the middle of a grid.
  private static var walks: Int { 2 }

  /// One fit a request, to the learner's own rule.
  ///
  /// The request in the middle comes first; from there one walk goes down the grid and one up it, side
  /// by side, each fit from its predecessors: neighbours on a grid have like solutions. The Hessian of
  /// all rows at its start is the model of each fit's steps, as the weights of neighbours differ too
  /// much for a shared one.
  public func fitGrid(_ requests: [CellRequest]) throws -> [GridFit] {
    guard !requests.isEmpty else { return [] }
    let middle = requests.count / 2
    let first = try solve(requests[middle], rule)
    let found = Mutex<[Int: Result<Fit, any Error>]>([middle: .success(first)])
    let problem = problem, rule = rule
    let share = WorkerPool(threads: max(1, pool.threads / Self.walks))
    walkers.forEach(Self.walks) { side in
      let walk = side == 0 ? Array((0..<middle).reversed()) : Array(middle + 1..<requests.count)
      var known = GridWalk(from: [first], problem.shape)
      for index in walk {
        let start = known.start(Self.signed(requests[index]))
        let fit = Result {
          try Self.solveNear(start, problem, requests[index], rule, share)
        }
        found.withLock { $0[index] = fit }
        guard case .success(let solved) = fit else { return }
        known.add(solved)
      }
    }
    let solved = found.withLock { $0 }
    if let failed = solved.values.first(where: { (try? $0.get()) == nil }) { _ = try failed.get() }
    let fits = try requests.indices.map { try solved[$0]!.get() }
    for fit in fits { _ = add(fit) }
    passes += 1
    let positives = try reader.positives(fits.map(\.theta))
    return zip(fits, positives).map {
      GridFit(theta: $0.theta, positives: $1, status: $0.status, iterations: $0.iterations)
    }
  }

  private static func solveNear(
    _ start: [Double], _ problem: Problem, _ request: CellRequest, _ rule: StoppingRule,
    _ pool: WorkerPool
  ) throws -> Fit {
    var fit = Fit(request: signed(request), theta: start)
    guard let objective = problem.objective(request, pool: pool),
      objective.dimension <= SampledNewton.gramLimit,
      let model = try objective.factor(at: start)
    else {
      return try solve(problem, request, from: start, rule: rule, curvature: nil, pool: pool)
    }
    let found = try SampledNewton().minimize(objective, from: start, model: model, rule: rule)
    fit.evaluations = found.evaluations
    if found.point.allFinite { fit.theta = found.point }
    fit.passes = objective.passes
    fit.gramPasses = Double(objective.hessians)
    fit.end(found)
    return fit
  }
}

/// What the walks of a grid have in common.
private struct Walker: Sendable {
  let problem: LogisticLearner.Problem
  let rule: StoppingRule
  let pool: WorkerPool

  init(
    _ problem: LogisticLearner.Problem, _ rule: StoppingRule, _ pool: WorkerPool, _ walks: Int
  ) {
    self.problem = problem
    self.rule = rule
    self.pool = WorkerPool(threads: max(1, pool.threads / walks))
  }

  func solve(
    _ request: CellRequest, _ walk: GridWalk, _ curvature: inout CurvatureModel?
  ) throws -> LogisticLearner.Fit {
    let start = walk.start(LogisticLearner.signed(request))
    var fit = try LogisticLearner.solve(
      problem, request, from: start, rule: rule, curvature: curvature, pool: pool)
    guard curvature != nil, fit.evaluations > LogisticLearner.evaluationsToRenew else {
      return fit
    }
    let model = try CurvatureModel(
      RowReader(problem.source.limited(to: pool)), at: fit.theta,
      sampleRows: SampledNewton.sampleRows(dimension: fit.theta.count),
      penalizesIntercept: problem.penalizesIntercept)
    fit.gramPasses += model.share
    curvature = model
    return fit
  }
}
