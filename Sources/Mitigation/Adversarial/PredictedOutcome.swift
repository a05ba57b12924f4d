import Datasets
import LinearAlgebra
import Models

/// What a network learns of the rows: their label of two classes, or a number.
///
/// A number y is learnt as (y − m)/s with its weighted mean m and standard deviation s, so that step
/// sizes, strengths and gaps mean the same in every unit. The finished network is turned back: its
/// output z becomes s·z + m.
struct PredictedOutcome {
  let head: OutputHead
  private var mean = 0.0
  private var deviation = 1.0

  /// Of the range of the targets.
  private static let leastShare = 1e-6

  /// - Parameter data: with targets that vary, or labels.
  init<Scalar: KernelScalar>(_ data: Dataset<Scalar>) {
    guard let targets = data.targets else {
      head = .binary
      return
    }
    head = .continuous
    let weights = data.sampleWeights ?? [Double](repeating: 1, count: data.rows)
    let total = weights.reduce(0, +)
    mean = zip(weights, targets).reduce(0) { $0 + $1.0 / total * $1.1 }
    let variance = zip(weights, targets).reduce(0) {
      $0 + $1.0 / total * ($1.1 - mean) * ($1.1 - mean)
    }
    // A deviation that rests on rows of next to no weight would put the others out of reach.
    let range = (targets.max() ?? 0) - (targets.min() ?? 0)
    deviation = max(variance.squareRoot(), Self.leastShare * range)
    if !(deviation > 0) { deviation = 1 }
  }

  /// What the network is trained on, shape `(n)`.
  func values<Scalar: KernelScalar>(_ rows: FitRows<Scalar>) -> Buffer<Scalar> {
    if let targets = rows.data.targets {
      return Buffer(targets.map { Scalar(($0 - mean) / deviation) })
    }
    return Buffer((0..<rows.count).map { Scalar(rows.labels[$0]) })
  }

  /// The network with outputs in the units of the target.
  func inUnits(_ network: NeuralNetwork) -> NeuralNetwork {
    head == .continuous ? network.rescaled(by: deviation, shiftedBy: mean) : network
  }

  /// A mean loss of the network that was trained, as one of the network in units.
  func lossInUnits(_ loss: Double) -> Double {
    head == .continuous ? loss * deviation * deviation : loss
  }
}
