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
  private var units = NumberUnits()

  /// - Parameter data: with targets that vary, or labels.
  init<Scalar: KernelScalar>(_ data: Dataset<Scalar>) {
    guard let targets = data.targets else {
      head = .binary
      return
    }
    head = .continuous
    units = NumberUnits(targets, weights: data.sampleWeights)
  }

  /// What the network is trained on, shape `(n)`.
  func values<Scalar: KernelScalar>(_ rows: FitRows<Scalar>) -> Buffer<Scalar> {
    if let targets = rows.data.targets {
      return Buffer(units.standardized(targets).map { Scalar($0) })
    }
    return Buffer((0..<rows.count).map { Scalar(rows.labels[$0]) })
  }

  /// The network with outputs in the units of the target.
  func inUnits(_ network: NeuralNetwork) -> NeuralNetwork {
    head == .continuous ? network.rescaled(by: units.deviation, shiftedBy: units.mean) : network
  }

  /// A mean loss of the network that was trained, as one of the network in units.
  func lossInUnits(_ loss: Double) -> Double {
    head == .continuous ? loss * units.deviation * units.deviation : loss
  }
}
