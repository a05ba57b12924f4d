import LinearAlgebra
import TestSupport

extension SeededGenerator {
  mutating func uniform<Scalar: KernelScalar>(_: Scalar.Type) -> Scalar {
    Scalar(Double(next() >> 11) / Double(1 << 53) * 2 - 1)
  }

  mutating func vector<Scalar: KernelScalar>(_ count: Int, of type: Scalar.Type) -> [Scalar] {
    (0..<count).map { _ in uniform(type) }
  }

  /// A matrix whose rows lie `gap` elements apart, with numbers in the gaps that nobody may touch.
  mutating func matrix<Scalar: KernelScalar>(
    _ rows: Int, _ columns: Int, gap: Int, of type: Scalar.Type
  ) -> Matrix<Scalar> {
    let stride = columns + gap
    let buffer = Buffer(vector(max(1, rows * stride), of: type))
    return Matrix(buffer: buffer, rows: rows, columns: columns, rowStride: stride)
  }
}

/// The largest |a − b| in units of the type's rounding.
func roundings<Scalar: KernelScalar>(_ a: [Scalar], _ b: [Scalar]) -> Double {
  precondition(a.count == b.count, "vectors of \(a.count) and \(b.count)")
  return zip(a, b).reduce(0) { max($0, Double(abs($1.0 - $1.1)) / Double(Scalar.ulpOfOne)) }
}

extension Matrix {
  var flat: [Scalar] { (0..<rows).flatMap { row($0) } }

  func at(_ i: Int, _ j: Int, _ op: Transposition) -> Scalar {
    op == .none ? self[i, j] : self[j, i]
  }
}
