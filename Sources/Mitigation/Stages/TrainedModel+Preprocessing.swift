import Datasets
import Models

extension TrainedModel {
  /// One model of a transform and of this one, which was fitted to the rows that the transform made.
  ///
  /// It is recorded as a fit of both stages together would be: `reweighing+logistic`. New rows are
  /// encoded as those were that the transform was fitted to, and need the same sensitive attributes.
  /// Throws where this model has other columns than the transform makes.
  public func after(_ fitted: FittedTransform) throws(TransformError) -> TrainedModel {
    var joined = self
    if fitted.transform.changesFeatures {
      guard fitted.transform.encoder(fitted.encoder).hasColumns(of: encoder) else {
        throw .otherModel(transform: fitted.method, model: method)
      }
      joined.encoder = fitted.encoder
      joined.encoder.label = encoder.label ?? fitted.encoder.label
      joined.encoder.positive = encoder.positive ?? fitted.encoder.positive
      joined.encoder.negative = encoder.negative ?? fitted.encoder.negative
      let known = fitted.encoder.options.sensitive
      joined.encoder.options.sensitive += encoder.options.sensitive.filter { !known.contains($0) }
      joined.predictor = PreprocessedPredictor(transform: fitted.transform, base: predictor)
    }
    joined.method = fitted.method + StagedFit.separator + method
    joined.options = StagedFit.options([(fitted.method, fitted.options), (method, options)])
    if report.status != .converged { joined.report.stage = method }
    joined.report.add(fitted.report, ofStage: fitted.method)
    return joined
  }
}

extension FeatureEncoder {
  /// Whether both make the same columns in the same units. Names of numbers do not count: those of
  /// arrays are places, which move when a column goes.
  fileprivate func hasColumns(of other: FeatureEncoder) -> Bool {
    numeric.count == other.numeric.count && categorical == other.categorical
      && zip(numeric, other.numeric).allSatisfy {
        ($0.origin, $0.shift, $0.scale) == ($1.origin, $1.shift, $1.scale)
          && $0.hasMissing == $1.hasMissing
      }
  }
}
