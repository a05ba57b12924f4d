import Auditing

extension OwnerNotes {
  /// Every entry that a document may print, with what it asks for.
  public static let keys: [Key] =
    systemKeys + useKeys + dataKeys + judgementKeys + processKeys + lawKeys

  private static func text(_ name: String, _ help: String) -> Key {
    Key(name: name, kind: .text, help: help)
  }
  private static func list(_ name: String, _ help: String) -> Key {
    Key(name: name, kind: .list, help: help)
  }

  private static let systemKeys = [
    text("system.name", "What the system is called."),
    text("system.overview", "What it does, in a sentence."),
    text("system.documentation", "A longer description, or where it is."),
    text("system.version", "The version that is described."),
    text("system.date", "When this version was released, as 2026-01-31."),
    text("system.changes", "What changed since the last version."),
    Key(name: "system.owners", kind: .records(["name", "contact"]), help: "Who answers for it."),
    text("system.license", "An SPDX identifier, or 'proprietary'."),
    list("system.references", "Addresses with more about it."),
    list("system.citations", "How to cite it."),
    text("system.path", "Where the model is kept."),
  ]

  private static let useKeys = [
    text("use.purpose", "What decisions it makes or supports."),
    list("use.users", "Who uses it."),
    list("use.cases", "What it is meant for."),
    list("use.out_of_scope", "What it must not be used for."),
    text("factors.instrumentation", "How what it sees is measured or entered."),
    text("factors.environment", "Where and under what conditions it runs."),
  ]

  private static let dataKeys = [
    text("data.motivation", "Why these data were collected, by whom and who paid."),
    text("data.source", "Where the data are from."),
    text("data.link", "An address of the data."),
    text("data.period", "The time that the data cover."),
    text("data.sampling", "How the rows were chosen; why historical or test data."),
    text("data.collection", "How and by whom each value was obtained."),
    text("data.consent", "What the people were told and agreed to."),
    text("data.preprocessing", "What was cleaned, left out or imputed before."),
    text("data.labels", "How the label came about and how it may be biased itself."),
    text("data.attributes", "How the sensitive attributes were obtained."),
    list("data.proxies", "Columns known to stand for a sensitive attribute."),
    text("data.uses", "What the data have been and should not be used for."),
    text("data.distribution", "To whom and under what terms the data are given."),
    text("data.maintenance", "Who keeps the data, corrects and deletes them."),
  ]

  private static let judgementKeys = [
    text("metrics.choice", "Why these metrics matter for this decision."),
    text("decisions.thresholds", "Who set the thresholds, when, and why."),
    Key(
      name: "ethics.risks", kind: .records(["name", "mitigation"]),
      help: "What may go wrong for people, and what is done about it."),
    text("ethics.human_life", "Whether it bears on life, health, liberty or livelihood."),
    list("limitations", "What it is known not to do well."),
    list("tradeoffs", "What was given up for what."),
    list("recommendations", "What users should do."),
  ]

  private static let processKeys = [
    text("mitigation.tried", "What was done against disparities, and with what effect."),
    list("mitigation.rejected", "Alternatives looked at and why they were not taken."),
    text("robustness", "What was tested of seeds, time, noise and shift."),
    text("monitoring.plan", "What is watched, how often, and what happens at an alert."),
    text("signoff.preparer", "Who prepared this document."),
    text("signoff.reviewer", "Who reviewed it independently."),
    text("signoff.date", "When it was signed."),
  ]

  private static let lawKeys = [
    text("ll144.auditor", "The independent auditor."),
    text("ll144.audit_date", "The date of the bias audit."),
    text("ll144.distribution_date", "When the tool was first distributed for use."),
    text("ll144.data", "Whether data are historical or test data, from whom, and why."),
    text("ll144.justification", "Why categories under 2% are left out of the ratios."),
  ]

  /// A file with every key, to be filled in.
  public static var template: String {
    var lines = ["# Notes for documents. Leave out what is not known; nothing is invented."]
    var section = ""
    for key in keys {
      let parts = key.name.split(separator: ".").map(String.init)
      if parts.count == 2 && parts[0] != section {
        section = parts[0]
        lines.append("\(section):")
      }
      let indent = parts.count == 2 ? "  " : ""
      lines.append("\(indent)# \(key.help)")
      switch key.kind {
      case .text: lines.append("\(indent)#\(parts.last!): ")
      case .list: lines.append("\(indent)#\(parts.last!): [ ]")
      case .records(let fields):
        lines.append("\(indent)#\(parts.last!):")
        lines.append("\(indent)#  - {" + fields.map { "\($0): …" }.joined(separator: ", ") + "}")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
