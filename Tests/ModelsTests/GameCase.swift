import Datasets
import LinearAlgebra
import Models
import Testing

/// Random rows with numbers, categories, a target for a head, and attributes.
func makeRows<Scalar: KernelScalar>(
  _ count: Int, dense: Int = 4, levels: [Int] = [3, 5], head: OutputHead = .binary,
  attributeHeads: [OutputHead] = [.binary], weighted: Bool = false, seed: UInt64 = 1
) -> NetworkRows<Scalar> {
  var random = CounterRandom(seed: seed, stream: 0)
  func target(_ head: OutputHead) -> Scalar {
    switch head {
    case .binary: random.uniform() < 0.4 ? 1 : 0
    case .classes(let k): Scalar(Int(random.uniform() * Double(k)))
    case .continuous: Scalar(random.normal())
    }
  }
  let x = Matrix<Scalar>(rows: count, columns: dense)
  for i in 0..<count { for j in 0..<dense { x[i, j] = Scalar(random.normal()) } }
  let columns = levels.map { k in
    CodeColumn(
      codes: Buffer((0..<count).map { _ in UInt16(random.uniform() * Double(k)) }), levels: k)
  }
  return NetworkRows(
    features: DesignMatrix(dense: x, categorical: columns),
    targets: Buffer((0..<count).map { _ in target(head) }),
    weights: weighted ? Buffer((0..<count).map { _ in Scalar(random.uniform() * 2) }) : nil,
    attributes: attributeHeads.map { head in Buffer((0..<count).map { _ in target(head) }) })
}

func order(_ count: Int) -> BatchOrder {
  BatchOrder(rows: (0..<UInt32(count)).map { $0 }, seed: 0)
}

/// A network, its adversaries and how they play.
struct GameCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var head = OutputHead.binary
  var hidden = [6, 5]
  var activation = Activation.tanh
  var heads: [OutputHead] = [.binary]
  var goal = AdversaryGoal.equalizedOdds
  var input = AdversaryInput.conditional(sharpness: [1, 3])
  var adversaryHidden: [Int] = []
  var weighting = AdversaryWeighting.asGiven
  var loss = AdversaryLoss.likelihood
  var levels = [3, 5]
}
