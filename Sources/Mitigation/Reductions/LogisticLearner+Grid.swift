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

/// Fits of a whole grid of requests to their minima, without thresholds beside them.
extension LogisticLearner {
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
    pool.forEach(Self.walks) { side in
      let walk = side == 0 ? Array((0..<middle).reversed()) : Array(middle + 1..<requests.count)
      var known = [first]
      for index in walk {
        let start = Self.start(known, Self.signed(requests[index]), problem.shape)
        let fit = Result {
          try Self.solveNear(start, problem, requests[index], rule, share)
        }
        found.withLock { $0[index] = fit }
        guard case .success(let solved) = fit else { return }
        known.append(solved)
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

  /// Where a walk is expected to go: straight on where the request is as far from the last as that from
  /// the one before, and otherwise the nearest fit.
  private static func start(
    _ known: [Fit], _ signed: [Double], _ shape: RowShape
  ) -> [Double] {
    if known.count > 1, let last = known.last {
      let before = known[known.count - 2]
      let bend = signed.indices.reduce(0.0) {
        max($0, abs(signed[$1] - 2 * last.request[$1] + before.request[$1]))
      }
      if bend <= 1e-9 * signed.maximumNorm {
        return last.theta.scaled(by: 2).adding(-1, times: before.theta)
      }
    }
    return nearest(known, signed, shape)?.theta ?? []
  }

  private static func solveNear(
    _ start: [Double], _ problem: Problem, _ request: CellRequest, _ rule: StoppingRule,
    _ pool: WorkerPool
  ) throws -> Fit {
    var fit = Fit(request: signed(request), theta: start)
    guard let objective = problem.objective(request, pool: pool),
      objective.dimension <= SampledNewton.gramLimit,
      let model = Cholesky(try objective.hessian(at: start))
    else {
      return try solve(problem, request, from: start, rule: rule, curvature: nil, pool: pool)
    }
    try finish(&fit, objective, model, rule)
    return fit
  }
}
