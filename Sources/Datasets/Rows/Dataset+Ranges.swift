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
        file: source, row: line(ofRow: row), column: column, value: "\(weights[row])")
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
      for i in k * chunk..<min(block.rows, (k + 1) * chunk) {
        let row = block.pointer(row: i)
        var outside = UInt8(0)
        for j in 0..<block.columns { outside |= row[j].magnitude <= limit ? 0 : 1 }
        guard outside != 0 else { continue }
        bad.lower(to: i)
        return
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
    let place = line(ofRow: row), text = value.isNaN ? "NaN" : "\(value)"
    return value.isFinite
      ? .outOfRange(file: source, row: place, column: column, value: text, rule: rule)
      : .notFinite(file: source, row: place, column: column, value: text)
  }

  static var targetRule: String { "targets lie within ±1e30 and differ by at least 1e-30" }
  /// What the columns of data that never were in a table are called.
  static var weightName: String { "weights" }
  static var labelColumn: String { "labels" }
}
