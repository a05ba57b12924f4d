import TestSupport
import Testing

import Explorer

@Suite struct LeastCostChangeTests {
  private func levers(_ random: inout SeededGenerator) -> [LeastCostChange.Lever] {
    (0..<Int.random(in: 1...5, using: &random)).map { place in
      let fixed = Bool.random(using: &random) ? 0 : Double(Int.random(in: 1...4, using: &random))
      if Bool.random(using: &random) {
        return .init(
          name: "n\(place)",
          kind: .number(
            gain: Double(Int.random(in: 1...5, using: &random)),
            cost: Double(Int.random(in: 1...6, using: &random)),
            limit: Double(Int.random(in: 0...4, using: &random))), fixedCost: fixed)
      }
      let gains = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        Double(Int.random(in: -3...6, using: &random))
      }
      return .init(name: "c\(place)", kind: .category(gains: gains), fixedCost: fixed)
    }
  }

  /// Every choice of touched columns and levels, the numbers of each filled cheapest first.
  private func enumerated(_ levers: [LeastCostChange.Lever], _ needed: Double) -> Double? {
    var best: Double?
    func tryAll(_ place: Int, _ rest: Double, _ cost: Double, _ open: [(Double, Double)]) {
      guard place < levers.count else {
        var rest = rest, cost = cost
        for (rate, most) in open.sorted(by: { $0.0 < $1.0 }) where rest > 0 {
          cost += min(rest, most) * rate
          rest -= min(rest, most)
        }
        if rest <= 1e-12 { best = min(best ?? .infinity, cost) }
        return
      }
      tryAll(place + 1, rest, cost, open)
      let fixed = levers[place].fixedCost
      switch levers[place].kind {
      case .number(let gain, let price, let limit):
        tryAll(place + 1, rest, cost + fixed, open + [(price / gain, gain * limit)])
      case .category(let gains):
        for gain in gains { tryAll(place + 1, rest - gain, cost + fixed, open) }
      }
    }
    tryAll(0, needed, 0, [])
    return best
  }

  @Test func costsAreTheLeastOfAll() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<600 {
      let levers = levers(&random), change = LeastCostChange(levers)
      let needed = Double(Int.random(in: 1...20, using: &random)) - 0.5
      let found = change.solve(gain: needed), least = enumerated(levers, needed)
      #expect((found == nil) == (least == nil))
      #expect((found == nil) == (change.reach < needed))
      guard let found, let least else { continue }
      #expect(abs(found.cost - least) < 1e-9)
      // The steps reach the gain, cost what is said, and stay within limits.
      var (gained, cost) = (0.0, 0.0)
      for (place, step) in found.steps {
        switch (levers[place].kind, step) {
        case (.number(let gain, let price, let limit), .units(let units)):
          #expect(units <= limit + 1e-12)
          gained += gain * units
          cost += price * units + levers[place].fixedCost
        case (.category(let gains), .level(let level)):
          gained += gains[level]
          cost += levers[place].fixedCost
        default: Issue.record("a step of another kind")
        }
      }
      #expect(gained >= needed - 1e-9 && abs(cost - found.cost) < 1e-9)
    }
  }

  @Test func nothingIsNeededWhereNothingIsMissing() {
    let none = LeastCostChange([]).solve(gain: -1)
    #expect(none?.cost == 0 && none?.steps.isEmpty == true)
    #expect(LeastCostChange([]).solve(gain: 1) == nil)
  }
}
