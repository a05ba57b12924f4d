/// What US federal law asks of employee selection.
public enum EmploymentUnitedStates: RulePack {
  public static let id = "us-employment"
  public static let title = "Employment in the United States"
  public static let citation =
    "Title VII of the Civil Rights Act, 42 USC § 2000e-2; Uniform Guidelines, 29 CFR part 1607"
  public static let version = "1.0"
  public static let textVersion = "Title VII as read in 2026; Uniform Guidelines of 1978"
  public static let jurisdiction = "US"
  public static let readOn = "2026-09-30"
  public static let sectors = ["employment"]
  public static let signatories = ["human resources", "counsel"]

  static let act = LegalText(
    "title-vii", cite: "Title VII, § 703, 42 USC § 2000e-2", basis: .statute, status: .inForce,
    version: "as read in 2026",
    note: "The federal commission closes charges of impact alone (2025); private suits remain.")
  static let ricci = LegalText(
    "ricci", cite: "Ricci, 557 US 557", basis: .precedent, status: .inForce,
    version: "557 US 557")
  static let griggs = LegalText(
    "griggs", cite: "Griggs, 401 US 424", basis: .precedent, status: .inForce,
    version: "401 US 424")

  public static let texts = [act, ricci, griggs] + UniformGuidelines.texts

  public static let rules =
    [
      Rule(
        "§ 703(l)", "no adjustment by group",
        asks: "No adjustment of scores and no different cutoffs by race, color, religion, sex or "
          + "national origin.",
        answer: "Pipelines that name this pack are refused at the line of a method that does so.",
        of: act, attribute: AttributeLine(.refused, .decision, .thresholds)),
      Rule(
        "Ricci", "attribute in training",
        asks: "Choosing a selection by its outcome for groups is contested.",
        answer: "A note beside methods that look at groups in training.", of: ricci,
        attribute: AttributeLine(.warned, .training)),
      Rule(
        "§ 703(k); Griggs", "business necessity",
        asks:
          "A practice with adverse impact must be job related and necessary; alternatives count.",
        answer: "Evidence of validity is the owner's; “frontier” and “compare” show alternatives.",
        of: griggs, duty: .document),
    ] + UniformGuidelines.rules
}
