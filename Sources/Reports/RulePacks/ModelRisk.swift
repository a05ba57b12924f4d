import Auditing

/// What US banking supervisors expect of the management of models, and where documents of this program
/// help with it.
public enum ModelRisk: RulePack {
  public static let id = "model-risk"
  public static let title = "Management of model risk at US banks"
  public static let citation =
    "Federal Reserve SR 26-2 and OCC Bulletin 2026-13, 2026-04-17, which replace SR 11-7"
  public static let version = "1.0"
  public static let textVersion = "2026-04-17"
  public static let jurisdiction = "US"
  public static let readOn = "2026-09-30"

  static let principles = LegalText(
    "sr-26-2", cite: "Federal Reserve SR 26-2; OCC Bulletin 2026-13", basis: .guidance,
    status: .inForce, version: "2026-04-17", appliesFrom: "2026-04-17",
    note:
      "Principles for banks of more than 30 billion dollars; generative AI is out of its scope. "
      + "It has no numbers.")
  static let former = LegalText(
    "sr-11-7", cite: "Federal Reserve SR 11-7", basis: .guidance, status: .withdrawn,
    version: "2011", appliesFrom: nil,
    note: "Rescinded on 2026-04-17. Its words for the life of a model are still in use.")

  public static let texts = [principles, former]

  public static let rules = [
    Rule(
      "Principles: development", asks: "What a model is for, how it was built and on which data.",
      answer: "Model card and datasheet; method, options and certificate of the fit.",
      of: principles),
    Rule(
      "Principles: validation", asks: "Whether a model does what it is meant to, and its limits.",
      answer:
        "Audit report on rows that nothing was fitted to, with intervals; comparison of variants.",
      of: principles),
    Rule(
      "Principles: monitoring", asks: "Watching a model in use, by its risk.",
      answer:
        "“watch” on batches of decisions; “Monitoring plan” of the audit report, from the owner's "
        + "notes.", of: principles),
    Rule(
      "Effective challenge", asks: "Critical review by people who did not build the model.",
      answer:
        "Signatures of the audit report; audit log and evidence pack, which others can check.",
      of: former),
  ]
}
