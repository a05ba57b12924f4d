import Criteria
import LinearAlgebra
import Optimization

/// The most accurate classifier whose groups' rates are alike to within a ratio or a difference, of
/// all functions of the features, as the chances π of label and group are estimated.
///
/// Rates alike means that all lie in a window [a, a/τ] or [a, a + ε] for some a. For a range of a the
/// union of the windows gives an upper bound on the accuracy and one a of it a lower bound, so
/// halving the range with the largest upper bound closes in on the best a: the gap at the end is over
/// all a, where the paper tries some tens.
///
/// Celis, Huang, Keswani and Vishnoi, Classification with fairness constraints: a meta-algorithm with
/// provable guarantees, FAT* 2019, algorithm 1. The gradient is over all training rows.
package struct MetaFair {
  /// How alike rates must be.
  package enum Alike: Sendable {
    /// The smallest is at least τ times the largest.
    case ratio(Double)
    case difference(Double)

    func top(of a: Double) -> Double {
      switch self {
      case .ratio(let tau): tau > 0 ? min(1, a / tau) : 1
      case .difference(let bound): min(1, a + bound)
      }
    }

    /// Whether rates are alike; absent ones are not compared.
    func holds(_ rates: [Double?], tolerance: Double) -> Bool {
      let present = rates.compactMap(\.self)
      guard let low = present.min(), let high = present.max() else { return true }
      return high <= top(of: low) + tolerance
    }
  }

  package struct Result {
    /// The classifier is 1[Σ_c κ_c·π_c(x) > 0].
    package var kappa: [Double]
    /// What it selects, S.
    package var selected: [Double]
    /// Its accuracy and rates, by the estimated chances.
    package var accuracy: Double
    package var rates: [Double?]
    /// The accuracy of the best mixture found, and what none exceeds.
    package var mixtureAccuracy: Double
    package var bound: Double
    package var status: FitStatus
    /// Linear programs solved, and passes over the chances.
    package var programs: Int
    package var responses: Int
  }

  static let firstRanges = 4
  /// A window of rates narrower than this is a point.
  static let narrowest = 1e-6

  let rate: Rate
  let alike: Alike
  /// The search ends when the accuracy may be at most this much higher.
  let gap: Double
  let programLimit: Int
  let shouldStop: @Sendable () -> Bool

  package init(
    rate: Rate, alike: Alike, gap: Double = 1e-4, programLimit: Int = 4000,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.rate = rate
    self.alike = alike
    self.gap = gap
    self.programLimit = programLimit
    self.shouldStop = shouldStop
  }

  package func solve(_ table: PosteriorTable) -> Result {
    var search = MetaFairSearch(FractionalProgram(table, rate), alike)
    for k in 0..<Self.firstRanges {
      search.explore(
        Double(k) / Double(Self.firstRanges)...Double(k + 1) / Double(Self.firstRanges))
    }
    var status = FitStatus.iterationLimit, bound = Double.infinity
    while search.programs < programLimit {
      guard let next = search.widest else {
        bound = search.settled
        status = search.best == nil ? .infeasible : .stalled
        break
      }
      bound = max(search.settled, search.open[next].bound)
      if let best = search.best, bound - best.accuracy <= gap {
        status = .converged
        break
      }
      if shouldStop() {
        status = .stopped
        break
      }
      search.halve(next, narrowest: Self.narrowest)
    }
    return result(search.best, bound: bound, status, search.programs, search.program)
  }

  private func result(
    _ best: FractionalProgram.Solution?, bound: Double, _ status: FitStatus, _ programs: Int,
    _ program: FractionalProgram
  ) -> Result {
    let kappa = best?.kappa ?? [Double](repeating: 0, count: program.table.cells)
    let selected = program.table.selected(kappa)
    return Result(
      kappa: kappa, selected: selected, accuracy: program.accuracy(selected),
      rates: program.rates(selected), mixtureAccuracy: best?.accuracy ?? 0,
      bound: min(1, max(bound, best?.accuracy ?? 0)), status: status, programs: programs,
      responses: program.responses)
  }
}

/// Branch and bound over the least rate a: ranges that may hold the best, and the best so far.
private struct MetaFairSearch {
  var program: FractionalProgram
  let alike: MetaFair.Alike
  private(set) var programs = 0
  private(set) var best: FractionalProgram.Solution?
  private(set) var open: [(range: ClosedRange<Double>, bound: Double)] = []
  /// The bound of ranges that are too narrow to halve.
  private(set) var settled = -Double.infinity

  init(_ program: FractionalProgram, _ alike: MetaFair.Alike) {
    self.program = program
    self.alike = alike
  }

  /// The open range with the largest bound.
  var widest: Int? { open.indices.max { open[$0].bound < open[$1].bound } }

  mutating func explore(_ range: ClosedRange<Double>) {
    // 1. Above: the rates may be anywhere that some a of the range allows.
    let relaxed = program.solve(range.lowerBound...alike.top(of: range.upperBound))
    programs += 1
    guard relaxed.isFeasible else { return }
    // 2. Below: the window at the a that the relaxed rates suggest.
    let low = program.rates(relaxed.selected).compactMap(\.self).min() ?? range.lowerBound
    let a = min(max(low, range.lowerBound), range.upperBound)
    let strict = program.solve(a...alike.top(of: a))
    programs += 1
    if strict.isFeasible, strict.accuracy > best?.accuracy ?? -.infinity { best = strict }
    open.append((range, relaxed.bound))
  }

  mutating func halve(_ index: Int, narrowest: Double) {
    let (range, above) = open.remove(at: index)
    guard range.upperBound - range.lowerBound > narrowest else {
      settled = max(settled, above)
      return
    }
    let middle = 0.5 * (range.lowerBound + range.upperBound)
    explore(range.lowerBound...middle)
    explore(middle...range.upperBound)
  }
}
