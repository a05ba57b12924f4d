import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models

/// The one linear score that decides, with its cut; models that decide otherwise are refused with what
/// stands in the way.
struct ExplainedModel {
  var linear: LinearModel
  /// A score at least this is selected.
  var cut: Double

  init(_ model: TrainedModel, threshold: Double) throws(JobError) {
    guard !model.predictor.predictsNumbers else {
      throw Self.refused("it predicts numbers and decides nothing")
    }
    var predictor = model.predictor, probability = threshold
    if let outer = predictor as? PostprocessedPredictor {
      guard !outer.rule.usesGroups else {
        throw Self.refused(
          """
          its rule treats the same score differently by \
          \(outer.rule.attributes.joined(separator: " and ")), so that membership of a group is part \
          of the reason
          """)
      }
      guard let rule = outer.rule.rule as? ThresholdRule, let only = rule.thresholds.first?.cut
      else {
        throw Self.refused("its rule is no threshold on the score")
      }
      probability = only
      predictor = outer.base
    }
    // A mixture of one member draws nothing: it decides by the sign of the member's score.
    if let mixture = predictor as? RandomizedLinearClassifier, mixture.members.count == 1,
      !mixture.decidesByThreshold
    {
      predictor = mixture.members[0]
      probability = Decisions.usualThreshold
    }
    guard let linear = predictor as? LinearModel else { throw Self.reason(predictor) }
    guard probability > 0, probability < 1 else {
      throw Self.refused("everybody, or nobody, is selected whatever the features say")
    }
    self.linear = linear
    cut = log(probability / (1 - probability))
  }

  private static func reason(_ predictor: any Predictor) -> JobError {
    switch predictor {
    case let mixture as RandomizedLinearClassifier where !mixture.decidesByThreshold:
      refused("its decisions are drawn by lot, so that chance is part of the reason")
    case is GroupedLinearModel:
      refused("it has a model for each group, so that membership of a group is part of the reason")
    case is PreprocessedPredictor:
      refused("a transform changes the features first, and reasons would name columns that it made")
    default: refused("it is not one linear score of the features")
    }
  }

  private static func refused(_ reason: Phrase) -> JobError {
    .data(
      "no honest list of reasons can be given for decisions of this model: " + reason
        + ". One linear score with one threshold has such a list, as 'logistic' and 'penalized' fit it"
    )
  }
}
