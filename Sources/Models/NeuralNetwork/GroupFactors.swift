import LinearAlgebra

/// Weights that make every cell of group and label count alike.
struct GroupFactors {
  /// Shape `(groups, labels)`.
  var factors: [Double]
  var labels: Int

  static func all<Scalar: KernelScalar>(
    _ rows: NetworkRows<Scalar>, _ configuration: PlayersConfiguration
  ) -> [GroupFactors] {
    guard let adversary = configuration.adversary else { return [] }
    let byLabel = adversary.goal == .equalizedOdds
    let labels: Int =
      switch (byLabel, configuration.head) {
      case (true, .binary): 2
      case (true, .classes(let count)): count
      default: 1
      }
    return zip(adversary.heads, rows.attributes).map { head, attribute in
      let groups: Int
      switch head {
      case .binary: groups = 2
      case .classes(let count): groups = count
      case .continuous: return GroupFactors(factors: [], labels: 1)
      }
      var sums = [Double](repeating: 0, count: groups * labels)
      for i in 0..<rows.count {
        let label = labels > 1 ? Int(rows.targets.pointer[i]) : 0
        sums[Int(attribute.pointer[i]) * labels + label] += Double(rows.weights?.pointer[i] ?? 1)
      }
      let total = sums.reduce(0, +)
      let used = Double(sums.count { $0 > 0 })
      return GroupFactors(
        factors: sums.map { $0 > 0 ? total / (used * $0) : 0 }, labels: labels)
    }
  }

  /// The rows of the rarest cell that a batch has on average.
  private func rarest(batchRows: Int) -> Double {
    let used = factors.filter { $0 > 0 }
    guard let largest = used.max() else { return .infinity }
    return Double(batchRows) / (Double(used.count) * largest)
  }

  /// How much of a step each of an adversary's outputs may take on one batch: all of it where the
  /// batch has rows enough of every cell, less where one cell's few rows, which count as much as
  /// any other cell's, would make it noise.
  static func shares(
    _ all: [GroupFactors], of heads: [OutputHead], batchRows: Int
  ) -> [Double] {
    heads.enumerated().flatMap { a, head in
      let rows = a < all.count ? all[a].rarest(batchRows: batchRows) : .infinity
      let share = min(1, max(smallestShare, rows / enoughRows))
      return [Double](repeating: share, count: head.outputs)
    }
  }

  private static let enoughRows = 32.0
  private static let smallestShare = 0.1

  func weigh<Scalar: KernelScalar>(
    _ weights: UnsafePointer<Scalar>, groups: UnsafePointer<Scalar>, labels: UnsafePointer<Scalar>,
    count: Int, into result: UnsafeMutablePointer<Scalar>
  ) {
    guard !factors.isEmpty else { return result.update(from: weights, count: count) }
    factors.withUnsafeBufferPointer {
      Scalar.Kernels.cellWeights(
        weights, groups, labels, count, $0.baseAddress!, self.labels, result)
    }
  }
}
