import CEquipoise
import Datasets
import Jobs
import LinearAlgebra
import Models

@c @implementation
public func eqp_model_predict(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ kind: eqp_prediction,
  _ options: OpaquePointer?, _ values: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let model = try Handles.models.object(model).model
    let data = try Handles.datasets.object(dataset)
    let settings = try CallSettings(options)
    try settings.requireNothingLeft()
    guard capacity >= Int64(data.rows) else {
      throw CallError(
        EQP_ERROR_CAPACITY, "there is room for \(capacity), and \(data.rows) are needed")
    }
    guard data.rows > 0 else { return EQP_OK }
    let target = try require(values, "values")
    let result =
      switch data.assembled() {
      case .float(let rows): try predict(model, rows, data, kind, settings)
      case .double(let rows): try predict(model, rows, data, kind, settings)
      }
    // SAFETY: the caller's memory has room for `capacity` numbers.
    target.update(from: result, count: result.count)
    return EQP_OK
  }
}

func predict<Scalar: KernelScalar>(
  _ model: TrainedModel, _ data: Dataset<Scalar>, _ parts: DatasetParts, _ kind: eqp_prediction,
  _ settings: CallSettings
) throws -> [Double] {
  try requireFit(model, data, parts, settings)
  guard kind == EQP_SCORE || !model.predictor.predictsNumbers else {
    throw CallError.argument(
      "the model predicts numbers, which are its scores: it decides nothing", column: "kind")
  }
  switch kind {
  case EQP_SCORE: return try model.predictor.scores(data, pool: settings.pool)
  case EQP_PROBABILITY:
    return try PlacedGroup.finding(in: data) {
      try model.predictor.probabilities(data, pool: settings.pool)
    }
  case EQP_DECISION:
    return try decided(model, data, settings).decisions.map(Double.init)
  default: throw CallError.argument("there is no such kind of prediction", column: "kind")
  }
}

/// Throws when the model cannot predict these rows.
func requireFit<Scalar: KernelScalar>(
  _ model: TrainedModel, _ data: Dataset<Scalar>, _ parts: DatasetParts, _ settings: CallSettings
) throws {
  let expected = model.encoder.columnNames.count
  guard data.features.dense.columns == model.encoder.numeric.count,
    data.features.categorical.map(\.levels) == model.encoder.levelCounts
  else {
    throw CallError.argument(
      "the model was fitted to \(expected) columns, the data have \(data.features.columns)")
  }
  if model.predictor.needsAttributes {
    // Those that were fitted to numbers say themselves which one they miss.
    if data.encoder.options.continuous.isEmpty { try data.requireGroups(for: model.method) }
    try data.requireCombinations()
  }
  try parts.requireFinite(data, settings.pool)
}

/// Scores, probabilities and decisions.
func predictAll<Scalar: KernelScalar>(
  _ model: TrainedModel, _ data: Dataset<Scalar>, _ parts: DatasetParts, _ settings: CallSettings
) throws -> Predictions {
  try requireFit(model, data, parts, settings)
  return try decided(model, data, settings)
}

/// Decisions, or the row of a group that the model does not know.
private func decided<Scalar: KernelScalar>(
  _ model: TrainedModel, _ data: Dataset<Scalar>, _ settings: CallSettings
) throws -> Predictions {
  try Decisions.requireProbability(settings.threshold)
  return try PlacedGroup.finding(in: data) {
    try model.predict(data, threshold: settings.threshold, pool: settings.pool)
  }
}
