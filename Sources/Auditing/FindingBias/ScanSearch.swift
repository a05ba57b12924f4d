import Datasets
import Essentials

/// The search of a bias scan: exact over the values of one attribute, in turns over attributes.
package struct ScanSearch {
  /// A choice of values of each attribute, with its penalized score.
  package struct State: Sendable, Equatable {
    var chosen: [[Bool]]
    package var score: Double

    func isWhole(_ attribute: Int) -> Bool { chosen[attribute].allSatisfy { $0 } }

    func contains(_ cell: Int, _ table: ScanTable) -> Bool {
      chosen.indices.allSatisfy { chosen[$0][table.code(cell, $0)] }
    }
  }

  let scan: BiasScan
  let table: ScanTable
  package let model: ScanModel

  package init(scan: BiasScan, table: ScanTable, variance: Double) {
    self.scan = scan
    self.table = table
    model = ScanModel(
      statistic: scan.statistic, direction: scan.direction == .above ? 1 : -1,
      levels: table.levels, variance: variance)
  }

  package func best(seed: UInt64) -> State {
    var random = CounterRandom(seed: seed, stream: 0)
    let whole = table.attributes.map { [Bool](repeating: true, count: $0.count) }
    var best = climbed(whole, using: &random)
    for _ in 1..<scan.restarts {
      let share = random.uniform()
      let start = table.attributes.map { attribute in
        var chosen = (0..<attribute.count).map { _ in random.uniform() < share }
        if !chosen.contains(true) {
          chosen[min(attribute.count - 1, Int(random.uniform() * Double(attribute.count)))] = true
        }
        return chosen
      }
      let found = climbed(start, using: &random)
      if found.score > best.score + BiasScan.improvement { best = found }
    }
    return best
  }

  /// Improves one attribute after the other, in random order, until a round changes nothing.
  private func climbed(_ start: [[Bool]], using random: inout CounterRandom) -> State {
    var state = State(chosen: start, score: -.infinity)
    // How many attributes keep each cell out.
    var misses = [UInt16](repeating: 0, count: table.count)
    for (a, chosen) in start.enumerated() {
      let codes = table.columns[a]
      for cell in misses.indices where !chosen[Int(codes[cell])] { misses[cell] += 1 }
    }
    var order = Array(start.indices)
    while true {
      for i in order.indices.reversed() where i > 0 {
        order.swapAt(i, min(i, Int(random.uniform() * Double(i + 1))))
      }
      let before = state.score
      for attribute in order { improve(attribute, &state, &misses) }
      if !(state.score > before + BiasScan.improvement) { return state }
    }
  }

  /// The best choice of one attribute's values with the others as they are.
  private func improve(_ attribute: Int, _ state: inout State, _ misses: inout [UInt16]) {
    let old = state.chosen[attribute]
    let values = table.sums(byValueOf: attribute) { cell, value in
      misses[cell] == (old[value] ? 0 : 1)
    }
    let elsewhere = state.chosen.indices.reduce(0.0) { sum, a in
      a == attribute || state.isWhole(a)
        ? sum : sum + scan.penalty * Double(state.chosen[a].count { $0 })
    }
    let (chosen, score) = bestSubset(of: values)
    guard score - elsewhere > state.score + BiasScan.improvement else { return }
    state.chosen[attribute] = chosen
    state.score = score - elsewhere
    let codes = table.columns[attribute]
    for cell in misses.indices {
      let value = Int(codes[cell])
      if old[value] && !chosen[value] { misses[cell] += 1 }
      if !old[value] && chosen[value] { misses[cell] -= 1 }
    }
  }

  /// The subset of values with the largest penalized score, of all of them.
  package func bestSubset(of values: [ScanSums]) -> (chosen: [Bool], score: Double) {
    var total = ScanSums(levels: Array(repeating: 0, count: table.levels.count))
    for value in values { total += value }
    // All values together are no restriction and carry no penalty.
    var best = (
      chosen: [Bool](repeating: true, count: values.count), score: model.maximum(total).value
    )
    let ranges = values.map { model.rangeAbove(scan.penalty, $0) }
    let cuts = Set(ranges.compactMap(\.self).flatMap { [$0.lowerBound, $0.upperBound] }).sorted()
    var current = [Bool](repeating: false, count: values.count)
    var sums = ScanSums(levels: Array(repeating: 0, count: table.levels.count))
    for (low, high) in zip(cuts, cuts.dropFirst()) {
      let middle = 0.5 * (low + high)
      for (v, range) in ranges.enumerated() {
        let isIn = range?.contains(middle) ?? false
        guard isIn != current[v] else { continue }
        current[v] = isIn
        if isIn { sums += values[v] } else { sums -= values[v] }
      }
      let size = current.count { $0 }
      guard size > 0 else { continue }
      let score = model.maximum(sums).value - scan.penalty * Double(size)
      if score > best.score { best = (current, score) }
    }
    return best
  }
}
