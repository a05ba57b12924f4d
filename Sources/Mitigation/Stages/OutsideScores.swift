import Datasets
import LinearAlgebra
import Models

/// The place of a method in a staged fit whose scores another program made: nothing is fitted.
///
/// It is no method by itself and stands in no list.
public enum OutsideScores: Mitigation {
  public static let name = "scores"
  public static let family = MitigationFamily.baseline
  public static let summary = "Scores that a column of the rows brings."
  public static let source = "None: the scores are as they are."
  public static let options = [
    MethodOption("column", .text, default: nil, "the column with the scores")
  ]
  public static let needsGroups = false
  public static let needsFeatures = false

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let data = rows.data, column = request.options.text("column")
    guard data.columns[column] != nil else { throw PredictorError.missingAttribute(column) }
    return TrainedModel(
      method: name, options: request.options.values, encoder: data.encoder,
      predictor: ScoreColumn(column),
      report: FitReport(status: .converged, iterations: 0, objective: nil, seed: request.seed))
  }
}
