import Datasets
import Essentials
import LinearAlgebra
import Models

/// A method that changes the rows before a model is fitted to them; its options are its properties.
///
/// No option's name may be one of `LearnerSettings`: a whole method's list has both.
public protocol Preprocessor: MethodTable {
  /// One sentence.
  static var summary: String { get }
  /// Authors, title, venue and year.
  static var source: String { get }
  static var needsGroups: Bool { get }
  /// Where the method uses sensitive attributes, be they groups or numbers.
  static var attributeUse: Set<AttributeUse> { get }
  static var needsLabels: Bool { get }
  /// Whether a fit for a table is in the table's own units; false asks for standardized numbers.
  static var keepsUnits: Bool { get }

  /// Fits to training rows that were checked for what the method needs.
  func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit
}

extension Preprocessor {
  public static var family: MitigationFamily { .preprocessing }
  public static var needsGroups: Bool { true }
  public static var attributeUse: Set<AttributeUse> { [.training] }
  public static var needsLabels: Bool { true }
  public static var keepsUnits: Bool { false }

  /// What a fit takes for granted about its rows.
  public static var needs: RowNeeds {
    RowNeeds(method: name, outcome: needsLabels ? .labels : .anything, groups: needsGroups)
  }

  /// Checks the rows and fits to them.
  public static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ request: FitRequest
  ) throws -> PreprocessingFit {
    try fit(FitRows(data, needs, pool: request.pool), request)
  }

  /// The method with options by name, fitted to checked rows.
  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> PreprocessingFit {
    try Self(request.options).fit(rows, request.context)
  }

  /// Checks the rows and fits to them.
  public func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ context: FitContext = FitContext()
  ) throws -> PreprocessingFit {
    try check()
    return try fit(FitRows(data, Self.needs, pool: context.pool), context)
  }

  /// A transform with the options of this value.
  func fitted(_ transform: any Transform, _ report: FitReport) -> PreprocessingFit {
    PreprocessingFit(transform: transform, options: recorded, report: report)
  }
}

/// A fitted transform with how its fit went.
public struct PreprocessingFit: Sendable {
  public var transform: any Transform
  /// The options asked for, with what the method found itself.
  public var options: MethodOptions
  public var report: FitReport

  public init(transform: any Transform, options: MethodOptions, report: FitReport) {
    self.transform = transform
    self.options = options
    self.report = report
  }
}

/// What a preprocessor learned: it changes rows, and is kept with the model.
public protocol Transform: Codable, Sendable {
  /// The name of this kind in model files.
  static var kind: String { get }
  /// Whether new rows need their sensitive attributes.
  var needsAttributes: Bool { get }
  /// Whether new rows are changed at all; false for methods that only weigh or choose training rows.
  var changesFeatures: Bool { get }
  /// Numbers that are too many for JSON: they stand beside it in files, by names of their own.
  var tensors: [NamedTensor] { get }

  /// The transform with the numbers that stood beside its JSON.
  func restored(tensors: [NamedTensor]) throws -> Self
  /// What the columns of the changed features are, given what those of the old ones are.
  func encoder(_ encoder: FeatureEncoder) -> FeatureEncoder

  /// The training rows to fit to instead: features, labels, weights and even which rows may change.
  func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar>
  /// The features of rows that a model predicts; rows, labels, weights and groups stay.
  func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> DesignMatrix<Scalar>
}

extension Transform {
  public var needsAttributes: Bool { false }
  public var tensors: [NamedTensor] { [] }
  public func restored(tensors: [NamedTensor]) throws -> Self { self }
  public func encoder(_ encoder: FeatureEncoder) -> FeatureEncoder { encoder }

  /// Rows with changed features; the same rows when nothing changes.
  public func applied<Scalar: KernelScalar>(
    to data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    guard changesFeatures else { return data }
    return data.replacing(
      features: try features(data, pool: pool), encoder: encoder(data.encoder))
  }
}

/// Every preprocessor, and every kind of transform that a model file may hold: one line each.
public enum Preprocessors {
  public static let all: [any Preprocessor.Type] = [
    Reweighing.self,
    Sampling.self,
    Massaging.self,
    LabelFlipping.self,
    DisparateImpactRemover.self,
    OptimalTransport.self,
    CorrelationRemover.self,
    FeatureSuppression.self,
    LearnedFairRepresentations.self,
    OptimizedPreprocessing.self,
  ]

  public static let transforms: [any Transform.Type] = [
    CellWeights.self,
    SampledRows.self,
    ChangedLabels.self,
    QuantileRepair.self,
    ResidualTransform.self,
    KeptColumns.self,
    PrototypeTransform.self,
    RecordTransform.self,
  ]

  public static func named(_ name: String) throws(DataError) -> any Preprocessor.Type {
    try NearestName.find(
      name, in: all, what: "preprocessing method", hint: Mitigations.otherFamily(of: name)
    ) { $0.name }
  }

  static func transformKind(_ name: String) throws(JSONFault) -> any Transform.Type {
    guard let kind = transforms.first(where: { $0.kind == name }) else {
      throw JSONFault("this version has no transform of kind '\(name)'")
    }
    return kind
  }

  /// The transform of a kind from its JSON and the numbers beside it.
  static func transform(
    kind name: String, json: String, tensors: [NamedTensor]
  ) throws -> any Transform {
    let kind = try transformKind(name)
    func restored<T: Transform>(_ type: T.Type) throws -> any Transform {
      let value: T = try StoredJSON.value(json, kind: name)
      return try value.restored(tensors: tensors)
    }
    return try restored(kind)
  }
}
