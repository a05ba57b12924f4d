import Auditing
import Criteria

extension AuditResult {
  /// Over how many comparisons of one way of comparing Holm's method adjusts a p-value of this audit, those
  /// within controls and of single classes included; each question counts once.
  public func comparisons(_ method: Disparity.Method) -> Int {
    func count(_ rows: [Disparity]) -> Int {
      Set(rows.filter { $0.pValue != nil }.compactMap(\.hypothesis))
        .count { $0.family == method }
    }
    let own = disparities + (strata ?? []).flatMap(\.disparities)
    return count(own) + (classes ?? []).reduce(0) { $0 + count($1.audit.disparities) }
  }

  /// `Adjusted p: Holm's, over all 38 comparisons between groups of this audit.`; nil where nothing is
  /// tested.
  public func adjustment(_ method: Disparity.Method) -> String? {
    let count = comparisons(method)
    guard count > 0 else { return nil }
    let what =
      switch method {
      case .betweenGroups: "between groups"
      case .toOverall: "of a group with all rows"
      case .toReference: "of a group with the reference"
      }
    return "Adjusted p: Holm's, over "
      + (count == 1
        ? "the one comparison \(what) of this audit."
        : "all \(NumberText.count(count)) comparisons \(what) of this audit.")
  }

  /// Whether a gap's test shows a difference at a level of confidence: without a test, whether its interval
  /// leaves 0 out.
  public func shows(_ gap: Disparity, confidence: Double) -> Bool {
    gap.adjustedP.map { $0 <= 1 - confidence } ?? (gap.least > 0)
  }
}
