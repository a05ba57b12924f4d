import Essentials
import Models

/// What one epoch of a game has left.
public struct GameEpoch: Sendable, Codable, Equatable {
  public var epoch: Int
  /// The adversary's weight in the epoch's last step.
  public var alpha: Double
  /// Mean losses over the epoch's batches.
  public var predictorLoss: Double
  public var adversaryLoss: Double?
  /// How well the adversary tells two groups apart on the validation rows; ½ is not at all.
  public var adversaryAUC: Double?
  /// On the rows trained on, and on the validation rows.
  public var train: GameMeasure
  public var validation: GameMeasure

  /// For progress lines.
  var text: String {
    func short(_ value: Double?) -> String {
      value.map { $0.fixed(4) } ?? "–"
    }
    return "loss \(short(predictorLoss)), adversary's AUC \(short(adversaryAUC)), "
      + "validation accuracy \(short(validation.accuracy)), gap \(short(validation.gap))"
  }
}

/// Where a game stands between two epochs, beside what the engine holds.
struct GameState: Codable, Equatable {
  var epoch = 0
  /// The factor of the strength that back-off and the target have chosen.
  var strengthFactor = 1.0
  /// The factor of the learning rate that steps which were not finite have left.
  var rateFactor = 1.0
  var restarts = 0
  var averaged = 0
  var history: [GameEpoch] = []
  /// What the kept iterates measure, in their order.
  var kept: [Kept] = []
  var isOver = false
  var status = "iteration_limit"

  /// An iterate that may be the result.
  struct Kept: Codable, Equatable {
    var train: GameMeasure
    var validation: GameMeasure
  }
}
