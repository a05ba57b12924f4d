import Datasets
import Essentials
import LinearAlgebra
import Monitoring

/// What a batch brings.
struct DetectorBatch {
  var attributes: [GroupIndex]
  var decisions: [UInt8]
  /// nil: the rows have no labels; of a row, above 1 where it is not known.
  var labels: Buffer<UInt8>?
  /// The arm of each row.
  var arms: GroupIndex?
  /// The batch in which each row was decided, and its column.
  var decided: (column: String, batches: [Double])?
  /// The score of each row, and its column.
  var scores: (column: String, values: [Double])?

  /// Throws for rows that were decided in no batch up to this one.
  func check(_ tick: Int) throws(WatchError) {
    guard let decided else { return }
    for batch in decided.batches
    where !(batch >= 1 && batch <= Double(tick)) || batch != batch.rounded() {
      throw .badBatchNumber("\(batch)", column: decided.column, batch: tick)
    }
  }

  func label(_ row: Int) -> Bool? {
    guard let label = labels?[row], label <= 1 else { return nil }
    return label == 1
  }

  func decidedIn(_ row: Int, _ tick: Int) -> Int { decided.map { Int($0.batches[row]) } ?? tick }
}

/// From rows to the counts that monitors take.
extension DetectorState {
  /// One comparison's share of a batch.
  mutating func take(
    _ comparison: Comparison, _ groups: GroupIndex?, _ batch: DetectorBatch?, _ tick: Int
  ) throws(WatchError) {
    if case .calibration(let margin, let bins) = bound {
      calibrate(comparison.name, groups, batch, within: margin, bins: bins)
      return
    }
    guard let arms else {
      let outcomes = outcomes(comparison.name, groups, batch, arm: nil, tick)
      if isEstimable { feed(comparison.name, outcomes) }
      return
    }
    let new = outcomes(comparison.name + ", new arm", groups, batch, arm: arms.treatment, tick)
    let old = outcomes(comparison.name + ", control", groups, batch, arm: arms.control, tick)
    if isEstimable { feed(comparison, new: new, old: old, tick) }
  }

  /// The rows of each group that a batch judges: its own, or those that have become old enough.
  private mutating func outcomes(
    _ key: String, _ groups: GroupIndex?, _ batch: DetectorBatch?, arm: String?, _ tick: Int
  ) -> [String: GroupOutcomes] {
    let place = arm.flatMap { batch?.arms?.names.firstIndex(of: $0) }
    let isOfArm = arms != nil
    func visit(_ body: (_ row: Int, _ group: String) -> Void) {
      guard let batch, let groups else { return }
      for row in 0..<groups.rows {
        if isOfArm, place == nil || batch.arms![row] != place! { continue }
        body(row, groups.names[groups[row]])
      }
    }
    if !isEstimable, let batch {
      var found = selected?[key] ?? [:]
      visit { row, group in
        let isSelected = batch.decisions[row] == 1
        found[group, default: SelectedLabels()].take(
          isSelected: isSelected, label: isSelected ? batch.label(row) : nil)
      }
      selected = (selected ?? [:]).merging([key: found]) { $1 }
      return [:]
    }
    guard let horizon, metric.needsLabel else {
      var found: [String: GroupOutcomes] = [:]
      if let batch {
        visit { row, group in
          found[group, default: GroupOutcomes()].take(
            isSelected: batch.decisions[row] == 1, label: batch.label(row))
        }
      }
      return found
    }
    var cohort = cohorts?[key] ?? Cohorts(horizon: horizon)
    if let batch { visit { cohort.take(batch, $0, $1, tick) } }
    let found = GroupOutcomes.of(cohort.close(tick))
    cohorts?[key] = cohort
    var sums = judged?[key] ?? [:]
    for (group, outcome) in found { sums[group, default: GroupOutcomes()].add(outcome) }
    judged = (judged ?? [:]).merging([key: sums]) { $1 }
    return found
  }

