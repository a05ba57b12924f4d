import Datasets
import LinearAlgebra
import Models

/// A method that changes the rows before a model is fitted to them.
public protocol Preprocessor: Sendable {
  /// The same string in every interface.
  static var name: String { get }
  /// One sentence.
  static var summary: String { get }
  /// Authors, title, venue and year.
  static var source: String { get }
  /// No name may be one of `LearnerOptions` or of `StageOptions`: a method's list has all three.
  static var options: [MethodOption] { get }
  static var needsGroups: Bool { get }

  /// Fits to training rows. Labels are present, and groups where `needsGroups` says so.
  static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ request: FitRequest
  ) throws -> PreprocessingFit
}

extension Preprocessor {
  public static var family: MitigationFamily { .preprocessing }
  public static var needsGroups: Bool { true }
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

  /// Rows with changed features; the same rows when nothing changes.
  public func applied<Scalar: KernelScalar>(
    to data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    guard changesFeatures else { return data }
    var changed = Dataset(
      source: data.source, encoder: data.encoder, features: try features(data, pool: pool),
      labels: data.labels, sampleWeights: data.sampleWeights, attributes: data.attributes,
      controls: data.controls, keys: data.keys, columns: data.columns)
    changed.seconds = data.seconds
    return changed
  }
}

/// Every preprocessor, and every kind of transform that a model file may hold: one line each.
public enum Preprocessors {
  public static let all: [any Preprocessor.Type] = []

  public static let transforms: [any Transform.Type] = []

  public static func named(_ name: String) throws(DataError) -> any Preprocessor.Type {
    try NearestName.find(name, in: all, what: "preprocessing method") { $0.name }
  }
}
