import Auditing

/// The US federal guidelines on employee selection and their four-fifths rule of thumb.
public enum UniformGuidelines: RulePack {
  public static let id = "four-fifths"
  public static let title = "Adverse impact by the Uniform Guidelines"
  public static let citation =
    "Uniform Guidelines on Employee Selection Procedures (1978), 29 CFR § 1607.4(D); Questions and "
    + "Answers, 44 FR 11996 (1979)"
  public static let version = "1.1"
  public static let textVersion = "1978, with the Questions and Answers of 1979"
  public static let jurisdiction = "US"
  public static let readOn = "2026-09-30"

  static let guidelines = LegalText(
    "ugesp", cite: "29 CFR part 1607", basis: .regulation, status: .inForce, version: "1978",
    appliesFrom: "1978",
    note:
      "A rule that rescinds its interpretive parts is at the final stage (RIN 3046-AB43), and the "
      + "federal commission closes charges of impact alone. Private suits and laws of states remain."
  )
  static let records = LegalText(
    "ugesp-records", cite: "29 CFR § 1607.15", basis: .regulation, status: .inForce,
    version: "1978",
    appliesFrom: "1978", note: "A change of its duties to keep records is proposed (RIN 3046-AB45)."
  )
  static let court = LegalText(
    "hazelwood", cite: "Hazelwood School District v. United States, 433 US 299 (1977), note 14",
    basis: .precedent, status: .inForce, version: "1977", appliesFrom: "1977")

  public static let texts = [guidelines, records, court]

  /// Four fifths of the highest rate.
  public static let fourFifths = 0.8
  /// Groups that make up less than this share are not asked to be compared; § 1607.15(A)(2).
  public static let smallGroup = 0.02
  /// Fewer rows than this, or an expected count below 5, and exact tests are to be preferred.
  public static let smallSample = 30
  /// The number of standard deviations that courts have looked at: *Hazelwood School District v.
  /// United States*, 433 US 299 (1977), note 14.
  public static let standardDeviations = 2.0

  public static let rules = [
    Rule(
      "§ 1607.4(D)", "adverse impact, four fifths",
      asks: "The selection rate of each group against four fifths of the highest group's rate.",
      answer: "Impact ratios to the highest rate among groups of at least 2% of the rows, and a "
        + "column that says which lie below 0.8. It is a rule of thumb for enforcement, not a "
        + "finding.", of: guidelines,
      line: LegalLine(0.8, quote: "generally regarded … as evidence of adverse impact"),
      measure: RuleMeasure("selection_rate.ratio", .atLeast)),
    Rule(
      "§ 1607.4(D)",
      asks: "Smaller differences may matter when they are significant statistically and "
        + "practically.",
      answer: "Differences, standard deviations, Fisher's test, odds ratios and how many "
        + "fewer were selected than at a higher rate for every group, whatever its ratio.",
      of: guidelines),
    Rule(
      "§ 1607.4(D)",
      asks: "Greater differences may not matter when numbers are small.",
      answer: "Exact tests where numbers are small, intervals throughout, and whether one person "
        + "more or less would move a ratio across four fifths.", of: guidelines),
    Rule(
      "§ 1607.15(A)(2)",
      asks: "Records by sex, race and ethnic group where a group is at least 2% of the labour "
        + "force or the applicants.",
      answer: "Smaller groups are shown and marked; they are not taken as the reference.",
      of: records),
    Rule(
      "433 US 299, note 14",
      asks:
        "The difference in standard deviations, of which two or three were looked at as suspect.",
      answer: "Standard deviations beside every difference.", of: court,
      line: LegalLine(standardDeviations, quote: "two or three standard deviations")),
  ]
}
