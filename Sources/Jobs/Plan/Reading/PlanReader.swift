import Auditing
import Datasets
import Mitigation
import Models

/// Reads one variant: a whole file with the variant's parts over it.
final class PlanReader {
  let problems: ProblemList
  /// Where relative paths begin; empty for the working folder.
  let folder: String
  /// The seed when the file names none.
  let usualSeed: UInt64
  /// Rows of the caller's, by ``tableNames``.
  let tables: [String: DataLocation]
  /// Shared options that stages of any variant have.
  var used: Set<String> = []

  /// What rows of the caller's are called: those to fit to, and those to test on.
  static let tableNames = ["data", "test_data"]

  init(
    problems: ProblemList, folder: String, usualSeed: UInt64, tables: [String: DataLocation]
  ) {
    self.problems = problems
    self.tables = tables
    self.folder = folder
    self.usualSeed = usualSeed
  }

  /// - Returns: nil when something is wrong, which the list then says.
  func plan(_ node: ConfigurationNode, name: String) -> PipelinePlan? {
    let file = ConfigurationSection(
      node, name: "", keys: PipelineKeys.file, problems: problems)
    let seed = file.integer("seed").map { UInt64($0) } ?? usualSeed
    let rows = rows(file, seed: seed), stages = stages(file)
    let audit = audit(file.section("audit"), rows?.unknown ?? .exclude)
    let gates = gates(file)
    let threshold = file.section("decide").number("threshold")
    let title = file.text("title"), summary = file.text("description")
    let uses = stages.map { attributeUses(file, $0.fit) } ?? []
    let requirements = requirements(file, uses)
    guard var rows, let stages else { return nil }
    if let scores = stages.scores {
      rows.options.mode.numbers = [scores]
      // Nothing is fitted that could look at features, but for what infers groups from them.
      rows.options.mode.packsFeatures = stages.fit.groups == .inferred
    }
    return PipelinePlan(
      name: name, title: title, summary: summary, rows: rows, seed: seed, stages: stages.fit,
      threshold: threshold ?? TrainedModel.defaultThreshold, audit: audit, gates: gates,
      requirements: requirements, attributeUses: uses)
  }

  private func gates(_ file: ConfigurationSection) -> [Gate] {
    (file.placedTexts("fail_on") ?? []).compactMap { text, place in
      do throws(GateError) { return try Gate(text) } catch {
        let isForm = error.reason == GateError.form
        problems.add(
          place,
          (isForm ? "'\(ConfigurationNode.shortened(text))' is not a condition: " : "")
            + error.reason)
        return nil
      }
    }
  }

  private func audit(
    _ section: ConfigurationSection, _ unknown: UnknownGroups
  ) -> AuditOptions {
    AuditOptions(
      intersections: section.integer("intersections") ?? 1, reference: reference(section),
      confidence: section.number("confidence") ?? AuditOptions.defaultConfidence,
      minimumCount: section.integer("minimum_count") ?? AuditOptions.defaultMinimumCount,
      unknown: section.choice("unknown") ?? unknown, tau: section.number("tau"))
  }

  private func reference(_ section: ConfigurationSection) -> AuditOptions.Reference {
    guard let node = section.value("reference") else { return .none }
    if let entries = node.entries {
      var named: [String: String] = [:]
      for entry in entries {
        guard let group = entry.value.text else {
          problems.add(
            entry.value.place,
            "'audit.reference.\(entry.key)' takes a group, not "
              + entry.value.kind)
          continue
        }
        named[entry.key] = group
      }
      return .named(named)
    }
    if let known = AuditOptions.Reference.rules.first(where: { $0.name == node.text }) {
      return known.rule
    }
    let rules = PipelineKeys.referenceRules
    problems.add(
      node.place,
      "'audit.reference' takes groups by attribute, or one of \(rules.joined(separator: ", ")), "
        + "not \(node.kind)" + NearestName.suggestion(for: node.text ?? "", among: rules))
    return .none
  }
}
