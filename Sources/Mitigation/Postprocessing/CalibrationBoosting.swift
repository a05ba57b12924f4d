import Datasets
import Models
import Optimization

/// When corrections of predictions end.
public struct CorrectionSettings: OptionTable {
  /// Largest allowed difference of mean label and mean prediction.
  public var tolerance = 0.01
  /// Share of the weight below which a group's bin is left alone.
  public var smallest = 0.005
  /// Most corrections.
  public var limit = 10_000

  public init() {}

  public static let table: [OptionRecord<CorrectionSettings>] = [
    .number(
      "tolerance_of_bin", \.tolerance, in: 1e-6...1,
      "largest allowed difference of mean label and mean prediction"),
    .number(
      "smallest", \.smallest, in: 0...1,
      "share of the weight below which a group's bin is left alone"),
    .integer("corrections", \.limit, in: 0...1_000_000, "most corrections"),
  ]
}

/// The loop of multicalibration and multiaccuracy.
enum CalibrationBoosting {
  static func fit(
    _ rows: ScoredRows, _ settings: CorrectionSettings, bins: Int, _ context: FitContext
  ) throws -> (rule: CorrectionRule, report: FitReport) {
    try rows.requireProbabilities()
    var run = Run(rows, bins: bins)
    let status = run.correct(settings, shouldStop: context.shouldStop)
    return (
      CorrectionRule(groups: rows.groups.count, corrections: run.corrections),
      FitReport(
        status: status, iterations: run.corrections.count, objective: run.squaredError,
        seed: context.seed)
    )
  }

  /// The groups of every attribute and every cross, each as the joint groups it is made of.
  static func families(_ rows: ScoredRows) -> [[Int]] {
    let joint = rows.groups
    var member = [[Int]](repeating: [], count: joint.count)
    for row in 0..<rows.count where member[joint[row]].isEmpty {
      member[joint[row]] = rows.attributes.map { $0[row] }
    }
    var sets: Set<[Int]> = [Array(0..<joint.count)]
    let width = min(rows.attributes.count, mostAttributes)
    for mask in 1..<(1 << width) {
      var parts: [[Int]: [Int]] = [:]
      for group in 0..<joint.count where !member[group].isEmpty || rows.attributes.isEmpty {
        let key = (0..<width).map { mask >> $0 & 1 == 1 ? member[group][$0] : -1 }
        parts[key, default: []].append(group)
      }
      sets.formUnion(parts.values)
    }
    sets.formUnion((0..<joint.count).map { [$0] })
    return sets.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Crosses of more attributes than this are left to the joint groups.
  private static let mostAttributes = 10

  private struct Run {
    let rows: ScoredRows
    let bins: Int
    let families: [[Int]]
    /// Rows of each joint group.
    private let members: [[Int]]
    private let total: Double
    private(set) var predictions: [Double]
    private(set) var corrections: [CorrectionRule.Correction] = []

    init(_ rows: ScoredRows, bins: Int) {
      self.rows = rows
      self.bins = bins
      families = CalibrationBoosting.families(rows)
      var members = [[Int]](repeating: [], count: rows.groups.count)
      for row in 0..<rows.count where rows.weight(row) > 0 { members[rows.groups[row]].append(row) }
      self.members = members
      total = (0..<rows.count).reduce(0) { $0 + rows.weight($1) }
      predictions = rows.scores
    }

    var squaredError: Double {
      (0..<rows.count).reduce(0) {
        let error = Double(rows.labels[$1]) - predictions[$1]
        return $0 + rows.weight($1) * error * error
      } / max(total, .leastNormalMagnitude)
    }

    mutating func correct(
      _ settings: CorrectionSettings, shouldStop: () -> Bool
    ) -> FitStatus {
      while true {
        var moved = false
        for family in families {
          let shifts = sums(family).map { sum -> Double in
            guard sum.weight > 0, sum.weight >= settings.smallest * total else { return 0 }
            let shift = sum.residual / sum.weight
            return abs(shift) > settings.tolerance ? shift : 0
          }
          guard shifts.contains(where: { $0 != 0 }) else { continue }
          if corrections.count == settings.limit { return .iterationLimit }
          if shouldStop() { return .stopped }
          apply(.init(groups: family, shifts: shifts))
          moved = true
        }
        if !moved { return .converged }
      }
    }

    private func sums(_ family: [Int]) -> [(weight: Double, residual: Double)] {
      var sums = [(weight: Double, residual: Double)](repeating: (0, 0), count: bins)
      for group in family {
        for row in members[group] {
          let bin = CorrectionRule.bin(predictions[row], of: bins), weight = rows.weight(row)
          sums[bin].weight += weight
          sums[bin].residual += weight * (Double(rows.labels[row]) - predictions[row])
        }
      }
      return sums
    }

    private mutating func apply(_ correction: CorrectionRule.Correction) {
      corrections.append(correction)
      for group in correction.groups {
        for row in members[group] {
          predictions[row] = correction.applied(to: predictions[row])
        }
      }
    }
  }
}

/// Corrections of predictions, one after the other.
public struct CorrectionRule: DecisionRule, Equatable {
  public static let kind = "corrections"

  /// Predictions of some groups move by the shift of the bin they are in.
  public struct Correction: Codable, Sendable, Equatable {
    public var groups: [Int]
    /// Shape `(bins)`.
    public var shifts: [Double]

    func applied(to prediction: Double) -> Double {
      let shift = shifts[CorrectionRule.bin(prediction, of: shifts.count)]
      return min(max(prediction + shift, 0), 1)
    }
  }

  /// How many groups there are.
  public let groups: Int
  public let corrections: [Correction]

  public var meaning: RuleMeaning { .scores }
  public var usesGroups: Bool { groups > 1 }
  public var isConsistent: Bool {
    groups > 0
      && corrections.allSatisfy {
        !$0.shifts.isEmpty && $0.groups.allSatisfy { (0..<groups).contains($0) }
      }
  }
  public var groupCount: Int { groups }

  /// Scores outside of 0…1, which new rows may have, are in the outer bins.
  static func bin(_ prediction: Double, of bins: Int) -> Int {
    prediction > 0 ? min(bins - 1, Int(min(prediction, 1) * Double(bins))) : 0
  }

  public func values(scores: [Double], groups codes: [Int]) -> [Double] {
    var own = [[Correction]](repeating: [], count: groups)
    for correction in corrections {
      for group in correction.groups { own[group].append(correction) }
    }
    return zip(scores, codes).map { score, group in
      own[group].reduce(score) { $1.applied(to: $0) }
    }
  }
}
