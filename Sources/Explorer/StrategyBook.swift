import Datasets
import LinearAlgebra
import Mitigation

/// Every strategy for a model's scores in a partition, over the dial of bounds, with numbers on rows
/// that thresholds were not fitted to.
package struct StrategyBook {
  static let folds = 5

  private let curves: [ReleasedCurve]
  private let settings: ExplorationSettings
  /// Of each fold: curves of its own rows, and of all others, over the same cuts.
  private let parts: [(held: [ThresholdCurve], fitted: [ThresholdCurve])]

  /// - Parameter places: the place of each row among the told groups, −1 for none.
  package init(
    _ curves: [ReleasedCurve], places: [Int32], scores: [Double], _ table: ExploredTable,
    _ settings: ExplorationSettings
  ) {
    self.curves = curves
    self.settings = settings
    var cells = curves.map {
      FoldCells(bins: $0.cuts.count, folds: Self.folds)
    }
    for row in 0..<table.rows where places[row] >= 0 && table.isThere(row) {
      let g = Int(places[row])
      // The first cut that is at most the score.
      let bin = Self.bin(scores[row], curves[g].cuts)
      var random = CounterRandom(seed: settings.seed, stream: UInt64(row))
      cells[g].add(
        table.weights?[row] ?? 1, bin: bin, fold: Int(random.next() % UInt64(Self.folds)),
        isPositive: table.labels?[row] == 1)
    }
    parts = (0..<Self.folds).map { fold in
      let held = zip(curves, cells).map { $1.curve($0.cuts) { $0 == fold } }
      return (held, zip(curves, cells).map { $1.curve($0.cuts) { $0 != fold } })
    }
  }

  private static func bin(_ score: Double, _ cuts: [Double]) -> Int {
    var low = 0, high = cuts.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cuts[middle] > score { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// All strategies, the bounded ones at every setting of the dial.
  package func all(pool: WorkerPool) -> [StrategyResult] {
    let asked = ThresholdStrategy.allCases.filter { $0 != .single }.flatMap { strategy in
      (strategy.isBounded ? GroupThresholds.dialSettings.map { $0 } : [nil]).map { (strategy, $0) }
    }
    return pool.map(asked.count) { result(asked[$0].0, asked[$0].1) }
  }

  package func result(_ strategy: ThresholdStrategy, _ bound: Double?) -> StrategyResult {
    let whole = curves.map(\.curve)
    let found = search(whole).mixtures(strategy, bound: bound ?? 1)
    var here = GroupOutcomes(groups: curves.count), held = here
    here.add(found.groups, of: whole)
    var isHeld = true
    for part in parts {
      let fitted = search(part.fitted).mixtures(strategy, bound: bound ?? 1)
      isHeld = isHeld && fitted.isFeasible
      held.add(fitted.groups, of: part.held)
    }
    let isHeldOut = isHeld && found.isFeasible
    return StrategyResult(
      strategy: strategy, bound: bound, isFeasible: found.isFeasible,
      thresholds: strategy == .odds
        ? nil : zip(curves, found.groups).map { $0.threshold($1[0].cut) },
      cost: here.cost(settings.costRatio), gap: here.gap(strategy.rates),
      heldOutCost: isHeldOut ? held.cost(settings.costRatio) : nil,
      heldOutGap: isHeldOut ? held.gap(strategy.rates) : nil)
  }

  private func search(_ curves: [ThresholdCurve]) -> StrategySearch {
    StrategySearch(curves, costRatio: settings.costRatio, floor: settings.floor)
  }
}

/// Weights of one group by cut, fold and label.
private struct FoldCells {
  let bins: Int
  let folds: Int
  private var positives: [Double]
  private var negatives: [Double]

  init(bins: Int, folds: Int) {
    self.bins = bins
    self.folds = folds
    positives = [Double](repeating: 0, count: bins * folds)
    negatives = positives
  }

  mutating func add(_ weight: Double, bin: Int, fold: Int, isPositive: Bool) {
    if isPositive {
      positives[fold * bins + bin] += weight
    } else {
      negatives[fold * bins + bin] += weight
    }
  }

  /// The curve of the rows of some folds.
  func curve(_ cuts: [Double], _ isIn: (Int) -> Bool) -> ThresholdCurve {
    var hits = [0.0], alarms = [0.0]
    let chosen = (0..<folds).filter(isIn)
    for bin in 0..<bins {
      hits.append(hits[bin] + chosen.reduce(0) { $0 + positives[$1 * bins + bin] })
      alarms.append(alarms[bin] + chosen.reduce(0) { $0 + negatives[$1 * bins + bin] })
    }
    return ThresholdCurve(scores: cuts, truePositives: hits, falsePositives: alarms)
  }
}
