import LinearAlgebra

/// Ranges that numbers have to lie in, in rows that a model is fitted to and in those it is tested on.
extension Dataset {
  /// Throws when a weight, a target, a continuous attribute or a feature is no number within its range.
  public func requireRanges(pool: WorkerPool = .default) throws(DataError) {
    try requireNumberRanges()
    try requireFeatureRange(pool: pool)
  }

  /// The same of everything but the features.
  public func requireNumberRanges() throws(DataError) {
    try requireWeightRange()
    try requireTargetRange()
    try requireColumnRange()
  }

  private func requireWeightRange() throws(DataError) {
    guard let weights = sampleWeights,
      let row = weights.firstIndex(where: { !NumberRange.isWeight($0) })
    else { return }
    let column = encoder.options.weights ?? Self.weightName
    if weights[row] < 0 {
      throw .negativeWeight(
        file: source, row: line(ofRow: row), column: column, value: NumberText.shown(weights[row]))
    }
    throw outOfRange(
      row, column, weights[row], rule: "weights are 0 or lie within \(NumberRange.weights)")
  }

  private func requireTargetRange() throws(DataError) {
    guard let targets, let name = encoder.options.target,
      let row = targets.firstIndex(where: { !(abs($0) <= NumberRange.largestTarget) })
    else { return }
    throw outOfRange(row, name, targets[row], rule: Self.targetRule)
  }

  /// Continuous attributes have products with features.
  private func requireColumnRange() throws(DataError) {
    for name in encoder.options.continuous {
      guard let values = columns[name],
        let row = values.firstIndex(where: { !(abs($0) <= NumberRange.largest) })
      else { continue }
      throw outOfRange(
        row, name, values[row], rule: "numbers lie within ±\(NumberRange.largest)")
    }
  }

  /// Throws when a feature is no finite number, or so large that sums of squares are none.
  public func requireFeatureRange(pool: WorkerPool = .default) throws(DataError) {
    let block = features.dense, limit = NumberRange.largestFeature(Scalar.self)
    guard !hasCheckedFeatures, block.columns > 0 else { return }
    let chunk = 8192
    let bad = FirstRow()
    pool.forEach((block.rows + chunk - 1) / chunk) { k in
      let rows = k * chunk..<min(block.rows, (k + 1) * chunk)
      if let row = firstRow(outside: limit, block.slice(rows: rows)) {
        bad.lower(to: rows.lowerBound + row)
      }
    }
    guard let i = bad.row else { return }
    let j = (0..<block.columns).first { !(block[i, $0].magnitude <= limit) } ?? 0
    throw badFeature(i, j, limit: Double(limit))
  }

  private func badFeature(_ i: Int, _ j: Int, limit: Double) -> DataError {
    let value = Double(features.dense[i, j])
    guard j < encoder.numeric.count else {
      return outOfRange(i, "\(j)", value, rule: "features lie within ±\(limit)")
    }
    let column = encoder.numeric[j]
    guard column.shift != 0 || column.scale != 1 else {
      return outOfRange(i, column.name, value, rule: "features lie within ±\(limit)")
    }
    return outOfRange(
      i, column.name, column.scale > 0 ? value / column.scale + column.mean : value,
      rule: "features lie within \(limit) standard deviations of the mean of the training rows")
  }

  private func outOfRange(
    _ row: Int, _ column: String, _ value: Double, rule: String
  ) -> DataError {
    let place = line(ofRow: row), text = value.isNaN ? "NaN" : NumberText.shown(value)
    return value.isFinite
      ? .outOfRange(file: source, row: place, column: column, value: text, rule: rule)
      : .notFinite(file: source, row: place, column: column, value: text)
  }

  static var targetRule: String { "targets lie within ±1e30 and differ by at least 1e-30" }
  /// What the columns of data that never were in a table are called.
  static var weightName: String { "weights" }
  static var labelColumn: String { "labels" }
}

/// The first row with a number beyond ± a limit, or none at all.
///
/// Each storage type has a loop of its own: code for any type would call a function for each number.
private func firstRow<Scalar: KernelScalar>(outside limit: Scalar, _ block: Matrix<Scalar>) -> Int?
{
  if let block = block as? Matrix<Float> { return firstRow(block, Float(limit)) }
  if let block = block as? Matrix<Double> { return firstRow(block, Double(limit)) }
  return firstRow(block, limit)
}

@inline(__always)
private func firstRow<Scalar: KernelScalar>(_ block: Matrix<Scalar>, _ limit: Scalar) -> Int? {
  for i in 0..<block.rows {
    let row = block.pointer(row: i)
    // As wide as the numbers of most tables, so that lanes are filled.
    var outside = Int32(0)
    for j in 0..<block.columns { outside &+= row[j].magnitude <= limit ? 0 : 1 }
    if outside != 0 { return i }
  }
  return nil
}
