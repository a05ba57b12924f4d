import Datasets
import LinearAlgebra

/// Scores that another program made and a column of the rows brings, in a predictor's place.
public struct ScoreColumn: Predictor {
  public static let kind = "score-column"

  public let column: String

  public init(_ column: String) { self.column = column }

  private struct Configuration: Codable { var column: String }

  public var plainColumns: [String] { [column] }

  public var state: PredictorState {
    PredictorState(
      kind: Self.kind, configuration: StoredJSON.text(Configuration(column: column)), tensors: [])
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    column = stored.column
  }

  public func scores<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    guard let scores = data.columns[column] else { throw PredictorError.missingAttribute(column) }
    return scores
  }

  /// The scores as they are, whether or not they are probabilities.
  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try scores(data, pool: pool)
  }
}
