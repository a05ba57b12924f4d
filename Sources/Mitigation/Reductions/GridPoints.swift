import Essentials

/// Integer points of a ball in the 1-norm, scaled to it: Fairlearn's grid.
package enum GridLattice {
  /// - Returns: shape `(size, dimension)`; one point of no coordinates when there is nothing to vary.
  static func points(size: Int, limit: Double, _ basis: MultiplierBasis) -> [[Double]] {
    points(size: size, limit: limit, signed: basis.signed, onSphere: basis.containsObjective)
  }

  /// - Parameter onSphere: whether ‖λ‖₁ is the limit itself, so that the last coordinate follows.
  package static func points(
    size: Int, limit: Double, signed: [Bool], onSphere: Bool
  ) -> [[Double]] {
    let free = signed.count - (onSphere ? 1 : 0)
    guard !signed.isEmpty else { return [[]] }
    guard free > 0 else { return [[limit]] }
    let share = Double(size) / Double(1 << min(signed.count { $0 }, 60))
    var units = max(0, Int(rootFloor(share, free)) - 1)
    while true {
      var lattice = Lattice(signed: signed, onSphere: onSphere, wanted: size)
      lattice.extend(0, budget: units)
      // Without a step there is only the origin, which no scale applies to.
      if lattice.points.count >= size {
        let step = units > 0 ? limit / Double(units) : 0
        return lattice.points.map { $0.map { Double($0) * step } }
      }
      units += 1
    }
  }

  /// ⌊share^(1/k)⌋, exact where floating point would fall just short.
  private static func rootFloor(_ share: Double, _ k: Int) -> Double {
    var root = 0.0
    while power(root + 1, k) <= share { root += 1 }
    return root
  }

  private static func power(_ x: Double, _ k: Int) -> Double {
    (0..<k).reduce(1) { product, _ in product * x }
  }

  private struct Lattice {
    let signed: [Bool]
    let onSphere: Bool
    /// Points after this many are never used.
    let wanted: Int
    var points: [[Int]] = []
    private var entry: [Int]

    init(signed: [Bool], onSphere: Bool, wanted: Int) {
      self.signed = signed
      self.onSphere = onSphere
      self.wanted = wanted
      entry = Array(repeating: 0, count: signed.count)
    }

    mutating func extend(_ index: Int, budget: Int) {
      guard points.count < wanted else { return }
      guard index < signed.count else {
        points.append(entry)
        return
      }
      var values = Array((signed[index] ? -budget : 0)...budget)
      if onSphere && index == signed.count - 1 {
        values = signed[index] && budget > 0 ? [-budget, budget] : [budget]
      }
      for value in values {
        entry[index] = value
        extend(index + 1, budget: budget - abs(value))
      }
    }
  }
}

/// Points spread over the ball of a grid, densest at its middle: 0 first, then pairs of opposites.
///
/// Halton points on the unit cube become points of the simplex by differences of their logarithms,
/// with signs by their last coordinates; one-dimensional grids are regular (Halton, On the
/// efficiency of certain quasi-random sequences, Numerische Mathematik 1960).
package enum GridSpread {
  static func points(size: Int, limit: Double, _ basis: MultiplierBasis) -> [[Double]] {
    points(size: size, limit: limit, signed: basis.signed, onSphere: basis.containsObjective)
  }

  /// - Parameter onSphere: for loss bounds, whose multipliers are shares of the objective's groups.
  package static func points(
    size: Int, limit: Double, signed: [Bool], onSphere: Bool
  ) -> [[Double]] {
    guard !signed.isEmpty else { return [[]] }
    if onSphere {
      return GridLattice.points(size: size, limit: limit, signed: signed, onSphere: true)
    }
    let zero = [Double](repeating: 0, count: signed.count)
    if signed.count == 1, signed[0] {
      let pairs = max(1, size / 2)
      let steps = (1...pairs).map { limit * warped(Double($0) / Double(pairs)) }
      return Array(([zero] + steps.flatMap { [[-$0], [$0]] }).prefix(size))
    }
    var points = [zero]
    var index = 1
    while points.count < size {
      let point = simplexPoint(index, signed, limit)
      points.append(point)
      let opposite = zip(point, signed).map { $1 ? -$0 : $0 }
      if points.count < size && opposite != point { points.append(opposite) }
      index += 1
    }
    return points
  }

  /// Useful multipliers are small: a price of 1 trades a whole unit of error for one of violation.
  private static func warped(_ share: Double) -> Double { share * share }

  /// Exponential spacings of a Halton point: uniform on the simplex, one share left unused; then
  /// drawn towards 0.
  private static func simplexPoint(_ index: Int, _ signed: [Bool], _ limit: Double) -> [Double] {
    let d = signed.count
    let spacings = (0...d).map { -log(radicalInverse(index, prime($0))) }
    let total = spacings.reduce(0, +)
    let length = spacings.dropLast().reduce(0, +) / total
    return (0..<d).map { j in
      let sign = signed[j] && radicalInverse(index, prime(d + 1 + j)) < 0.5 ? -1.0 : 1.0
      return sign * limit * warped(length) * spacings[j] / (total * length)
    }
  }

  /// The digits of the index in a base, mirrored at the point.
  static func radicalInverse(_ index: Int, _ base: Int) -> Double {
    var rest = index, place = 1.0 / Double(base), value = 0.0
    while rest > 0 {
      value += Double(rest % base) * place
      rest /= base
      place /= Double(base)
    }
    return value
  }

  /// The k-th prime, 2 first.
  static func prime(_ k: Int) -> Int {
    var found: [Int] = []
    var candidate = 2
    while found.count <= k {
      if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
      candidate += 1
    }
    return found[k]
  }
}
