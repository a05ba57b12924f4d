import Datasets
import LinearAlgebra
import Mitigation
import Synchronization

/// Looks at a table with its models and makes the document of a page.
public struct Exploration: Sendable {
  public let table: ExploredTable
  public let models: [ExploredModel]
  public let settings: ExplorationSettings
  public let partitions: [Partition]

  /// - Throws: `DataError` where a score is no number.
  public init(
    _ table: ExploredTable, models: [ExploredModel],
    settings: ExplorationSettings = ExplorationSettings()
  ) {
    self.table = table
    self.models = models
    self.settings = settings
    partitions = Partition.all(of: table, settings)
  }

  /// The whole document.
  ///
  /// - Parameter made: how it is made.
  public func document(
    _ made: ExplorationDocument.Made, pool: WorkerPool = .default
  ) throws -> ExplorationDocument {
    let cards = ColumnCards(table, partitions, least: settings.leastCell)
    return ExplorationDocument(
      made: made,
      label: table.labels == nil
        ? nil : table.label.map { .init(name: $0.column, positive: $0.value) },
      partitions: try partitions.map { try division($0) },
      models: try models.map { try part($0, pool: pool) },
      columns: pool.map(table.columns.count) { cards.card(table.columns[$0]) },
      slices: SliceSearch(table, models, partitions, least: settings.leastCell)
        .all(pool: pool))
  }

  private func division(_ partition: Partition) throws -> ExplorationDocument.Division {
    let weights = Self.weights(table, partition)
    let hasLabels = table.labels != nil
    return ExplorationDocument.Division(
      name: partition.name, attributes: partition.attributes.map(\.attribute),
      groups: partition.listed.indices.map { k in
        let isTold = partition.withheld[k] == nil
        return .init(
          name: partition.names[k], rows: isTold ? partition.counts[k][0] : nil,
          positives: isTold && hasLabels ? weights[k].positives : nil,
          negatives: isTold && hasLabels ? weights[k].negatives : nil,
          weight: isTold ? weights[k].positives + weights[k].negatives : nil,
          withheld: partition.withheld[k])
      },
      ruleTemplate: partition.attributes.isEmpty ? nil : try RuleTemplate.text(partition, of: table)
    )
  }

  private static func weights(
    _ table: ExploredTable, _ partition: Partition
  ) -> [(positives: Double, negatives: Double)] {
    var sums = [(positives: Double, negatives: Double)](
      repeating: (0, 0), count: partition.listed.count)
    for (row, place) in partition.places().enumerated() where place >= 0 {
      let weight = table.weights?[row] ?? 1
      if table.labels?[row] == 1 {
        sums[Int(place)].positives += weight
      } else {
        sums[Int(place)].negatives += weight
      }
    }
    return sums
  }

  private func part(_ model: ExploredModel, pool: WorkerPool) throws -> ModelPart {
    let stated = partitions.map { partition in
      StatedCounts(model, table, partition, least: settings.leastCell).counts
    }
    var part = ModelPart(
      name: model.name, kind: model.kind, threshold: model.threshold, stated: stated)
    part.errorTree = ErrorTree(model, table, least: settings.leastCell, seed: settings.seed)
    if let probe = model.probe {
      part.dependence = try probe.dependence(table, partitions, least: settings.leastCell)
      let flips = try probe.flips(partitions, least: settings.leastCell)
      part.flips = flips.isEmpty ? nil : flips
    }
    guard let scores = model.scores else { return part }
    var sets: [CurveSet] = []
    for partition in partitions {
      sets.append(try CurveSet(scores, of: model, table, partition, settings))
    }
    let isWeighted = table.weights != nil, hasLabels = table.labels != nil
    part.curves = sets.map { set in
      set.groups.map { curve in
        curve.map { .init($0, isWeighted: isWeighted, hasLabels: hasLabels) }
      }
    }
    guard hasLabels else { return part }
    let single = try self.single(model, scores, pool: pool)
    part.strategies = sets.indices.flatMap { p in
      strategies(p, sets[p], scores, single: single, pool: pool)
    }
    return part
  }

  /// One threshold for all rows, of least cost over the told cuts of all rows together.
  private func single(
    _ model: ExploredModel, _ scores: [Double], pool: WorkerPool
  ) throws -> StrategyResult? {
    let whole = Partition([], of: table, leastCell: settings.leastCell)
    let set = try CurveSet(scores, of: model, table, whole, settings)
    guard let curve = set.groups[0] else { return nil }
    let book = StrategyBook(
      [curve], places: whole.places(), scores: scores, table, settings)
    var found = book.result(.groupCost, nil)
    found.strategy = .single
    return found
  }

  private func strategies(
    _ p: Int, _ set: CurveSet, _ scores: [Double], single: StrategyResult?, pool: WorkerPool
  ) -> [ModelPart.Strategy] {
    let partition = partitions[p]
    let told = set.groups.indices.filter { set.groups[$0] != nil }
    guard !told.isEmpty else { return [] }
    var order = [Int32](repeating: -1, count: set.groups.count)
    for (place, k) in told.enumerated() { order[k] = Int32(place) }
    let places = partition.places().map { $0 < 0 ? -1 : order[Int($0)] }
    let book = StrategyBook(
      told.map { set.groups[$0]! }, places: places, scores: scores, table, settings)
    let one = single.map { found in
      var found = found
      found.thresholds = told.map { _ in found.thresholds![0] }
      return [found]
    }
    return ((one ?? []) + book.all(pool: pool)).map { found in
      shown(found, p, told, groups: set.groups.count)
    }
  }

  private func shown(
    _ found: StrategyResult, _ p: Int, _ told: [Int], groups: Int
  ) -> ModelPart.Strategy {
    ModelPart.Strategy(
      name: found.strategy.rawValue, partition: p, costRatio: settings.costRatio,
      bound: found.bound ?? (found.strategy == .floor ? settings.floor : nil),
      status: found.isFeasible ? "optimal" : "infeasible",
      thresholds: found.thresholds.map { thresholds in
        var all = [ScoreThreshold?](repeating: nil, count: groups)
        for (place, k) in told.enumerated() { all[k] = thresholds[place] }
        return all
      },
      cost: found.cost, gap: found.gap,
      heldOut: found.heldOutCost.map { .init(cost: $0, gap: found.heldOutGap) },
      drawn: found.strategy == .odds)
  }
}

extension WorkerPool {
  /// The values of a function at 0..<count, in order.
  func map<Value: Sendable>(_ count: Int, _ value: @Sendable (Int) -> Value) -> [Value] {
    let found = Mutex<[Value?]>([Value?](repeating: nil, count: count))
    forEach(count) { k in
      let made = value(k)
      found.withLock { $0[k] = made }
    }
    return found.withLock { $0.compactMap(\.self) }
  }
}
