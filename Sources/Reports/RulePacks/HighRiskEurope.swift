/// What the EU's AI Act asks of high-risk systems, beyond their technical documentation.
public enum HighRiskEurope: RulePack {
  public static let id = "eu-ai-act-high-risk"
  public static let title = "High-risk systems under the EU's AI Act"
  public static let citation = "Regulation (EU) 2024/1689"
  public static let version = "1.0"
  public static let textVersion = AIActAnnexIV.textVersion
  public static let jurisdiction = "EU"
  public static let readOn = "2026-09-30"
  public static let sectors = ["credit", "insurance", "employment"]
  public static let signatories = ["provider's quality manager", "deployer's oversight person"]

  /// Articles whose numbers we were told and have not read.
  static let told = LegalText(
    "ai-act-told", cite: "Regulation (EU) 2024/1689, articles after 12", basis: .regulation,
    status: .future, version: "2024-07-12, as amended in 2026", appliesFrom: "2027-12-02",
    note: "Numbers of articles after 12 and their periods were told to us: check them in the text.",
    isVerified: false)

  public static let texts = AIActAnnexIV.texts + [told]

  public static let rules =
    [
      Rule(
        "Article 10(2)(f), (g)", "possible biases",
        asks: "Data are examined for biases, and measures against them are taken; no number.",
        answer: "Datasheet and “audit” of the labels: base rates by group.", of: AIActAnnexIV.act,
        measure: RuleMeasure("base_rate.difference")),
      Rule(
        "Annex IV, 3", "accuracy for persons or groups",
        asks: "Accuracy for the persons or groups on which the system is to be used; no number.",
        answer: "“audit”: every metric by group with its uncertainty.", of: AIActAnnexIV.act,
        measure: RuleMeasure("accuracy_score.difference")),
      Rule(
        "Article 10(5)", "special categories of data",
        asks:
          "Strict necessity for using them to find and correct bias; sex and age are none of them.",
        answer: "A note beside methods that look at attributes.", of: AIActAnnexIV.data,
        attribute: AttributeLine(.warned, .training, .decision, .thresholds)),
      Rule(
        "Article 9", "risk management", asks: "A file of risks, kept over the system's life.",
        answer: "Findings of “audit”; the file is the provider's.", of: AIActAnnexIV.act,
        duty: .document),
      Rule(
        "Article 12", "logs", asks: "Events are recorded automatically.",
        answer: "The audit log and “watch”.", of: AIActAnnexIV.act, duty: .retention),
      Rule(
        "Article 14", "human oversight", asks: "People can oversee the system and step in.",
        answer: "Not measured here; the owner's notes say who.", of: told, duty: .review),
      Rule(
        "Article 18", "documents", asks: "Documents are kept for ten years.",
        answer: "How long they are kept is the owner's.", of: told, duty: .retention),
      Rule(
        "Articles 19, 26(6)", "logs kept", asks: "Logs are kept for six months at least.",
        answer: "How long they are kept is the owner's.", of: told, duty: .retention),
      Rule(
        "Article 26(5)", "watching in use",
        asks: "The deployer watches the system, suspends it where needed and informs.",
        answer: "“watch” says when a bound begins to be broken.", of: told, duty: .report),
      Rule(
        "Article 27", "impact on fundamental rights",
        asks: "Deployers for credit and for life and health insurance assess it.",
        answer: "“audit” and datasheet give its numbers; the assessment is the deployer's.",
        of: told,
        duty: .document),
      Rule(
        "Article 73", "serious incidents",
        asks: "Reports within 15 days, 2 where widespread, 10 after a death.",
        answer: "Not reported from here; the audit log keeps when things were known.", of: told,
        duty: .report),
      Rule(
        "Article 86", "explanation", asks: "A person may ask for the reasons of a decision.",
        answer: "“explain”: reasons of a linear model and whether they suffice.", of: told,
        duty: .notice),
    ] + AIActAnnexIV.rules
}
