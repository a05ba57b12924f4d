import Datasets
import Monitoring

/// The sum of scores, in whole numbers: the order of rows does not matter.
struct ScoreSum: Sendable, Equatable, Codable {
  private(set) var rows = 0
  /// Σ of scores · 2³², each rounded.
  private(set) var sum = 0

  private static let unit = 0x1p32

  mutating func take(_ score: Double) {
    rows += 1
    sum += Int((score * Self.unit).rounded())
  }

  mutating func add(_ other: ScoreSum) {
    rows += other.rows
    sum += other.sum
  }

  var mean: Double? { rows > 0 ? Double(sum) / Self.unit / Double(rows) : nil }
}

/// Calibration within groups: cells of a group and a bin of scores in place of groups.
extension DetectorState {
  var isCalibration: Bool { if case .calibration = bound { true } else { false } }

  /// One comparison's share of a batch; rows without a label tell nothing.
  mutating func calibrate(
    _ comparison: String, _ groups: GroupIndex?, _ batch: DetectorBatch?, within margin: Double,
    bins: Int
  ) {
    var tick = TickCounts(), sums: [String: ScoreSum] = [:]
    if let batch, let groups, let values = batch.scores?.values {
      var counts = [RateCounts](repeating: .zero, count: groups.count * bins)
      var cells = [ScoreSum](repeating: ScoreSum(), count: counts.count)
      for row in 0..<groups.rows {
        guard let label = batch.label(row) else { continue }
        let bin = min(bins - 1, Int(values[row] * Double(bins)))
        let cell = groups[row] * bins + bin
        counts[cell].take(success: label)
        cells[cell].take(values[row])
      }
      for cell in counts.indices where counts[cell].rows > 0 {
        let name = Self.cell(groups.names[cell / bins], cell % bins, of: bins)
        tick.take(name, counts[cell])
        sums[name] = cells[cell]
      }
    }
    for k in monitors.indices where monitors[k].name == comparison {
      monitors[k].take(tick, meanScores: sums.compactMapValues(\.mean), within: margin)
    }
    var known = scores?[comparison] ?? [:]
    for (name, sum) in sums { known[name, default: ScoreSum()].add(sum) }
    scores = (scores ?? [:]).merging([comparison: known]) { $1 }
  }

  /// What a cell is called.
  private static func cell(_ group: String, _ bin: Int, of bins: Int) -> String {
    func edge(_ k: Int) -> String {
      let text = "\((Double(k) / Double(bins) * 1_000).rounded() / 1_000)"
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return "\(group), scores \(edge(bin)) to \(edge(bin + 1))"
  }
}

extension DetectorBatch {
  /// Throws where scores are needed and are none.
  func checkScores(_ bound: DetectorBound) throws(WatchError) {
    guard case .calibration = bound else { return }
    guard let scores else { throw .needsScore }
    for (row, score) in scores.values.enumerated() where !(score >= 0 && score <= 1) {
      throw .badScore("\(score)", column: scores.column, row: row + 1)
    }
  }
}
