import Auditing
import Criteria

extension AuditResult {
  private static let told = ["accuracy_score", "selection_rate"]

  /// That the numbers are those of one draw, and what they are over all draws; nil where nothing is
  /// drawn by lot.
  public var sentenceOfDraw: String? {
    guard let expected else { return nil }
    let numbers = Self.told.compactMap { metric -> String? in
      guard let drawn = overall[metric]?.value, let all = expected.overall[metric]?.value else {
        return nil
      }
      return "\(DisplayText.metricInSentence(metric)) \(NumberText.percent(all)) "
        + "(here \(NumberText.percent(drawn)))"
    }
    return "The numbers of this audit are those of one draw"
      + (numbers.isEmpty ? "." : "; over all draws: \(numbers.joined(separator: ", ")).")
  }
}
