/// What US law asks of credit decisions.
public enum CreditUnitedStates: RulePack {
  public static let id = "us-credit"
  public static let title = "Credit in the United States"
  public static let citation =
    "Equal Credit Opportunity Act, 15 USC § 1691; Regulation B, 12 CFR part 1002, as amended in 2026"
  public static let version = "1.0"
  public static let textVersion = "Regulation B as amended on 2026-04-22, effective 2026-07-21"
  public static let jurisdiction = "US"
  public static let readOn = "2026-09-30"
  public static let sectors = ["credit"]
  public static let signatories = ["compliance officer", "model validation"]

  static let act = LegalText(
    "ecoa", cite: "Equal Credit Opportunity Act, 15 USC § 1691", basis: .statute, status: .inForce,
    version: "as read in 2026")
  static let regulation = LegalText(
    "reg-b", cite: "Regulation B, 12 CFR part 1002 (FR 2026-07804)", basis: .regulation,
    status: .amended, version: "2026-04-22", appliesFrom: "2026-07-21",
    note:
      "The amendment takes the effects test out of the regulation, narrows discouragement and limits "
      + "special-purpose credit programs. Notices (§ 1002.9) and records (§ 1002.12) are as they were."
  )
  static let effects = LegalText(
    "reg-b-effects", cite: "Regulation B, effects test, before the amendment of 2026",
    basis: .regulation, status: .repealed, version: "before 2026-07-21",
    note: "Removed from the regulation from 2026-07-21. Laws of states remain.")
  static let commentary = LegalText(
    "reg-b-commentary", cite: "Official interpretation of 12 CFR § 1002.9(b)(2)", basis: .guidance,
    status: .inForce, version: "as read in 2026")
  static let circular = LegalText(
    "circular-2022-03", cite: "CFPB Circular 2022-03", basis: .guidance, status: .withdrawn,
    version: "2022", note: "Withdrawn on 2025-05-12; § 1002.9 stands.")
  static let newJersey = LegalText(
    "nj-13-16", cite: "New Jersey Administrative Code 13:16", basis: .regulation, status: .inForce,
    version: "2025-12-15", appliesFrom: "2025-12-15", note: "Lending and automated tools included.")
  static let practice = LegalText(
    "practice", cite: "Usual in fair-lending reviews; no text asks for it", basis: .practice,
    status: .inForce, version: "2026",
    note: "Numbers that are only practice are no limits of the law.", isVerified: false)

  public static let texts = [
    act, regulation, effects, commentary, circular, newJersey, ModelRisk.principles, practice,
  ]

  public static let rules = attributeRules + measureRules + duties

  private static let attributeRules = [
    Rule(
      "ECOA § 701; § 1002.6(b)", "disparate treatment",
      asks: "The applicant's attribute decides nothing: no feature, no correction of scores and no "
        + "threshold by group.",
      answer: "Pipelines that name this pack are refused at the line of a method that does so.",
      of: regulation, attribute: AttributeLine(.refused, .decision, .thresholds)),
    Rule(
      "no text", "attribute in training",
      asks:
        "A penalty or weights by group in training are contested; a model without the attribute "
        + "that was chosen by a search is usual.",
      answer: "“run” and “frontier” fit such models; a note says that this is contested.",
      of: practice, attribute: AttributeLine(.warned, .training)),
    Rule(
      "§ 1002.5(b)", "collection of attributes",
      asks:
        "A creditor generally may not ask for them; mortgage data and self-tests (§ 1002.15) are "
        + "exceptions.",
      answer:
        "An audit takes chances of membership in place of attributes; such numbers have bounds.",
      of: regulation),
    Rule(
      "Regulation B, as amended", "proxy",
      asks: "No stand-in for an attribute that is designed or applied with the intention to "
        + "discriminate.",
      answer:
        "“audit” with proxies says how well features tell the group; no number is in the text.",
      of: regulation),
  ]

  private static let measureRules = [
    Rule(
      "Regulation B, before 2026-07-21", "effects test",
      asks: "Whether a neutral rule has a disproportionate effect on a group.",
      answer: "“audit”: ratio of approval rates.", of: effects,
      measure: RuleMeasure("selection_rate.ratio")),
    Rule(
      "no text", "adverse impact ratio of approvals",
      asks: "Reviews look at approval rates below four fifths of the highest; some lenders look "
        + "earlier.",
      answer: "“audit”: ratio of approval rates, with its interval.", of: practice,
      line: LegalLine(0.8, quote: ""), measure: RuleMeasure("selection_rate.ratio", .atLeast)),
    Rule(
      "13:16", "disparate impact (New Jersey)",
      asks:
        "Whether a neutral practice has a disparate impact, lending and automated tools included.",
      answer: "“audit”: ratio of approval rates, with its interval; the text has no number.",
      of: newJersey, measure: RuleMeasure("selection_rate.ratio")),
    Rule(
      "no text", "less discriminatory alternative",
      asks: "A search for models with a smaller gap and comparable accuracy, and what it found.",
      answer: "“frontier” and “compare”, with intervals.", of: practice, duty: .document),
  ]

  private static let duties = [
    Rule(
      "§ 1002.9(a)", "adverse action notice",
      asks: "A notice of adverse action within 30 days, with the principal reasons.",
      answer: "“explain”: reasons of a linear model and whether they suffice.", of: regulation,
      duty: .notice),
    Rule(
      "§ 1002.9(b)(2), commentary", "specific reasons",
      asks: "Reasons are specific and are factors actually scored; more than four are unlikely to "
        + "help.",
      answer: "“explain” gives at most four unless more are needed.", of: commentary, duty: .notice),
    Rule(
      "Circular 2022-03", "reasons of complex models",
      asks: "Reasons are owed whatever the model is.",
      answer: "§ 1002.9 says so by itself.", of: circular, duty: .notice),
    Rule(
      "§ 1002.12", "records",
      asks: "Records for 25 months, for business credit 12.",
      answer: "Evidence packs and the audit log; how long they are kept is the owner's.",
      of: regulation, duty: .retention),
    Rule(
      "Principles", "model documentation",
      asks: "Development, validation and monitoring of the model are documented.",
      answer: "Model card, audit report, “watch”.", of: ModelRisk.principles, duty: .document),
  ]
}
