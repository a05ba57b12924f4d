/// The United Kingdom's Equality Act, with what its data law asks of automated decisions.
public enum EqualityUnitedKingdom: RulePack {
  public static let id = "uk-equality"
  public static let title = "Equality in the United Kingdom"
  public static let citation = "Equality Act 2010; UK GDPR as amended by the DUAA 2025"
  public static let version = "1.0"
  public static let textVersion =
    "Act of 2010; UK GDPR Articles 22A to 22D in force since 2026-02-05"
  public static let jurisdiction = "UK"
  public static let readOn = "2026-09-30"
  public static let sectors: [String] = []
  public static let signatories = ["controller", "data protection officer"]

  static let act = LegalText(
    "eqa", cite: "Equality Act 2010", basis: .statute, status: .inForce, version: "2010",
    appliesFrom: "2010")
  static let data = LegalText(
    "uk-gdpr", cite: "UK GDPR, Articles 22A to 22D (DUAA 2025)", basis: .statute, status: .inForce,
    version: "as amended in 2025", appliesFrom: "2026-02-05")
  static let code = LegalText(
    "ico-code", cite: "Code of practice on AI of the ICO", basis: .guidance, status: .proposed,
    version: "being prepared in 2026")
  static let monitoring = LegalText(
    "dpa-schedule-1", cite: "Data Protection Act 2018, Schedule 1, paragraph 8", basis: .statute,
    status: .inForce, version: "2018", appliesFrom: "2018")

  public static let texts = [act, data, code, monitoring]

  public static let rules = [
    Rule(
      "s. 19", "indirect discrimination, as a difference",
      asks:
        "A neutral rule that puts a group at a particular disadvantage must be proportionate; no "
        + "number.",
      answer: "“audit”: difference of selection rates, with its interval.", of: act,
      measure: RuleMeasure("selection_rate.difference")),
    Rule(
      "s. 19", "indirect discrimination, as a ratio",
      asks:
        "A neutral rule that puts a group at a particular disadvantage must be proportionate; no "
        + "number.",
      answer: "“audit”: ratio of selection rates, with its interval.", of: act,
      measure: RuleMeasure("selection_rate.ratio")),
    Rule(
      "ss. 13, 158", "direct discrimination",
      asks:
        "Less favorable treatment because of an attribute; age can be justified, positive action "
        + "must be proportionate.",
      answer: "A note beside methods that use attributes.", of: act,
      attribute: AttributeLine(.warned, .training, .decision, .thresholds)),
    Rule(
      "Schedule 1, paragraph 8", "equality monitoring",
      asks: "Special categories may be processed to monitor equality.",
      answer: "“audit” and “watch” read attributes that no model sees.", of: monitoring),
    Rule(
      "s. 149", "due regard", asks: "Public bodies have due regard to equality.",
      answer: "“audit” gives an assessment its numbers.", of: act, duty: .document),
    Rule(
      "Articles 22A to 22D", "safeguards",
      asks: "Notice of automated decisions, and review by a person.",
      answer: "“explain” for reasons; notice and review are the controller's.", of: data,
      duty: .notice),
    Rule(
      "Code in preparation", "code of practice", asks: "Not known yet.",
      answer: "Nothing yet.", of: code),
  ]
}
