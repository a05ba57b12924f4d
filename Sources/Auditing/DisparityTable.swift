import Criteria
import LinearAlgebra

/// All disparities of one attribute or one cross.
struct DisparityTable {
  /// Which group the others are compared with.
  enum Reference: Equatable {
    case none
    case group(Int)
    /// For each metric the group where it is least, or greatest.
    case least, greatest
  }

  let attribute: String
  let groups: [AuditedGroup]
  let overall: AuditedGroup
  let reference: Reference
  let confidence: Double
  /// Groups are compared one by one with the overall and the reference.
  var comparesEach = true
  /// Gaps get p-values.
  var testsHypotheses = true
  /// For metrics, and for what takes a walk over all scores for each pair of groups.
  var pool = WorkerPool.default
  /// A difference, its ratio and the composites of several rates have one test.
  var tests = KnownTests()

  init(
    attribute: String, groups: [AuditedGroup], overall: AuditedGroup, reference: Int?,
    confidence: Double
  ) {
    self.init(
      attribute: attribute, groups: groups, overall: overall,
      reference: reference.map { .group($0) } ?? .none, confidence: confidence)
  }

  init(
    attribute: String, groups: [AuditedGroup], overall: AuditedGroup, reference: Reference,
    confidence: Double, comparesEach: Bool = true
  ) {
    self.attribute = attribute
    self.groups = groups
    self.overall = overall
    self.reference = reference
    self.confidence = confidence
    self.comparesEach = comparesEach
  }

  func rows(for metrics: [Metric]) -> [Disparity] {
    let rated = metrics.filter { $0.scale != .count }
    var all: [Disparity] = []
    pool.orderedReduce(
      rated.count, makePartial: { [Disparity]() },
      body: { m, part in part = rows(rated[m], confidence: confidence) }, merge: { all += $0 })
    return all + compositeRows(metrics)
  }

  /// The reference group of a metric.
  func reference(for metric: Metric) -> Int? {
    switch reference {
    case .none: return nil
    case .group(let group): return group
    case .least, .greatest:
      let measured = groups.indices.compactMap { g in
        groups[g].measure(metric).value.map { (group: g, value: $0) }
      }
      let sign = reference == .least ? 1.0 : -1.0
      return measured.min { (sign * $0.value, $0.group) < (sign * $1.value, $1.group) }?.group
    }
  }

  /// Between the groups, then each group to the overall and to the reference.
  func rows(_ metric: Metric, confidence: Double) -> [Disparity] {
    let kinds: [Disparity.Kind] = metric.scale == .fraction ? [.difference, .ratio] : [.difference]
    var rows = kinds.map { between(metric, $0, confidence) }
    guard comparesEach else { return rows }
    let reference = reference(for: metric)
    let spread = Spread.between(groups.map { $0.measure(metric) })
    // Of one group alone the overall value is its own.
    let alone = spread.extremes == nil ? spread.reason(groups.map(\.name)) : nil
    for g in groups.indices {
      rows += kinds.map { toOverall(metric, $0, g, alone: alone, confidence) }
      if let reference, reference != g {
        rows += kinds.map { toReference(metric, $0, g, groups[reference], confidence) }
      }
    }
    return rows
  }