  private mutating func feed(_ comparison: String, _ outcomes: [String: GroupOutcomes]) {
    for k in monitors.indices where monitors[k].name == comparison {
      let rate = watched(k).rate
      var tick = TickCounts()
      for (group, found) in outcomes {
        let counts = found.counts(of: rate)
        if counts.rows > 0 { tick.take(group, counts) }
      }
      monitors[k].take(tick)
    }
  }

  /// The bounds of two arms: a monitor each, which begins with the first rows of its groups.
  private mutating func feed(
    _ comparison: Comparison, new: [String: GroupOutcomes], old: [String: GroupOutcomes],
    _ tick: Int
  ) {
    for part in metric.parts {
      open(comparison, part, Set(new.keys).union(old.keys), tick)
    }
    for k in monitors.indices where watched![k].comparison == comparison.name {
      let unit = watched![k]
      var counts = TickCounts()
      for ((group, isNew), name) in zip(zip(unit.groups, unit.isNew), monitors[k].groups) {
        let found = (isNew ? new : old)[group]?.counts(of: unit.rate) ?? .zero
        if found.rows > 0 { counts.take(name, found) }
      }
      monitors[k].take(counts)
    }
  }

  private mutating func open(
    _ comparison: Comparison, _ part: WatchedRate, _ groups: Set<String>, _ tick: Int
  ) {
    let key = comparison.name + ", " + part.rawValue
    let own = watched!.filter { $0.comparison == comparison.name && $0.rate == part }
    var known: [String] = []
    for name in own.flatMap(\.groups) where !known.contains(name) { known.append(name) }
    let all = known + groups.subtracting(known).sorted()
    let units = DetectorArms.units(of: bound, all)
    guard units.count > own.count else { return }
    let first = firstUnits?[key] ?? units.count
    firstUnits?[key] = first
    for (k, unit) in units.enumerated().dropFirst(own.count) {
      let share = ErrorBudget.groupShare(k, known: first)
      var monitor = BoundMonitor(
        "\(comparison.name): \(unit.name)", unit.null, groups: unit.names, settings: settings,
        weight: comparison.weight / Double(metric.parts.count) * share)
      // Batches before its groups came say nothing of them.
      for _ in 1..<max(tick, 1) { monitor.take(TickCounts()) }
      monitors.append(monitor)
      watched!.append(
        Watched(
          comparison: comparison.name, rate: part, groups: unit.rates.map(\.group),
          isNew: unit.rates.map(\.isNew)))
    }
  }
}

extension Cohorts {
  /// A row: a decision of this batch, or the label of a row that was decided before.
  fileprivate mutating func take(
    _ batch: DetectorBatch, _ row: Int, _ group: String, _ tick: Int
  ) {
    let key = GroupOutcomes.key(group, isSelected: batch.decisions[row] == 1)
    let decided = batch.decidedIn(row, tick), label = batch.label(row)
    if decided == tick { _ = decide(key, tick: tick) }
    if let label { _ = take(key, decided: decided, success: label) }
  }
}

extension GroupOutcomes {
  /// What rows of a group and a decision are called among cohorts.
  fileprivate static func key(_ group: String, isSelected: Bool) -> String {
    (isSelected ? "1" : "0") + group
  }

  /// Cohorts by the groups that they are of.
  fileprivate static func of(_ judged: [String: Cohorts.Matured]) -> [String: GroupOutcomes] {
    var found: [String: GroupOutcomes] = [:]
    for (key, rows) in judged {
      let group = String(key.dropFirst())
      if key.hasPrefix("1") {
        found[group, default: GroupOutcomes()].selected = rows
      } else {
        found[group, default: GroupOutcomes()].rejected = rows
      }
    }
    return found
  }

  mutating func add(_ other: GroupOutcomes) {
    selected = selected + other.selected
    rejected = rejected + other.rejected
  }
}
