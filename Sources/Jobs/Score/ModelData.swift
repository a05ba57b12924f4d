import Datasets
import LinearAlgebra
import Models

/// Rows read for a model that is already fitted.
public enum ModelData {
  /// Reads rows as the model's training rows were read; its sensitive columns are read only where
  /// it needs them to predict, or where they are asked for.
  ///
  /// - Parameter roles: the label, sensitive columns and weights wanted besides the features.
  public static func read<Scalar: KernelScalar>(
    _ location: DataLocation, for model: TrainedModel, roles: DataOptions, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    try reader(for: model, roles: roles, pool: pool).read(location, encoder: model.encoder)
  }

  /// What reads such rows, all at once or a few at a time.
  static func reader(
    for model: TrainedModel, roles: DataOptions, pool: WorkerPool
  ) -> DataReader {
    var options = roles
    let fitted = model.encoder.options
    if model.predictor.needsAttributes {
      let missing = fitted.sensitive.filter { !options.sensitive.contains($0) }
      options.sensitive += missing
      options.bins.merge(fitted.bins) { asked, _ in asked }
      options.continuous += fitted.continuous.filter { !options.continuous.contains($0) }
    }
    let plain = model.predictor.plainColumns
    options.mode.numbers += plain.filter { !options.mode.numbers.contains($0) }
    if options.label != nil && options.positive == nil && options.label == fitted.label {
      options.positive = model.encoder.positive
    }
    return DataReader(options: options, pool: pool)
  }
}
