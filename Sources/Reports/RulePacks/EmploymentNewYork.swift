/// New York City's law on hiring tools, with what federal law says of attributes.
public enum EmploymentNewYork: RulePack {
  public static let id = "nyc-ll144"
  public static let title = "Automated employment decision tools in New York City"
  public static let citation = LocalLaw144.citation
  public static let version = "1.0"
  public static let textVersion = LocalLaw144.textVersion
  public static let jurisdiction = LocalLaw144.jurisdiction
  public static let readOn = "2026-09-30"
  public static let sectors = ["employment"]
  public static let signatories = ["independent auditor"]

  public static let texts =
    LocalLaw144.texts + [EmploymentUnitedStates.act, EmploymentUnitedStates.ricci]

  public static let rules =
    [
      Rule(
        "§ 5-301(b)", "impact ratio",
        asks:
          "The ratio of each category's selection rate to the highest is computed and published.",
        answer: "“report ll144”; the rules have no limit on it.", of: LocalLaw144.cityRules,
        measure: RuleMeasure("selection_rate.ratio")),
      Rule(
        "§ 703(l)", "no adjustment by group",
        asks: "No adjustment of scores and no different cutoffs by race, color, religion, sex or "
          + "national origin.",
        answer: "Pipelines that name this pack are refused at the line of a method that does so.",
        of: EmploymentUnitedStates.act, attribute: AttributeLine(.refused, .decision, .thresholds)),
      Rule(
        "Ricci", "attribute in training",
        asks: "Choosing a selection by its outcome for groups is contested.",
        answer: "A note beside methods that look at groups in training.",
        of: EmploymentUnitedStates.ricci, attribute: AttributeLine(.warned, .training)),
    ] + LocalLaw144.rules
}
