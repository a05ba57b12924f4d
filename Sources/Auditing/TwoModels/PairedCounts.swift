import Criteria
import Datasets
import LinearAlgebra

/// The joint outcomes of two models on the same rows of one group: eight cells, 4·label + 2·(decision of
/// the first) + (decision of the second).
public struct PairedTally: Sendable, Equatable {
  public internal(set) var rows = SIMD8<Int>.zero
  /// Σ w and Σ w².
  public internal(set) var weights = SIMD8<Double>.zero
  public internal(set) var squares = SIMD8<Double>.zero

  static func += (left: inout PairedTally, right: PairedTally) {
    left.rows &+= right.rows
    left.weights += right.weights
    left.squares += right.squares
  }

  /// Cells in which the outcome of a model is one of a set.
  static func mask(_ outcomes: OutcomeSet, second: Bool) -> SIMD8<Double> {
    var mask = SIMD8<Double>.zero
    for cell in 0..<8 {
      let decision = second ? cell & 1 : cell >> 1 & 1
      if outcomes.rawValue >> (2 * (cell >> 2) + decision) & 1 == 1 { mask[cell] = 1 }
    }
    return mask
  }

  /// The tally of one model alone.
  func marginal(second: Bool) -> Tally {
    var rows = SIMD4<Int>.zero, weights = SIMD4<Double>.zero, squares = SIMD4<Double>.zero
    for cell in 0..<8 {
      let slot = 2 * (cell >> 2) + (second ? cell & 1 : cell >> 1 & 1)
      rows[slot] += self.rows[cell]
      weights[slot] += self.weights[cell]
      squares[slot] += self.squares[cell]
    }
    return Tally(rows: rows, weights: weights, squares: squares)
  }

  /// Counts rows of each group in one pass.
  static func count(
    _ groups: GroupIndex, labels: Buffer<UInt8>?, first: Buffer<UInt8>, second: Buffer<UInt8>,
    weights: Buffer<Double>?
  ) -> [PairedTally] {
    var tallies = Array(repeating: PairedTally(), count: groups.count)
    for i in 0..<groups.rows {
      let label = Int(labels?[i] ?? 0) & 1
      let cell = 4 * label + 2 * Int(first[i] & 1) + Int(second[i] & 1)
      let weight = weights?[i] ?? 1
      guard weight > 0 else { continue }
      tallies[groups[i]].rows[cell] += 1
      tallies[groups[i]].weights[cell] += weight
      tallies[groups[i]].squares[cell] += weight * weight
    }
    return tallies
  }
}
