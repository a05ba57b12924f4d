import Criteria
import Datasets
import Essentials
import LinearAlgebra

extension Disparity {
  /// Distances of scores, which are no differences of rates but plain numbers.
  public static let scoreDistances = Set(ScoreShapes.measures.map(\.name))
}

/// Distances between the distributions of the scores of groups, which depend on no threshold.
extension DisparityTable {
  /// With more groups than this the pairs are too many: distances between groups are left out.
  static let pairLimit = 32

  /// `abroca`, `abcc`, `abpc` and `standardized_mean_difference` between the groups and to the
  /// reference, and the impact ratio `selection_rate@q` when the share q with the best scores is
  /// selected.
  func scoreRows(inputs: Inputs) -> [Disparity] {
    guard inputs.contains(.scores), groups.count > 1, groups.count <= Self.pairLimit else {
      return []
    }
    let shapes = ScoreShapes(groups, pool)
    return ScoreShapes.measures.filter { inputs.isSuperset(of: $0.needs) }.flatMap {
      rows(of: $0, shapes)
    } + quantileRows(shapes)
  }

  private func rows(of measure: ScoreShapes.Measure, _ shapes: ScoreShapes) -> [Disparity] {
    var rows = [between(measure, shapes)]
    guard case .group(let reference) = reference else { return rows }
    for (g, group) in groups.enumerated() where g != reference {
      var row = Disparity(
        attribute: attribute, metric: measure.name, kind: .difference, method: .toReference,
        groups: 2, of: groups.count, reference: groups[reference].name, group: group.name)
      row.take(measure.value(shapes, g, reference))
      rows.append(row)
    }
    return rows
  }

  /// The largest distance of two groups.
  private func between(_ measure: ScoreShapes.Measure, _ shapes: ScoreShapes) -> Disparity {
    var row = Disparity(
      attribute: attribute, metric: measure.name, kind: .difference, method: .betweenGroups,
      groups: 0, of: groups.count)
    let pairs = groups.indices.flatMap { g in ((g + 1)..<groups.count).map { (g, $0) } }
    let values = Slots<(value: MetricValue, note: String?)?>(repeating: nil, count: pairs.count)
    pool.forEach(pairs.count) { place in
      values[place] = measure.value(shapes, pairs[place].0, pairs[place].1)
    }
    var reason: String?
    var measured = Set<Int>()
    for ((g, h), found) in zip(pairs, values.array) {
      guard let found, let value = found.value.value else {
        reason = reason ?? found?.value.reason
        continue
      }
      measured.formUnion([g, h])
      guard abs(value) > row.value ?? -1 else { continue }
      row.value = abs(value)
      row.lowGroup = groups[value > 0 ? h : g].name
      row.highGroup = groups[value > 0 ? g : h].name
      row.reason = found.note
    }
    row.groups = measured.count
    if row.value == nil { row.reason = reason }
    return row
  }

  private func quantileRows(_ shapes: ScoreShapes) -> [Disparity] {
    guard case .group(let reference) = reference, shapes.isExact else { return [] }
    let points = shapes.points.map { $0! }
    return QuantileSelection.selections(of: points).flatMap { selection in
      groups.indices.filter { $0 != reference }.map { g in
        var row = Disparity(
          attribute: attribute, metric: "selection_rate@\(selection.share)", kind: .ratio,
          method: .toReference, groups: 2, of: groups.count, reference: groups[reference].name,
          group: groups[g].name)
        row.take((selection.impactRatio(of: g, to: reference), nil))
        return row
      }
    }
  }
}

extension Disparity {
  fileprivate mutating func take(_ found: (value: MetricValue, note: String?)) {
    value = found.value.value
    reason = found.value.reason ?? found.note
  }
}

/// The score distributions of groups in the forms that distances need.
struct ScoreShapes: Sendable {
  let tallies: [Tally]
  let points: [ScorePoints?]
  let curves: [RocCurve?]
  let densities: [ScoreDensity?]
  /// Every row's score is known.
  let isExact: Bool

  init(_ groups: [AuditedGroup], _ pool: WorkerPool) {
    tallies = groups.map(\.tally)
    isExact = groups.allSatisfy { $0.scores != nil }
    let labelled = groups.allSatisfy { $0.scores == nil || $0.scores!.labels != nil }
    let found = Slots<(points: ScorePoints, curve: RocCurve?)?>(repeating: nil, count: groups.count)
    pool.forEach(groups.count) { g in
      guard let points = Self.points(groups[g]) else { return }
      found[g] = (points, labelled ? RocCurve(points) : nil)
    }
    points = found.array.map { $0?.points }
    curves = found.array.map { $0?.curve }
    let proper = isExact && !groups.contains(where: \.hasImproperScores)
    densities =
      proper ? ScoreDensity.densities(groups.map { $0.scores! }) : groups.map { _ in nil }
  }

  private static func points(_ group: AuditedGroup) -> ScorePoints? {
    if let scores = group.scores { return ScorePoints(scores) }
    guard let histogram = group.tally.scores?.histogram, !histogram.isEmpty,
      !group.hasImproperScores
    else { return nil }
    return ScorePoints(histogram: histogram)
  }

  /// A distance of two groups: its value, and how exact it is.
  struct Measure: Sendable {
    let name: String
    let needs: Inputs
    let value: @Sendable (ScoreShapes, Int, Int) -> (value: MetricValue, note: String?)
  }

  static let measures = [
    Measure(name: "abroca", needs: [.labels, .scores]) { $0.abroca($1, $2) },
    Measure(name: "abcc", needs: .scores) { $0.abcc($1, $2) },
    Measure(name: "abpc", needs: [.scores, .probabilities]) { $0.abpc($1, $2) },
    Measure(name: "standardized_mean_difference", needs: .scores) {
      (ScoreDistance.standardizedMeanDifference($0.tallies[$1], $0.tallies[$2]), nil)
    },
  ]

  private func abroca(_ a: Int, _ b: Int) -> (value: MetricValue, note: String?) {
    guard let first = curves[a], let second = curves[b] else {
      return (.absent("a group has one label only, or too little is known of its scores"), nil)
    }
    let value = MetricValue.value(RocCurve.areaBetween(first, second))
    if isExact { return (value, nil) }
    let bounds = [a, b].compactMap { RankStatistic(histogramOf: tallies[$0])?.errorBound }
    return (value, "from a histogram of the scores; exact to ±\(bounds.reduce(0, +))")
  }

  private func abcc(_ a: Int, _ b: Int) -> (value: MetricValue, note: String?) {
    guard let first = points[a], let second = points[b] else {
      return (.absent("too little is known of the scores"), nil)
    }
    let value = ScoreDistance.betweenDistributions(first, second)
    if isExact { return (value, nil) }
    let bound = first.halfWidth + second.halfWidth
    return (value, "from a histogram of the scores; exact to ±\(bound.brief(2))")
  }

  private func abpc(_ a: Int, _ b: Int) -> (value: MetricValue, note: String?) {
    guard isExact else { return (.absent("needs every score: a histogram lacks them"), nil) }
    guard let first = densities[a], let second = densities[b] else {
      return (.absent("the scores of a group do not vary: it has no density"), nil)
    }
    return (.value(ScoreDensity.areaBetween(first, second)), nil)
  }
}
