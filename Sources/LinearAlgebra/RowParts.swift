import CKernels

/// Rows by the code of their group: columns are put apart along them, group after group.
public struct RowParts: Sendable {
  /// Shape `(n)`.
  public let codes: Buffer<UInt16>
  /// Where the rows of each group start, and the end; shape `(G + 1)`.
  public let starts: [Int]

  /// - Parameter count: the number of groups, above every code.
  public init(_ codes: Buffer<UInt16>, count: Int) {
    var starts = [Int](repeating: 0, count: count + 1)
    for i in 0..<codes.count { starts[Int(codes[i]) + 1] += 1 }
    for group in 0..<count { starts[group + 1] += starts[group] }
    self.codes = codes
    self.starts = starts
  }

  /// A column's numbers, those of each group together and in the order of their rows.
  ///
  /// - Parameter out: shape `(n)`.
  public func part<Scalar: KernelScalar>(
    _ x: Matrix<Scalar>, column j: Int, into out: Buffer<Double>
  ) {
    precondition(x.rows == codes.count && out.count >= codes.count, "a group for each row")
    precondition(j >= 0 && j < x.columns, "no such column")
    guard x.rows > 0 else { return }
    var next = starts
    // SAFETY: each code was counted, so every number has its place.
    Scalar.Kernels.partColumn(
      x.pointer(row: 0) + j, x.rows, x.rowStride, codes.pointer, &next, out.pointer)
  }
}

/// Sorts numbers that are not NaN, in place; −0 comes before 0.
///
/// - Parameter spare: at least as long.
public func sortValues(_ values: Buffer<Double>, spare: Buffer<Double>) {
  precondition(spare.count >= values.count, "the spare memory is too short")
  eqp_sort_values(values.pointer, values.count, spare.pointer)
}

/// Sorts a range of numbers that are not NaN and leaves the distinct ones at its start, each with the
/// share of the range that is at or below it.
///
/// - Parameter upper: the shares, in the same range.
/// - Returns: where the distinct numbers are.
public func sortIntoSteps(
  _ values: Buffer<Double>, _ range: Range<Int>, upper: Buffer<Double>
) -> Range<Int> {
  precondition(range.lowerBound >= 0, "range out of range")
  precondition(range.upperBound <= min(values.count, upper.count), "range out of range")
  let own = values.pointer + range.lowerBound
  let shares = upper.pointer + range.lowerBound
  eqp_sort_values(own, range.count, shares)
  let kept = Int(eqp_distinct_steps(own, range.count, shares))
  return range.lowerBound..<range.lowerBound + kept
}
