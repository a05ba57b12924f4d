/// The EU's directives on equal treatment, as its court reads them.
public enum EqualityEurope: RulePack {
  public static let id = "eu-equality"
  public static let title = "Equal treatment in the European Union"
  public static let citation = "Directives 2000/43/EC, 2000/78/EC, 2004/113/EC and 2006/54/EC"
  public static let version = "1.0"
  public static let textVersion = "directives of 2000, 2004 and 2006"
  public static let jurisdiction = "EU"
  public static let readOn = "2026-09-30"
  public static let sectors = ["credit", "insurance", "employment", "goods and services"]
  public static let signatories = ["counsel"]
  public static let questions = [
    PackQuestion(
      "business", "Is it about insurance or about goods and services, or about something else?",
      oneOf: ["insurance-or-goods", "other"])
  ]

  static let directives = LegalText(
    "directives", cite: "Directives 2000/43/EC, 2000/78/EC, 2004/113/EC, 2006/54/EC",
    basis: .statute, status: .inForce, version: "2000, 2004, 2006")
  static let unisex = LegalText(
    "test-achats", cite: "Test-Achats, C-236/09", basis: .precedent, status: .inForce,
    version: "C-236/09", appliesFrom: "2012-12-21")
  static let bilka = LegalText(
    "bilka", cite: "Bilka, 170/84; Enderby, C-127/92", basis: .precedent, status: .inForce,
    version: "170/84, C-127/92")
  static let lasting = LegalText(
    "seymour-smith", cite: "Seymour-Smith, C-167/97", basis: .precedent, status: .inForce,
    version: "C-167/97")
  static let conditional = LegalText(
    "conditional-disparity",
    cite: "S. Wachter, B. Mittelstadt, C. Russell, Why fairness cannot be automated, 2021",
    basis: .practice, status: .inForce, version: "2021")

  public static let texts = [directives, unisex, bilka, lasting, conditional]

  public static let rules = [
    Rule(
      "2000/43 Article 2(2)(b)", "indirect discrimination, as a difference",
      asks: "A neutral rule that puts a group at a particular disadvantage must be objectively "
        + "justified; no number.",
      answer: "“audit”: difference of selection rates, with its interval.", of: directives,
      measure: RuleMeasure("selection_rate.difference")),
    Rule(
      "2000/43 Article 2(2)(b)", "indirect discrimination, as a ratio",
      asks: "A neutral rule that puts a group at a particular disadvantage must be objectively "
        + "justified; no number.",
      answer: "“audit”: ratio of selection rates, with its interval.", of: directives,
      measure: RuleMeasure("selection_rate.ratio")),
    Rule(
      "Bilka; Enderby", "statistics as evidence", asks: "Statistics may show a disadvantage.",
      answer: "“audit”: intervals and tests beside every gap.", of: bilka),
    Rule(
      "Seymour-Smith", "persistent disparity",
      asks: "A lesser but persistent and relatively constant disparity counts, too.",
      answer: "“watch”: limits that hold at all times together.", of: lasting,
      measure: RuleMeasure("selection_rate.difference")),
    Rule(
      "no text", "conditional demographic disparity",
      asks: "Whether the disparity stays within values of legitimate factors.",
      answer: "“audit” within values of controls.", of: conditional),
    Rule(
      "Test-Achats; 2004/113 Article 5", "unisex premiums",
      asks: "Sex is no factor of premiums and benefits.",
      answer: "Pipelines that name this pack are refused at the line of a method that does so.",
      of: unisex, attribute: AttributeLine(.refused, .decision, .thresholds),
      when: ["business": "insurance-or-goods"]),
    Rule(
      "directives", "direct discrimination",
      asks: "Less favorable treatment on the ground of an attribute; positive action is narrow.",
      answer: "A note beside methods that use attributes.", of: directives,
      attribute: AttributeLine(.warned, .training, .decision, .thresholds)),
    Rule(
      "2000/43 Article 2(2)(b)", "justification",
      asks: "The aim, and why the means are appropriate and necessary.",
      answer: "The owner's notes; “frontier” shows what other means would cost.", of: directives,
      duty: .document),
  ]
}