  /// The groups with fewer rows behind a metric than make a reliable number, by the metric's name.
  func fewRows(behind metrics: [Metric], _ enough: Int) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for metric in metrics {
      for group in groups where group.rows(behind: metric) < enough {
        found[metric.name, default: []].insert(group.name)
      }
    }
    return found
  }

  func row(
    _ metric: Metric, _ kind: Disparity.Kind, _ method: Disparity.Method, groups used: Int,
    reference: String? = nil, group: String? = nil
  ) -> Disparity {
    Disparity(
      attribute: attribute, metric: metric.name, kind: kind, method: method, groups: used,
      of: groups.count, reference: reference, group: group)
  }

  private func between(
    _ metric: Metric, _ kind: Disparity.Kind, _ confidence: Double
  ) -> Disparity {
    let spread = Spread.between(groups.map { $0.measure(metric) })
    var row = row(metric, kind, .betweenGroups, groups: spread.measured.count)
    row.take(spread, names: groups.map(\.name))
    guard spread.extremes != nil else { return row }
    let measured = spread.measured.map { groups[$0] }
    let band = SimultaneousBand(metric: metric, groups: measured, confidence: confidence)
    row.set(kind == .difference ? band.difference() : band.ratio())
    guard testsHypotheses else { return row }
    row.set(tests.result(metric, .between) { homogeneity(metric, measured) })
    row.hypothesis = hypothesis(metric, .betweenGroups)
    return row
  }

  private func homogeneity(_ metric: Metric, _ groups: [AuditedGroup]) -> TestResult? {
    if groups.count == 2 {
      return Contrast(metric: metric, first: groups[0], second: groups[1]).test()
    }
    let proportions = groups.compactMap { $0.proportion(metric) }
    guard proportions.count == groups.count else { return nil }
    return ProportionTests.homogeneity(proportions)
  }

  private func toReference(
    _ metric: Metric, _ kind: Disparity.Kind, _ g: Int, _ reference: AuditedGroup,
    _ confidence: Double
  ) -> Disparity {
    let group = groups[g]
    let own = group.measure(metric), other = reference.measure(metric)
    let used = (own.value == nil ? 0 : 1) + (other.value == nil ? 0 : 1)
    var row = row(
      metric, kind, .toReference, groups: used, reference: reference.name, group: group.name)
    row.take(kind.compare(own, to: other, whenZero: "the reference's value is not above 0"))
    guard used == 2 else { return row }
    let contrast = Contrast(metric: metric, first: group, second: reference)
    if row.value != nil {
      row.set(
        kind == .difference
          ? contrast.difference(confidence: confidence) : contrast.ratio(confidence: confidence))
    }
    row.set(tests.result(metric, .reference(g)) { contrast.test() })
    row.hypothesis = hypothesis(
      metric, isOnlyPair(metric) ? .betweenGroups : .toReference, group.name)
    return row
  }

  /// A group against all rows, its own included. With the share f of the denominator that is its
  /// own, group − overall = (1 − f)(group − rest), and group / overall = ρ/(fρ + 1 − f) with
  /// ρ = group / rest: so intervals and tests of the group against the rest carry over.
  ///
  /// - Parameter alone: why there are no two groups to compare.
  private func toOverall(
    _ metric: Metric, _ kind: Disparity.Kind, _ g: Int, alone: String?, _ confidence: Double
  ) -> Disparity {
    let group = groups[g]
    let own = group.measure(metric)
    var row = row(metric, kind, .toOverall, groups: own.value == nil ? 0 : 1, group: group.name)
    if own.value != nil, let alone {
      row.reason = alone
      return row
    }
    row.take(
      kind.compare(
        own, to: overall.measure(metric), whenZero: "the overall value is not above 0"))
    guard case .proportion(_, let whole) = metric.form, row.value != nil else { return row }
    let share = group.tally.weight(of: whole) / overall.tally.weight(of: whole)
    guard share < 1 else { return row }
    let rest = AuditedGroup(
      name: "rest", tally: overall.tally - group.tally, ranks: nil, weighted: group.weighted)
    let contrast = Contrast(metric: metric, first: group, second: rest)
    if kind == .difference, let interval = contrast.difference(confidence: confidence) {
      row.set(
        Interval(
          low: (1 - share) * interval.low, high: (1 - share) * interval.high,
          method: interval.method))
    }
    if kind == .ratio, let interval = contrast.ratio(confidence: confidence) {
      func carried(_ ratio: Double) -> Double {
        ratio.isInfinite ? 1 / share : ratio / (share * ratio + 1 - share)
      }
      row.set(
        Interval(
          low: carried(interval.low), high: carried(interval.high), method: interval.method))
    }
    row.set(tests.result(metric, .overall(g)) { contrast.test() })
    row.hypothesis = hypothesis(
      metric, isRestOneGroup(metric) ? .betweenGroups : .toOverall, group.name)
    return row
  }

  /// Whether two groups alone have a metric: comparing one with its reference is comparing the groups.
  private func isOnlyPair(_ metric: Metric) -> Bool {
    // A third group settles it: looking at all of many, for each of them, takes their square.
    groups.lazy.filter { $0.measure(metric).value != nil }.prefix(3).count == 2
  }

  /// Whether the rows beside a group are those of one other group: comparing it with them is
  /// comparing the two groups. Rows of nobody, as those of an unknown value, make another question.
  private func isRestOneGroup(_ metric: Metric) -> Bool {
    guard case .proportion(_, let whole) = metric.form else { return false }
    let counts = Array(
      groups.lazy.map { $0.tally.rowCount(of: whole) }.filter { $0 > 0 }.prefix(3))
    return counts.count == 2 && counts.reduce(0, +) == overall.tally.rowCount(of: whole)
  }

  /// A rate and its complement, and two names of one rate, are one hypothesis.
  private func hypothesis(
    _ metric: Metric, _ family: Disparity.Method, _ group: String = ""
  ) -> Disparity.Hypothesis {
    let name = family == .betweenGroups ? attribute : "\(attribute) \(group)"
    guard case .proportion(let part, let whole) = metric.form else {
      return Disparity.Hypothesis(family: family, text: "\(name) \(metric.name)")
    }
    let complement = whole.subtracting(part)
    let side = min(part.rawValue, complement.rawValue)
    return Disparity.Hypothesis(family: family, text: "\(name) \(side) among \(whole.rawValue)")
  }
}

extension Disparity {
  /// Limits that are infinite stay absent: JSON has no infinity.
  mutating func set(_ limits: Interval?) {
    guard let limits else { return }
    low = limits.low.isFinite ? limits.low : nil
    high = limits.high.isFinite ? limits.high : nil
    interval = limits.method
  }

  mutating func set(_ result: TestResult?) {
    guard let result else { return }
    pValue = result.pValue
    test = result.test
  }
}

extension Tally {
  /// What is left of a whole when a part is taken out; scores are not carried.
  static func - (whole: Tally, part: Tally) -> Tally {
    let rows = whole.rows &- part.rows
    let empty = rows .== SIMD4<Int>.zero
    // A weight where no rows are left is rounding.
    func rest(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> SIMD4<Double> {
      var rest = a - b
      for s in 0..<4 where empty[s] || rest[s] < 0 { rest[s] = 0 }
      return rest
    }
    return Tally(
      rows: rows, weights: rest(whole.weights, part.weights),
      squares: rest(whole.squares, part.squares))
  }
}
