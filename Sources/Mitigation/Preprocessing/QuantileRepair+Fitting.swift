import Datasets
import LinearAlgebra
import Models

extension QuantileRepair {
  /// Fits the maps of all columns.
  ///
  /// - Parameter target: of each column, given the share of the weight that each group has.
  static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, target: (_ shares: [Double]) -> TargetQuantiles,
    _ repair: QuantileRepairSettings, _ context: FitContext
  ) throws -> QuantileRepair {
    let joint = data.jointGroups
    try data.requireWeight(in: joint)
    var weights = [Double](repeating: 0, count: joint.count)
    for i in 0..<data.rows { weights[joint[i]] += data.sampleWeights?[i] ?? 1 }
    let total = weights.reduce(0, +)
    let kind = target(weights.map { $0 / total })
    var settings = Settings(
      groups: FittedGroups(joint, of: data.attributes), unseen: repair.unseenGroup,
      level: repair.level, ties: repair.ties, key: "\(context.seed)", counts: [], targetCounts: [],
      categories: [])
    if repair.categories == .match {
      settings.categories = data.features.categorical.map {
        categoryRepair(
          $0, joint, kind, level: repair.level, weights: data.sampleWeights,
          settings.unseen)
      }
    }
    let fitter = ColumnFitter(
      data: data, joint: joint, kind: kind, withPooled: settings.unseen == .pooled,
      ties: settings.ties, limit: repair.knots == 0 ? .max : max(2, repair.knots))
    let columns = fitter.columns(pool: context.pool)
    let isHashed = settings.ties == .hashed
    settings.counts = columns.map { column in
      isHashed ? column.distributions.map(\.values.count) : column.maps.map(\.knots.count)
    }
    settings.targetCounts = isHashed ? columns.map(\.target.values.count) : []
    return QuantileRepair(
      settings: settings, maps: columns.map(\.maps),
      distributions: columns.map(\.distributions), targets: columns.map(\.target))
  }

  /// Groups' shares of the levels and those wanted: (1 − λ)·p + λ·(mean over the groups).
  private static func categoryRepair(
    _ column: CodeColumn, _ joint: GroupIndex, _ kind: TargetQuantiles, level: Double,
    weights: [Double]?, _ unseen: UnseenGroupPolicy
  ) -> CategoryRepair {
    var shares = CategoryRepair.shares(
      column, groups: joint.codes, count: joint.count, weights: weights)
    let goal: [Double]
    switch kind {
    case .group(let g): goal = shares[g]
    case .median: goal = mean(shares, shares.map { _ in 1 })
    case .mean(let own): goal = mean(shares, own)
    }
    if unseen == .pooled {
      shares += CategoryRepair.shares(
        column, groups: Buffer(zeroed: joint.rows), count: 1, weights: weights)
    }
    let wanted = shares.map { p in zip(p, goal).map { (1 - level) * $0 + level * $1 } }
    return CategoryRepair(shares: shares, wanted: wanted)
  }

  private static func mean(_ rows: [[Double]], _ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return rows[0].indices.map { j in
      zip(rows, weights).reduce(0) { $0 + $1.0[j] * $1.1 } / total
    }
  }
}

/// Fits the maps of one column after another; columns do not depend on each other.
private struct ColumnFitter<Scalar: KernelScalar>: Sendable {
  struct Column: Sendable {
    var maps: [MonotoneMap] = []
    var distributions: [GroupDistribution] = []
    var target = GroupDistribution()
  }

  /// What a worker uses again for each of its columns.
  struct Work {
    var groups: GroupSteps
    var pooled: GroupSteps?
    var column = Column()
  }

  var data: Dataset<Scalar>
  var joint: GroupIndex
  var kind: TargetQuantiles
  var withPooled: Bool
  var ties: TiePolicy
  var limit: Int

