import Datasets
import Models

/// Thresholds that people have set: a policy to be measured rather than a fit.
public enum StatedThresholds: Postprocessor {
  public static let name = "stated-thresholds"
  public static let summary = "One threshold a group as it is stated; nothing is fitted."
  public static let source =
    "Corbett-Davies, Pierson, Feller, Goel and Huq, Algorithmic decision making and the cost of "
    + "fairness, KDD 2017"
  public static let options = [
    MethodOption(
      "threshold", .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude),
      default: .number(0.5), "a score at least this is positive in groups without one of their own"),
    MethodOption(
      "thresholds", .text, default: nil,
      "thresholds of groups, as Female=0.45,Male=0.5; of several attributes as Female×Black=0.4"),
  ]

  public static func fit(
    _ rows: ScoredRows, _ request: FitRequest
  ) throws -> PostprocessingFit {
    let usual = request.options.number("threshold") ?? 0.5
    let stated: [String: Double] =
      if case .text(let text)? = request.options.values["thresholds"] {
        try thresholds(text, groups: rows.groups.names)
      } else { [:] }
    return PostprocessingFit(
      rule: ThresholdRule(
        thresholds: rows.groups.names.map { ScoreThreshold(stated[$0] ?? usual) }),
      options: request.options,
      report: FitReport(status: .converged, iterations: 0, objective: nil, seed: request.seed))
  }

  /// Reads `a=0.4,b=0.5`. A name may hold commas and equals signs: it ends at the last sign before
  /// a number that a comma or the end follows.
  static func thresholds(
    _ text: String, groups: [String]
  ) throws(DataError) -> [String: Double] {
    func bad(_ reason: Phrase) -> DataError { .option("thresholds", value: text, reason) }
    var found: [String: Double] = [:]
    var name = ""
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      name += (name.isEmpty ? "" : ",") + piece
      guard let sign = name.lastIndex(of: "="),
        let value = Double(name[name.index(after: sign)...]), !value.isNaN
      else { continue }
      let group = String(name[..<sign])
      guard groups.contains(group) else {
        throw bad(
          "no group '\(group)'\(NearestName.suggestionOrList(for: group, among: groups))")
      }
      guard found.updateValue(value, forKey: group) == nil else {
        throw bad("'\(group)' occurs twice")
      }
      name = ""
    }
    guard name.isEmpty, !text.isEmpty, !text.hasSuffix(",") else {
      throw bad("expected GROUP=NUMBER, not '\(name)'")
    }
    return found
  }
}
