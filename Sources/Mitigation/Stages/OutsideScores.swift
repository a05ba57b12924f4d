import Datasets
import LinearAlgebra
import Models

/// The place of a method in a staged fit whose scores another program made: nothing is fitted.
///
/// It is no method by itself and stands in no list.
public struct OutsideScores: TypedMitigation {
  public static let name = "scores"
  public static let family = MitigationFamily.baseline
  public static let summary = "Scores that a column of the rows brings."
  public static let source = "None: the scores are as they are."
  /// The column with the scores.
  public var column = ""

  public init() {}

  public init(column: String) { self.column = column }

  public static let table: [OptionRecord<OutsideScores>] = [
    .text("column", \.column, "the column with the scores")
  ]
  public static let needsGroups = false
  public static let needsFeatures = false

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    let data = rows.data
    guard data.columns[column] != nil else { throw PredictorError.missingAttribute(column) }
    return model(
      ScoreColumn(column), data.encoder,
      FitReport(status: .converged, iterations: 0, objective: nil, seed: context.seed))
  }
}