  func columns(pool: WorkerPool) -> [Column] {
    let parts = RowParts(joint.codes, count: joint.count), weights = data.sampleWeights
    let whole = withPooled ? RowParts(Buffer(zeroed: joint.rows), count: 1) : nil
    var found: [Column] = []
    pool.orderedReduce(
      data.features.dense.columns,
      makePartial: {
        Work(
          groups: GroupSteps(parts, weights: weights),
          pooled: whole.map { GroupSteps($0, weights: weights) })
      },
      body: { j, work in fit(j, &work) }, merge: { found.append($0.column) })
    return found
  }

  private func fit(_ j: Int, _ work: inout Work) {
    work.groups.fill(data.features.dense, column: j)
    work.pooled?.fill(data.features.dense, column: j)
    let groups = work.groups
    let sets = (0..<groups.count).map { (groups, $0) } + (work.pooled.map { [($0, 0)] } ?? [])
    if ties == .mean {
      work.column.maps = sets.map { own, group in
        let kept = own.thinned(group, to: limit)
        return MonotoneMap(
          knots: own.values(at: kept), values: groups.means(at: kept, group, of: own, kind))
      }
    } else {
      work.column.distributions = sets.map { own, group in own[group] }
      work.column.target = groups.target(kind)
    }
  }
}

/// In files: the settings as JSON, the knots as arrays.
extension QuantileRepair: Codable {
  public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }

  public init(from decoder: any Decoder) throws {
    self.init(
      settings: try Settings(from: decoder), maps: [], distributions: [], targets: [])
  }

  public var tensors: [NamedTensor] {
    func tensor(_ name: String, _ values: [Double]) -> NamedTensor {
      NamedTensor(name, shape: [values.count], .float64(values))
    }
    guard settings.ties == .hashed else {
      let all = maps.flatMap { $0 }
      return [
        tensor("knots", all.flatMap(\.knots)), tensor("values", all.flatMap(\.values)),
      ]
    }
    let all = distributions.flatMap { $0 }
    return [
      tensor("knots", all.flatMap(\.values)), tensor("shares", all.flatMap(\.upper)),
      tensor("target_values", targets.flatMap(\.values)),
      tensor("target_shares", targets.flatMap(\.upper)),
    ]
  }

  public func restored(tensors: [NamedTensor]) throws -> QuantileRepair {
    let state = PredictorState(kind: Self.kind, tensors: tensors)
    func runs(_ name: String, _ counts: [Int]) throws -> [[Double]] {
      let values = try state.tensor(name).doubles
      guard values.count == counts.reduce(0, +), counts.allSatisfy({ $0 > 0 }) else {
        throw PredictorError.badConfiguration(kind: Self.kind, detail: "'\(name)' is cut off")
      }
      var start = 0
      return counts.map { count in
        defer { start += count }
        return Array(values[start..<start + count])
      }
    }
    func distributions(
      _ values: String, _ shares: String, _ counts: [Int]
    ) throws -> [GroupDistribution] {
      zip(try runs(values, counts), try runs(shares, counts)).map {
        GroupDistribution(values: $0, upper: $1)
      }
    }
    let flat = settings.counts.flatMap { $0 }
    if settings.ties == .hashed {
      return QuantileRepair(
        settings: settings, maps: [],
        distributions: byColumn(try distributions("knots", "shares", flat)),
        targets: try distributions("target_values", "target_shares", settings.targetCounts))
    }
    let maps = try zip(runs("knots", flat), runs("values", flat)).map { knots, values in
      guard Self.ascends(knots, strictly: true), Self.ascends(values, strictly: false) else {
        throw PredictorError.badConfiguration(kind: Self.kind, detail: "a map descends")
      }
      return MonotoneMap(knots: knots, values: values)
    }
    return QuantileRepair(
      settings: settings, maps: byColumn(maps), distributions: [], targets: [])
  }

  /// What follows column on column, the groups of one beside each other, column by column.
  private func byColumn<Part>(_ parts: [Part]) -> [[Part]] {
    var start = 0
    return settings.counts.map { own in
      defer { start += own.count }
      return Array(parts[start..<start + own.count])
    }
  }

  private static func ascends(_ numbers: [Double], strictly: Bool) -> Bool {
    zip(numbers, numbers.dropFirst()).allSatisfy { strictly ? $0 < $1 : $0 <= $1 }
  }
}
