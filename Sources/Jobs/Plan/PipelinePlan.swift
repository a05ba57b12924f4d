import Auditing
import Datasets
import Mitigation

/// Where a pipeline's rows come from, what their columns are and what each row is for.
public struct PipelineRows: Sendable, Equatable {
  /// Storage of the features.
  public typealias Precision = FeaturePrecision

  public var location: DataLocation
  public var options: DataOptions
  public var precision: Precision
  /// Rows that nothing is fitted to; nil: everything is measured on the training rows.
  public var test: DataReader.TestRows?
  /// Rows that rules after the method are fitted to, and nothing else is; nil: the training rows.
  public var validation: DataReader.TestRows?
  /// The rows that a variant is for: rules after the method are fitted to them, and everything is
  /// measured on them; the method is fitted to all rows. nil: all rows.
  public var region: RowCondition?
  /// What becomes of rows whose sensitive attributes are not all known.
  public var unknown: UnknownGroups

  public init(
    location: DataLocation, options: DataOptions, precision: Precision = .float,
    test: DataReader.TestRows? = nil, validation: DataReader.TestRows? = nil,
    region: RowCondition? = nil, unknown: UnknownGroups = .exclude
  ) {
    self.region = region
    self.location = location
    self.options = options
    self.precision = precision
    self.test = test
    self.validation = validation
    self.unknown = unknown
  }
}

extension PipelineRows {
  /// The files that the rows are read from.
  var files: [String] {
    var locations = [location]
    for part in [test, validation] {
      if case .table(let table)? = part { locations.append(table) }
    }
    return locations.compactMap { if case .path(let path) = $0 { path } else { nil } }
  }
}

/// Everything that one variant of a pipeline does: which rows, which stages, what is measured, what
/// stops a release.
public struct PipelinePlan: Sendable {
  /// Letters, digits, dashes and underscores.
  public var name: String
  public var title: String?
  public var summary: String?
  public var rows: PipelineRows
  public var seed: UInt64
  public var stages: StagedFit
  /// A score at least this is positive, for models without thresholds of their own.
  public var threshold: Double
  public var audit: AuditOptions
  public var gates: [Gate]
  /// Rule packs that the plan names.
  public var requirements: [NamedPack]
  /// What in the plan uses sensitive attributes.
  public var attributeUses: [PlacedUse]

  public init(
    name: String, title: String? = nil, summary: String? = nil, rows: PipelineRows,
    seed: UInt64 = 0, stages: StagedFit, threshold: Double = Decisions.usualThreshold,
    audit: AuditOptions = AuditOptions(), gates: [Gate] = [], requirements: [NamedPack] = [],
    attributeUses: [PlacedUse] = []
  ) {
    self.requirements = requirements
    self.attributeUses = attributeUses
    self.name = name
    self.title = title
    self.summary = summary
    self.rows = rows
    self.seed = seed
    self.stages = stages
    self.threshold = threshold
    self.audit = audit
    self.gates = gates
  }
}

extension PipelinePlan {
  /// What the plan's packs say of its uses of sensitive attributes.
  public var attributeFindings: [AttributeFinding] { requirements.findings(attributeUses) }
}

/// A stage of a plan in words: what it does, with what, fitted to which rows.
public struct StageDescription: Sendable, Equatable, Encodable {
  public enum Place: String, Sendable, Encodable { case preprocess, learner, postprocess }

  public var place: Place
  public var method: String
  public var options: [String: OptionText]
  /// `"train"` or `"validation"`; nil where nothing is fitted.
  public var fittedOn: String?

  enum CodingKeys: String, CodingKey {
    case place, method, options
    case fittedOn = "fitted_on"
  }
}

/// An option's value as it is written.
public typealias OptionText = String

extension PipelinePlan {
  /// The stages in the order in which they are fitted.
  public var stageDescriptions: [StageDescription] {
    func texts(_ options: MethodOptions) -> [String: OptionText] {
      options.values.mapValues(\.description)
    }
    let rules =
      rows.validation != nil ? "validation" : "train"
    return stages.preprocessing.map {
      StageDescription(
        place: .preprocess, method: $0.method.name, options: texts($0.options), fittedOn: "train")
    } + [
      StageDescription(
        place: .learner, method: stages.method.method.name, options: texts(stages.method.options),
        fittedOn: stages.method.method == OutsideScores.self ? nil : "train")
    ]
      + stages.postprocessing.map {
        StageDescription(
          place: .postprocess, method: $0.method.name, options: texts($0.options), fittedOn: rules)
      }
  }
}
