import LinearAlgebra

/// Limited-memory BFGS: directions from the last steps and gradient changes, on top of an initial
/// inverse Hessian (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4).
///
/// With the Cholesky factor of a sample's Hessian as that start it needs a handful of evaluations
/// whatever the condition; alone it needs none of the Hessian.
public struct LBFGS: Minimizer {
  public static var name: String { "lbfgs" }
  /// Pairs kept. More hardly helps, and each costs two dot products.
  static let memory = 12

  /// Applies the initial inverse Hessian; nil scales the gradient by sᵀy/yᵀy.
  public var preconditioner: (@Sendable ([Double]) -> [Double])?

  /// Whether the initial inverse Hessian is good enough to trust one small estimate of the gap.
  public var isModel: Bool

  public init(
    preconditioner: (@Sendable ([Double]) -> [Double])? = nil, isModel: Bool = true
  ) {
    self.preconditioner = preconditioner
    self.isModel = isModel && preconditioner != nil
  }

  public func minimize<O: TwiceDifferentiable>(
    _ objective: O, from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    try minimizeFirstOrder(objective, from: start, rule: rule)
  }

  /// The same for an objective without second derivatives.
  public func minimizeFirstOrder<O: Objective>(
    _ objective: O, from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    try minimizeFirstOrder(
      objective, from: start, rule: rule, history: History(memory: Self.memory))
  }

  /// The same with steps and gradient changes that are known beforehand.
  func minimizeFirstOrder<O: Objective>(
    _ objective: O, from start: [Double], rule: StoppingRule, history: History
  ) throws(O.Failure) -> Minimum {
    var contraction = ContractionWatch(renewal: .infinity)
    return try minimizeFirstOrder(
      objective, from: start, rule: rule, history: history, contraction: &contraction)
  }

  /// The same until the steps are slower than a new model of the Hessian would be: the status is
  /// `stalled` then, and the watch has found it.
  func minimizeFirstOrder<O: Objective>(
    _ objective: O, from start: [Double], rule: StoppingRule, history: History,
    contraction: inout ContractionWatch
  ) throws(O.Failure) -> Minimum {
    var history = history
    var current = try Iterate(objective, at: start)
    var evaluations = 1, quietSteps = 0
    var watch = StallWatch()
    for iteration in 0..<rule.iterationLimit {
      let direction = history.direction(current.gradient, preconditioner)
      let gap = -0.5 * current.gradient.dot(direction)
      let enough = rule.relativeGap * max(abs(current.value), StoppingRule.floor)
      // Without a Hessian behind it one small estimate may be luck; two in a row are not.
      quietSteps = gap <= enough ? quietSteps + 1 : 0
      if quietSteps >= (isModel ? 1 : 3) || current.gradient.maximumNorm == 0 {
        return minimum(current, .converged, iteration, evaluations, gap)
      }
      if watch.isStalled(value: current.value, gap: gap, resolution: objective.resolution) {
        let status = StallWatch.status(
          current, gap: gap, enough: enough, resolution: objective.resolution)
        return minimum(current, status, iteration, evaluations, gap)
      }
      if rule.shouldStop() { return minimum(current, .stopped, iteration, evaluations, gap) }
      if contraction.isSlow(gap: gap, enough: enough, evaluations: evaluations) {
        return minimum(current, .stalled, iteration, evaluations, gap)
      }
      guard
        let next = try LineSearch.search(
          objective, from: current, direction: direction, evaluations: &evaluations)
      else {
        if history.isEmpty || quietSteps > 0 {
          let status = StallWatch.status(
            current, gap: gap, enough: enough, resolution: objective.resolution)
          return minimum(current, status, iteration, evaluations, gap)
        }
        history = History(memory: Self.memory)
        continue
      }
      history.append(
        step: next.point.adding(-1, times: current.point),
        change: next.gradient.adding(-1, times: current.gradient))
      current = next
    }
    return minimum(current, .iterationLimit, rule.iterationLimit, evaluations, nil)
  }

  private func minimum(
    _ at: Iterate, _ status: FitStatus, _ iterations: Int, _ evaluations: Int, _ gap: Double?
  ) -> Minimum {
    Minimum(
      point: at.point, value: at.value, gradient: at.gradient, status: status,
      iterations: iterations, evaluations: evaluations, estimatedGap: gap)
  }

  /// The last steps s and gradient changes y with sᵀy > 0.
  struct History: Sendable {
    /// Pairs with less curvature than this share of |s|·|y| say nothing reliable.
    static let leastCurvature = 1e-10
    let memory: Int
    private var steps: [[Double]] = []
    private var changes: [[Double]] = []

    init(memory: Int = LBFGS.memory) { self.memory = memory }

    /// The steps between points whose gradients are known.
    init(_ known: [(point: [Double], gradient: [Double])]) {
      self.init()
      for (from, to) in zip(known, known.dropFirst()) {
        append(
          step: to.point.adding(-1, times: from.point),
          change: to.gradient.adding(-1, times: from.gradient))
      }
    }

    var isEmpty: Bool { steps.isEmpty }

    mutating func append(step: [Double], change: [Double]) {
      guard step.dot(change) > Self.leastCurvature * step.norm * change.norm else { return }
      if steps.count == memory {
        steps.removeFirst()
        changes.removeFirst()
      }
      steps.append(step)
      changes.append(change)
    }

    /// −B·g by the two-loop recursion.
    func direction(_ gradient: [Double], _ start: (([Double]) -> [Double])?) -> [Double] {
      var q = gradient
      var alphas = [Double](repeating: 0, count: steps.count)
      for i in steps.indices.reversed() {
        alphas[i] = steps[i].dot(q) / steps[i].dot(changes[i])
        q.add(-alphas[i], times: changes[i])
      }
      var r: [Double]
      if let start {
        r = start(q)
      } else if let s = steps.last, let y = changes.last {
        r = q.scaled(by: s.dot(y) / y.dot(y))
      } else {
        r = q.scaled(by: 1 / max(1, gradient.norm))
      }
      for i in steps.indices {
        let beta = changes[i].dot(r) / steps[i].dot(changes[i])
        r.add(alphas[i] - beta, times: steps[i])
      }
      return r.scaled(by: -1)
    }
  }
}
