import Criteria
import Datasets
import Essentials
import LinearAlgebra

/// Audits a rate over the infinitely many subgroups {x : a·x + c > 0} of the sensitive attributes, x their
/// levels as 0/1 columns.
///
/// The violation of a subgroup g is α(g)·|r(g) − r| with α(g) its share of the rows that count and r the
/// rate. As α(g)(r(g) − r) = (1/n) Σ_{i∈g} (yᵢ − r), the worst subgroup is a cost-sensitive classification:
/// predict "in g" where yᵢ − r is positive. Two regressions are tried as the oracle, for either sign:
/// of yᵢ − r on x by least squares, and of its sign weighted by its size; each gives a direction a, whose
/// best threshold c is found exactly by a sweep. What is reported is recounted from the rows, so it is a
/// true violation; `ceiling` is the violation over all unions of cells, which no subgroup exceeds.
///
/// The p-value redraws the outcomes among all rows that count and asks the same oracle:
/// (b + 1)/(m + 1). M. Kearns, S. Neel, A. Roth, Z. Wu, *Preventing fairness gerrymandering*, ICML 2018;
/// *An empirical study of rich subgroup fairness*, FAT* 2019.
public struct RichSubgroups: Sendable {
  @available(*, deprecated, renamed: "Rate")
  public typealias Event = Rate

  /// The rates that searches go through.
  public static let rates: [Rate] = [
    .selectionRate, .falsePositiveRate, .falseNegativeRate, .errorRate,
  ]

  /// The worst subgroup that was found.
  public struct Finding: Sendable, Equatable, Codable {
    public var metric: Rate
    /// α(g)·|r(g) − r|.
    public var violation: Double
    /// No union of cells has more.
    public var ceiling: Double
    public var share: Double
    public var rate: Double
    public var baseline: Double
    public var rows: Int
    public var cells: Int
    public var of: Int
    /// How much each level pulls into the subgroup, the largest first.
    public var levels: [Level]
    /// The combinations in the subgroup, at most `listed`.
    public var members: [String]
    public var pValue: Double?
    /// Data sets that the p-value is of.
    public var replicates: Int

    enum CodingKeys: String, CodingKey {
      case metric, violation, ceiling, share, rate, baseline, rows, cells, of, levels, members
      case replicates
      case pValue = "p_value"
    }
  }

  public struct Level: Sendable, Equatable, Codable {
    public var attribute: String
    public var value: String
    public var weight: Double
  }

  public static let defaultReplicates = 199
  static let listed = 20

  public var replicates: Int
  public var seed: UInt64
  public var pool: WorkerPool

  public init(
    replicates: Int = defaultReplicates, seed: UInt64 = 0, pool: WorkerPool = .default
  ) {
    self.replicates = replicates
    self.seed = seed
    self.pool = pool
  }

  /// Nil when no row counts, or all or none succeed.
  public func audit(_ counts: OutcomeCounts, event rate: Rate) -> Finding? {
    guard counts.inputs.isSuperset(of: rate.needs) else { return nil }
    let (part, whole) = (rate.part, rate.whole)
    let used = counts.tallies.indices.filter { counts.tallies[$0].weight(of: whole) > 0 }
    let cells = used.map { k in
      SubgroupCells.Cell(
        codes: counts.combinations[k], weight: counts.tallies[k].weight(of: whole),
        successes: counts.tallies[k].weight(of: part))
    }
    let problem = SubgroupCells(cells, sizes: counts.levels.map(\.count))
    guard problem.baseline > 0, problem.baseline < 1 else { return nil }
    let best = problem.worst()
    let inside = cells.indices.filter { best.members[$0] }
    let weight = inside.reduce(0) { $0 + cells[$1].weight }
    let successes = inside.reduce(0) { $0 + cells[$1].successes }
    let tallies = used.map { counts.tallies[$0] }
    let levels = counts.attributes.indices.flatMap { a in
      counts.levels[a].indices.map { l in
        Level(
          attribute: counts.attributes[a], value: counts.levels[a][l],
          weight: best.direction[problem.offsets[a] + l])
      }
    }
    return Finding(
      metric: rate, violation: best.violation, ceiling: problem.ceiling,
      share: weight / problem.total, rate: weight > 0 ? successes / weight : problem.baseline,
      baseline: problem.baseline,
      rows: inside.reduce(0) { $0 + tallies[$1].rowCount(of: whole) }, cells: inside.count,
      of: cells.count,
      levels: levels.sorted {
        ($1.weight, $0.attribute, $0.value) < ($0.weight, $1.attribute, $1.value)
      },
      members: inside.prefix(Self.listed).map { k in
        zip(counts.levels, cells[k].codes).map { $0[$1] }.joined(separator: "×")
      },
      pValue: counts.weighted ? nil : pValue(problem, best.violation), replicates: replicates)
  }

  private func pValue(_ problem: SubgroupCells, _ observed: Double) -> Double? {
    guard replicates > 0 else { return nil }
    let exceeds = Slots<Bool>(repeating: false, count: replicates)
    pool.forEach(replicates) { replicate in
      var random = CounterRandom(seed: seed, stream: UInt64(replicate))
      let null = problem.redrawn(using: &random)
      exceeds[replicate] = null.worst().violation >= observed * (1 - 1e-9)
    }
    return ProportionTests.permutationResult(
      extreme: exceeds.array.count { $0 }, replicates: replicates
    ).pValue
  }
}

extension SubgroupCells {
  /// The same number of successes shared out among all rows at random.
  func redrawn(using random: inout CounterRandom) -> SubgroupCells {
    var left = Int(cells.reduce(0) { $0 + $1.successes }), rest = Int(total)
    let counts = cells.map { cell in
      let x = RandomCounts.hypergeometric(
        drawn: Int(cell.weight), marked: left, total: rest, using: &random)
      left -= x
      rest -= Int(cell.weight)
      return Double(x)
    }
    return withSuccesses(counts)
  }
}
