/// Arithmetic on `[Double]` as vectors: the coefficients of a model, gradients and steps.
/// These are short beside the rows, so plain loops do.
extension [Double] {
  /// Σ aᵢ·bᵢ
  public func dot(_ other: [Double]) -> Double {
    precondition(count == other.count, "vectors of \(count) and \(other.count)")
    var sum = 0.0
    for i in indices { sum += self[i] * other[i] }
    return sum
  }

  /// √Σ aᵢ²
  public var norm: Double { dot(self).squareRoot() }

  /// max |aᵢ|, 0 for none
  public var maximumNorm: Double { reduce(0) { Swift.max($0, abs($1)) } }

  /// self += factor · other
  public mutating func add(_ factor: Double, times other: [Double]) {
    precondition(count == other.count, "vectors of \(count) and \(other.count)")
    for i in indices { self[i] += factor * other[i] }
  }

  public func adding(_ factor: Double, times other: [Double]) -> [Double] {
    var sum = self
    sum.add(factor, times: other)
    return sum
  }

  public func scaled(by factor: Double) -> [Double] { map { $0 * factor } }

  public var allFinite: Bool { allSatisfy { $0.isFinite } }
}
