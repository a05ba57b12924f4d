import Auditing
import Criteria

extension AuditFindings.NamedScan {
  /// Columns and values of a column that a sentence names.
  private static let mostColumns = 3
  private static let mostValues = 3

  /// Who stands out in one sentence, with rows and rates: how surprising that is by the search's own score is
  /// in the audit's JSON.
  public var sentence: String {
    let isShare = finding.statistic == .bernoulli || finding.statistic == .berkJones
    func mean(_ value: Double?) -> String {
      value.map { isShare ? NumberText.percent($0) : NumberText.ratio($0) } ?? "no mean"
    }
    let side = finding.direction == .above ? "higher than expected" : "lower than expected"
    let rows = NumberText.count(Int(finding.rows.rounded()))
    let p = finding.pValue.map { value -> String in
      let text = NumberText.drawnP(value, draws: finding.replicates)
      return ", p " + (text.first.map { "≤<".contains($0) } == true ? text : "= " + text)
    }
    return "\(question.prefix(1).uppercased() + question.dropFirst()), \(side): "
      + "\(mean(finding.observed)) where \(mean(finding.expected)) is expected, in \(rows) rows"
      + (p ?? "") + ": \(Self.who(finding.subset))."
  }

  /// The columns that narrow a subgroup most, each with the shorter list of its values.
  private static func who(_ choices: [BiasFinding.Choice]) -> String {
    guard !choices.isEmpty else { return "everyone" }
    func share(_ choice: BiasFinding.Choice) -> Double {
      Double(choice.values.count) / Double(choice.values.count + choice.excluded.count)
    }
    let ordered = choices.enumerated().sorted {
      (share($0.element), $0.offset) < (share($1.element), $1.offset)
    }.map(\.element)
    let named = ordered.prefix(mostColumns).map { choice in
      let names = choice.isAllBut ? choice.excluded : choice.values
      let few = names.prefix(mostValues).map(DisplayText.visible)
      let more = names.count - few.count
      let list = few.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
      return DisplayText.visible(choice.attribute) + (choice.isAllBut ? " not " : " ") + list
    }
    let more = ordered.count - named.count
    return named.joined(separator: "; ")
      + (more > 0 ? "; and \(NumberText.counted(more, "more column"))" : "")
  }
}
