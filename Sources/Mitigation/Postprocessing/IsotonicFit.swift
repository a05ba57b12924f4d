/// The non-decreasing step function nearest to labels in weighted squares.
///
/// Adjacent blocks that violate the order are pooled to their mean (pool adjacent violators: Ayer,
/// Brunk, Ewing, Reid, Silverman, *An empirical distribution function for sampling with incomplete
/// information*, 1955). Rows of one score are one block from the start.
enum IsotonicFit {
  static func function(_ curve: ThresholdCurve) -> StepFunction? {
    var blocks: [(top: Int, positives: Double, total: Double)] = []
    for k in 0..<curve.scores.count {
      let cut = curve.scores.count - k
      let positives = curve.truePositives[cut] - curve.truePositives[cut - 1]
      let negatives = curve.falsePositives[cut] - curve.falsePositives[cut - 1]
      blocks.append((cut, positives, positives + negatives))
      while blocks.count >= 2 {
        let last = blocks[blocks.count - 1], previous = blocks[blocks.count - 2]
        guard previous.positives * last.total >= last.positives * previous.total else { break }
        blocks.removeLast(2)
        blocks.append(
          (previous.top, previous.positives + last.positives, previous.total + last.total))
      }
    }
    guard !blocks.isEmpty else { return nil }
    return StepFunction(
      cuts: blocks.dropFirst().map { curve.threshold($0.top).cut ?? .infinity },
      values: blocks.map { $0.positives / $0.total })
  }
}
