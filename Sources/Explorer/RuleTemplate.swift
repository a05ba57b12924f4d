import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models

/// A rule of stated thresholds with places for the thresholds: what a page fills in is, byte for byte,
/// what `equipoise postprocess stated-thresholds` writes.
package enum RuleTemplate {
  static let cuts = "{{cuts}}"
  static let option = "{{option}}"

  /// The text without its digest; nil where a rule cannot be stated, without labels.
  package static func text(_ partition: Partition, of table: ExploredTable) throws -> String? {
    guard table.labels != nil else { return nil }
    let rows = try CurveSet.rows(
      [Double](repeating: 0, count: table.rows), table, partition, weights: nil)
    let names = partition.names
    let typed = names.map { "\($0)=\(Decisions.usualThreshold)" }.joined(separator: ",")
    let options = try MethodOptions(
      ["thresholds": typed], from: StatedThresholds.options, of: StatedThresholds.name)
    let (rule, fit) = try GroupedRule.fit(
      StatedThresholds.self, rows, GroupPolicy(), FitRequest(options: options, seed: 0))
    var values = fit.options.values
    values["thresholds"] = .text(option)
    let fitted = FittedRule(
      method: StatedThresholds.name, options: values, seed: 0, report: fit.report, rule: rule)
    return filled(StoredJSON.text(fitted))
  }

  /// The text with the array of thresholds taken out; quotation marks inside texts are escaped, so the
  /// member's name is found nowhere else.
  private static func filled(_ text: String) -> String? {
    let start = "\"thresholds\":["
    guard let found = text.firstRange(of: start),
      let end = text[found.upperBound...].firstIndex(of: "]")
    else { return nil }
    return text[..<found.upperBound] + cuts + text[end...]
  }
}
