/// What US federal law asks of decisions on housing.
public enum HousingUnitedStates: RulePack {
  public static let id = "us-housing"
  public static let title = "Housing in the United States"
  public static let citation =
    "Fair Housing Act, 42 USC § 3601; Inclusive Communities, 576 US 519"
  public static let version = "1.0"
  public static let textVersion = "Fair Housing Act as read in 2026; case of 2015"
  public static let jurisdiction = "US"
  public static let readOn = "2026-09-30"
  public static let sectors = ["housing"]
  public static let signatories = ["fair housing officer"]

  static let act = LegalText(
    "fha", cite: "Fair Housing Act, 42 USC § 3601", basis: .statute, status: .inForce,
    version: "as read in 2026")
  static let court = LegalText(
    "inclusive-communities",
    cite: "Inclusive Communities, 576 US 519 (2015)",
    basis: .precedent, status: .inForce, version: "2015", appliesFrom: "2015")
  static let regulation = LegalText(
    "24-cfr-100-500", cite: "24 CFR § 100.500", basis: .regulation, status: .inForce,
    version: "as read in 2026",
    note: "A proposal of 2026-01-14 (FR-6540-P-01) removes it. A final rule was not found.")

  public static let texts = [act, court, regulation, CreditUnitedStates.practice]

  public static let rules = [
    Rule(
      "42 USC § 3601", "disparate treatment",
      asks: "The person's attribute decides nothing: no feature, no correction of scores and no "
        + "threshold by group.",
      answer: "Pipelines that name this pack are refused at the line of a method that does so.",
      of: act, attribute: AttributeLine(.refused, .decision, .thresholds)),
    Rule(
      "no text", "attribute in training",
      asks: "A penalty or weights by group in training are contested.",
      answer: "A note beside methods that look at groups in training.",
      of: CreditUnitedStates.practice, attribute: AttributeLine(.warned, .training)),
    Rule(
      "576 US 519", "discriminatory effect, as a ratio",
      asks: "Whether a policy has a disparate impact on a group; the case has no number.",
      answer: "“audit”: ratio of selection rates, with its interval.", of: court,
      measure: RuleMeasure("selection_rate.ratio")),
    Rule(
      "576 US 519", "discriminatory effect, as a difference",
      asks: "Whether a policy has a disparate impact on a group; the case has no number.",
      answer: "“audit”: difference of selection rates, with its interval.", of: court,
      measure: RuleMeasure("selection_rate.difference")),
    Rule(
      "576 US 519", "robust causality",
      asks: "The disparity must be caused by the policy that is challenged.",
      answer: "“audit” within values of controls; “compare” with and without a policy.", of: court),
    Rule(
      "§ 100.500", "less discriminatory alternative",
      asks: "Whether another policy serves the interest with a smaller effect.",
      answer: "“frontier” and “compare”, with intervals.", of: regulation, duty: .document),
  ]
}
