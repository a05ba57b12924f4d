import Auditing
import Mitigation
import Models
import Reports

/// A run of a pipeline as the document `equipoise.pipeline/1`.
public struct PipelineDocument: Encodable, Sendable {
  public static let schemaName = "equipoise.pipeline/1"

  struct Split: Encodable, Sendable {
    /// In words; null where there are no such rows.
    var test: String?
    var validation: String?
  }

  /// A fit with or without what two runs of the same input do not have in common.
  struct Fit: Encodable, Sendable {
    var run: FitRecord
    var showsTimes: Bool

    func encode(to encoder: any Encoder) throws {
      if showsTimes {
        try run.encode(to: encoder)
      } else {
        try FitRecord.Timeless(run).encode(to: encoder)
      }
    }
  }

  struct Variant: Encodable, Sendable {
    var name: String
    var title: String?
    var description: String?
    var rows: PartSizes
    var split: Split
    /// The conditions on the rows that are read, and on those that the variant is for; nil: all.
    var dataWhere: String?
    var region: String?
    var stages: [StageDescription]
    var threshold: Double
    /// What the last rule decides about each group; nil without a rule of thresholds.
    var decisions: [GroupDecision]?
    var gates: [GateFinding]
    /// The disparity over the crosses of the attributes, where it is worst; nil without crosses.
    var crossed: Disparity?
    /// Names of the variants whose numbers are of the same rows and groups.
    var comparableWith: [String]
    /// The packs that the variant is held against, and what they say of its uses of attributes; nil
    /// without packs.
    var requirements: [PackRecord]?
    var attributes: [AttributeFinding]?
    var fit: Fit
    var unprocessed: Fit?
    /// SHA-256 by path below the output folder.
    var files: [String: String]

    enum CodingKeys: String, CodingKey {
      case name, title, description, rows, split, stages, threshold, decisions, gates, fit
      case crossed
      case unprocessed, files, requirements, attributes
      case dataWhere = "data_where"
      case region = "where"
      case comparableWith = "comparable_with"
    }
  }

  let schema = PipelineDocument.schemaName
  let pipeline: String
  let title: String?
  let description: String?
  let version: String
  let digest: String
  let disparity: String
  let variants: [Variant]

  enum CodingKeys: String, CodingKey {
    case schema, pipeline, title, description, version, disparity, variants
    case digest = "pipeline_sha256"
  }

  /// - Parameter digests: of the files that were written, by path below the output folder.
  public init(
    _ file: PipelineFile, _ comparison: PipelineComparison, digests: [String: String],
    showsTimes: Bool
  ) throws {
    pipeline = file.name
    title = file.title
    description = file.summary
    version = EquipoiseVersion.current
    digest = file.digest
    disparity = comparison.disparity.description
    var variants: [Variant] = []
    for (place, outcome) in comparison.outcomes.enumerated() {
      guard let section = comparison.sections.first(where: { $0.outcomes.contains(place) })
      else { continue }
      func fit(_ end: String) -> Fit? {
        section.runs.runs.first { $0.label == outcome.plan.name + end }.map {
          Fit(run: $0, showsTimes: showsTimes)
        }
      }
      guard let own = fit("") else { continue }
      variants.append(
        Variant(
          name: outcome.plan.name, title: outcome.plan.title, description: outcome.plan.summary,
          rows: outcome.sizes,
          split: Split(
            test: PipelinePart.text(outcome.plan.rows.test),
            validation: PipelinePart.text(outcome.plan.rows.validation)),
          dataWhere: outcome.plan.rows.options.condition?.text,
          region: outcome.plan.rows.region?.text, stages: outcome.plan.stageDescriptions,
          threshold: outcome.plan.threshold, decisions: outcome.model.groupDecisions,
          gates: outcome.gates, crossed: outcome.crossed(comparison.disparity),
          comparableWith: section.outcomes.filter { $0 != place }.map {
            comparison.outcomes[$0].plan.name
          }, requirements: try outcome.plan.packRecords,
          attributes: outcome.plan.shownFindings, fit: own,
          unprocessed: fit(PipelineComparison.unprocessedEnd),
          files: digests.filter { $0.key.hasPrefix(outcome.plan.name + "/") }))
    }
    self.variants = variants
  }
}

/// What a pipeline would do, as the document `equipoise.pipeline-plan/1`.
public struct PipelinePlanDocument: Encodable, Sendable {
  public static let schemaName = "equipoise.pipeline-plan/1"

  struct Variant: Encodable, Sendable {
    var name: String
    var title: String?
    var rows: PartSizes
    var split: PipelineDocument.Split
    var seed: UInt64
    var stages: [StageDescription]
    var threshold: Double
    var gates: [String]
    var requirements: [PackRecord]?
    var attributes: [AttributeFinding]?
    var files: [String]
  }

  let schema = PipelinePlanDocument.schemaName
  let pipeline: String
  let disparity: String
  let variants: [Variant]

  /// - Parameter sizes: of the rows of each plan.
  public init(
    _ file: PipelineFile, _ plans: [(plan: PipelinePlan, sizes: PartSizes)]
  ) throws {
    pipeline = file.name
    disparity = file.disparity.description
    variants = try plans.map { plan, sizes in
      Variant(
        name: plan.name, title: plan.title, rows: sizes,
        split: .init(
          test: PipelinePart.text(plan.rows.test),
          validation: PipelinePart.text(plan.rows.validation)),
        seed: plan.seed, stages: plan.stageDescriptions, threshold: plan.threshold,
        gates: plan.gates.map(\.text), requirements: try plan.packRecords,
        attributes: plan.shownFindings, files: PipelineDocuments.paths(of: plan, file.reports))
    }
  }
}

extension PipelinePlan {
  /// The packs as they are recorded; nil without packs.
  fileprivate var packRecords: [PackRecord]? {
    get throws { requirements.isEmpty ? nil : try requirements.map { try PackRecord($0) } }
  }

  fileprivate var shownFindings: [AttributeFinding]? {
    requirements.isEmpty ? nil : attributeFindings
  }
}
