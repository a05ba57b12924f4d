import Auditing

/// New York City's law on automated employment decision tools.
///
/// It asks for selection or scoring rates and impact ratios and sets no limit on them.
public enum LocalLaw144: RulePack {
  public static let id = "ll144"
  public static let title = "Bias audit of an automated employment decision tool"
  public static let citation =
    "New York City Local Law 144 of 2021, Administrative Code §§ 20-870 to 20-874; Rules of the "
    + "City of New York, title 6, §§ 5-300 to 5-304, in force since 2023-07-05"
  public static let version = "1.1"
  public static let textVersion = "Local Law 144 of 2021; rules in force since 2023-07-05"
  public static let jurisdiction = "US-NY"
  public static let readOn = "2026-09-30"

  static let law = LegalText(
    "ll144", cite: "New York City Administrative Code §§ 20-870 to 20-874", basis: .statute,
    status: .inForce, version: "Local Law 144 of 2021", appliesFrom: "2023-07-05")
  static let cityRules = LegalText(
    "6-rcny", cite: "Rules of the City of New York, title 6, §§ 5-300 to 5-304", basis: .regulation,
    status: .inForce, version: "in force since 2023-07-05", appliesFrom: "2023-07-05",
    note: "The rules ask for numbers and set no limit on them.")

  public static let texts = [law, cityRules]

  /// A category may be left out of the ratios below this share of the data; 6 RCNY § 5-301(d).
  public static let smallCategory = 0.02

  public static let rules = [
    Rule(
      "§ 5-301(b)",
      asks: "For tools that select or classify: the selection rate of each category and its impact "
        + "ratio to the category with the highest rate.",
      answer: "Selection tables; the highest rate is sought within each table.", of: cityRules),
    Rule(
      "§ 5-301(c)",
      asks: "For tools that score: the scoring rate, the share of a category above the sample's "
        + "median score, and its impact ratio to the highest.",
      answer: "Scoring tables. Above is strictly above; rows at the median are counted apart, and "
        + "mean scores stand beside, since a median hides the shape of the scores.", of: cityRules),
    Rule(
      "§ 5-301(b), (c)",
      asks: "Sex, race and ethnicity, and their intersection.",
      answer: "One table for each attribute and one for all attributes together.", of: cityRules),
    Rule(
      "§ 5-301(d)",
      asks: "A category of less than 2% of the data may be left out of the impact ratios, with a "
        + "justification, its number and its rate.",
      answer: "Nothing is left out unless a least share is asked for; then the justification, the "
        + "number and the rate stay in the table.", of: cityRules),
    Rule(
      "§ 5-303(a)",
      asks: "The number of people in unknown categories.",
      answer: "Counted for each table and left out of its rates.", of: cityRules),
    Rule(
      "§§ 5-302, 5-303",
      asks: "Source and explanation of the data, the date of the audit, and the date on which the "
        + "tool was first distributed.",
      answer: "Part 2, from the owner's notes.", of: cityRules),
    Rule(
      "§§ 20-870 to 20-874",
      asks:
        "A bias audit no older than one year, by an independent auditor; a summary that stays posted "
        + "until six months after the last use; notice to candidates ten business days ahead.",
      answer: "The date of the audit and the auditor stand in part 2. Posting and notice are the "
        + "employer's.", of: law),
  ]
}
