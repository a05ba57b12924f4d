import Monitoring

/// A bound that is watched on an attribute or a cross of several.
package struct BoundWatch {
  package var bound: MonitorPlan.Bound
  /// The attributes' places.
  package var choice: [Int]
  package var comparison: String
  package var monitor: BoundMonitor

  /// All that a plan watches; they share one budget of false alarms.
  package static func all(_ plan: MonitorPlan) -> [BoundWatch] {
    let count = plan.attributes.count, deepest = min(plan.intersections, count)
    let choices = (1...deepest).map { depth in
      Self.choices(of: count, depth: depth)
    }
    let weights = ErrorBudget.weights(levels: choices.map(\.count))
    return plan.bounds.flatMap { bound in
      choices.flatMap { $0 }.map { choice in
        let name = choice.map { plan.attributes[$0].name }.joined(separator: "×")
        return BoundWatch(
          bound: bound, choice: choice, comparison: name,
          monitor: BoundMonitor(
            name, bound.null!, settings: plan.settings,
            weight: weights[choice.count - 1] / Double(plan.bounds.count)))
      }
    }
  }

  package static func choices(of count: Int, depth: Int, from first: Int = 0) -> [[Int]] {
    guard depth > 0 else { return [[]] }
    guard first < count else { return [] }
    return (first..<count).flatMap { place in
      choices(of: count, depth: depth - 1, from: place + 1).map { [place] + $0 }
    }
  }

  /// The counts of a tick that the bound is about.
  package func counts(_ block: [CountKey: DecisionCounts], _ names: NameTable) -> TickCounts {
    var groups: [UInt64: DecisionCounts] = [:]
    var mask: UInt64 = 0
    for attribute in choice { mask |= 255 << UInt64(8 * attribute) }
    for (key, outcomes) in block {
      if let arm = bound.arm, names.arms[Int(key.arm)] != arm { continue }
      groups[key.cell & mask, default: DecisionCounts()] += outcomes
    }
    var tick = TickCounts()
    for (cell, outcomes) in groups {
      let counts = bound.metric.counts(outcomes)
      let key = CountKey(cell: cell, model: 0, arm: 0)
      if counts.rows > 0, let name = names.group(key, choice) { tick.take(name, counts) }
    }
    return tick
  }
}

/// Ticks that end.
extension MonitorStore {
  /// The tick whose decisions are judged when a tick ends.
  private func judged(_ bound: MonitorPlan.Bound, _ tick: Int) -> Int {
    bound.metric.waits ? tick - plan.horizonTicks : tick
  }

  func prepareClosing(_ tick: Int) throws(StoreError) {
    for judged in Set(plan.bounds.map { judged($0, tick) }) {
      try blocks.prepare(CountBlock.Name(kind: .evidence, tick: judged), state)
    }
  }

  func close(_ tick: Int) {
    for k in watches.indices {
      let name = CountBlock.Name(kind: .evidence, tick: judged(watches[k].bound, tick))
      let before = watches[k].monitor.alert.state
      watches[k].monitor.take(watches[k].counts(blocks.counts(name), summary.names))
      let after = watches[k].monitor.alert.state
      guard before != after else { continue }
      summary.alertChanges += 1
      changes.append(
        AlertChange(
          number: summary.alertChanges, tick: tick, bound: watches[k].bound.words,
          comparison: watches[k].comparison, from: before.rawValue, to: after.rawValue))
    }
    changedWatches = true
    summary.closed = tick
  }
}
