import Auditing

/// What the technical documentation of a high-risk system is to hold by the EU's AI Act, and where
/// documents of this program hold it.
public enum AIActAnnexIV: RulePack {
  public static let id = "ai-act-annex-iv"
  public static let title = "Technical documentation of a high-risk system"
  public static let citation =
    "Regulation (EU) 2024/1689, Article 11 and Annex IV; also Articles 9, 10, 12, 13, 15 and 72"
  public static let version = "1.1"
  public static let textVersion =
    "Regulation of 13 June 2024, as published on 2024-07-12; dates of application as amended in 2026"
  public static let jurisdiction = "EU"
  public static let readOn = "2026-09-30"

  static let act = LegalText(
    "ai-act", cite: "Regulation (EU) 2024/1689", basis: .regulation, status: .future,
    version: "2024-07-12, as amended in 2026", appliesFrom: "2027-12-02",
    note: "Duties for systems of Annex III apply from 2027-12-02, for products of Annex I from "
      + "2028-08-02, by the amendment on which Parliament voted on 2026-06-16 and the Council on "
      + "2026-06-29. The amendment was not read in the Official Journal: check it there.")
  static let data = LegalText(
    "ai-act-special", cite: "Regulation (EU) 2024/1689, Article 10(5), as amended in 2026",
    basis: .regulation, status: .future, version: "as amended in 2026", appliesFrom: "2027-12-02",
    note: "Told by others to stand in a new Article 4a, and to ask for strict necessity.",
    isVerified: false)

  public static let texts = [act, data]

  public static let rules = [
    Rule(
      "Annex IV, 1", asks: "Purpose, provider, version and forms of the system.",
      answer: "Audit report, “System and version”; model card, Model details and Intended use.",
      of: act),
    Rule(
      "Annex IV, 2(b)",
      asks: "Design choices, what is optimized, assumptions on persons or groups.",
      answer: "Model card: method, options and certificate of the fit.", of: act),
    Rule(
      "Annex IV, 2(d)", asks: "Where data are from, how they were chosen, labelled and cleaned.",
      answer: "Datasheet.", of: act),
    Rule(
      "Annex IV, 2(g)",
      asks: "Test procedures, metrics of accuracy and of potentially discriminatory impacts, dated "
        + "and signed logs.",
      answer:
        "Audit report, “Metrics”, “Results”, “Findings”, “Inference” and “Signatures”; evidence pack and "
        + "audit log.", of: act),
    Rule(
      "Annex IV, 3", asks: "Accuracy for specific persons or groups and risks of discrimination.",
      answer: "Audit report, “Results” and “Findings”, with intersections.", of: act),
    Rule(
      "Annex IV, 4", asks: "Why the metrics are appropriate.",
      answer: "Audit report, “Metrics”, from the owner's notes.", of: act),
    Rule(
      "Article 10(2)(f), (g)", asks: "Examination of data for bias, and measures against it.",
      answer: "Datasheet and audit of the labels; “Mitigation tried” of the audit report.", of: act),
    Rule(
      "Annex IV, 9; Article 72", asks: "A plan for watching the system after release.",
      answer: "Audit report, “Monitoring plan”, from the owner's notes.", of: act),
    Rule(
      "Article 10(5)",
      asks: "Special categories of personal data for finding and correcting bias: only where it is "
        + "strictly necessary.",
      answer:
        "Sensitive columns are read for the audit and stay out of the features unless asked for; "
        + "the datasheet names them.", of: data),
  ]
}
