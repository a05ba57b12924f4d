import Datasets
import LinearAlgebra
import Mitigation

/// What a fit may take for granted about a data set: callers from outside are told before.
enum DatasetChecks {
  /// Bytes that a fit of any method may need beside the features: a Gram matrix a thread and a few
  /// numbers a row.
  private static func workspace<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ pool: WorkerPool
  ) -> Int {
    let width = data.features.columns + 1
    let (square, overflow) = width.multipliedReportingOverflow(by: width)
    guard !overflow else { return .max }
    return square * 8 * (pool.threads + 2) + data.rows * 64
  }

  /// Everything but whether the features are finite.
  ///
  /// - Parameter fitsNumbers: whether targets will do in place of labels.
  static func forFit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, needsGroups: Bool, fitsNumbers: Bool = false, _ pool: WorkerPool
  ) throws(CallError) {
    guard data.rows > 0 else { throw .data("there are no rows") }
    if fitsNumbers && data.targets != nil { try targets(data) } else { try labels(data) }
    try groups(data, needed: needsGroups)
    guard data.features.columns > 0 else { throw .data("there are no features") }
    try MemoryGuard.require(bytes: workspace(data, pool), for: "the fit")
  }

  /// The same for a method before a fit, which may not need labels.
  static func forTransform<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, needsGroups: Bool, needsLabels: Bool, _ pool: WorkerPool
  ) throws(CallError) {
    guard !needsLabels else { return try forFit(data, needsGroups: needsGroups, pool) }
    guard data.rows > 0 else { throw .data("there are no rows") }
    try groups(data, needed: needsGroups)
    guard data.features.columns > 0 else { throw .data("there are no features") }
    try MemoryGuard.require(bytes: workspace(data, pool), for: "the fit")
  }

  /// Targets are finite and vary.
  private static func targets<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws(CallError) {
    do throws(DataError) { try data.requireVaryingTargets() } catch { throw CallError(error) }
  }

  /// Labels are there, and both classes have weight.
  static func labels<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws(CallError) {
    guard let labels = data.labels else {
      throw .data(
        data.targets == nil
          ? "labels are missing" : "labels of two classes are needed, and the data have targets",
        column: "labels")
    }
    let weights = classWeights(labels, data.sampleWeights)
    guard weights[0] + weights[1] > 0 else {
      throw .data("every weight is 0", column: "weights")
    }
    for label in 0..<2 where weights[label] == 0 {
      throw .data("no row with weight has label \(label)", column: "labels")
    }
    guard (weights[0] + weights[1]).isFinite else {
      throw .data("the sum of the weights is not finite", column: "weights")
    }
  }

  private static func classWeights(_ labels: Buffer<UInt8>, _ weights: [Double]?) -> [Double] {
    let n = labels.count, bits = labels.pointer
    guard let weights else {
      var positives = 0
      for i in 0..<n { positives += Int(bits[i]) }
      return [Double(n - positives), Double(positives)]
    }
    var sums = [0.0, 0.0]
    for i in 0..<n { sums[Int(bits[i])] += weights[i] }
    return sums
  }

  static func groups<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, needed: Bool
  ) throws(CallError) {
    guard !needed || !data.attributes.isEmpty else {
      throw .data(
        data.encoder.options.continuous.isEmpty
          ? "sensitive attributes are missing"
          : "sensitive attributes are needed, and the data have continuous ones only",
        column: "attributes")
    }
    try combinations(data.attributes, rows: data.rows)
  }

  /// The observed combinations of several attributes are few enough to be groups.
  static func combinations(_ attributes: [GroupIndex], rows: Int) throws(CallError) {
    let possible = attributes.reduce(1.0) { $0 * Double($1.count) }
    guard attributes.count > 1, possible > Double(GroupIndex.maximumCount) else { return }
    var seen: Set<[UInt16]> = []
    for i in 0..<rows {
      seen.insert(attributes.map { $0.codes.pointer[i] })
      guard seen.count <= GroupIndex.maximumCount else {
        throw .data(
          "the attributes have more than \(GroupIndex.maximumCount) combinations of groups")
      }
    }
  }

  /// Every number is finite, and small enough that squares add up to finite numbers over any rows.
  static func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ pool: WorkerPool
  ) throws(CallError) {
    let block = data.features.dense
    guard block.columns > 0 else { return }
    let chunk = 8192
    let chunks = (block.rows + chunk - 1) / chunk
    let bad = FirstRow()
    let limit = largest(Scalar.self)
    pool.forEach(chunks) { k in
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
    let name = j < data.encoder.numeric.count ? data.encoder.numeric[j].name : "\(j)"
    let value = block[i, j].isNaN ? "NaN" : "\(block[i, j])"
    let rule = block[i, j].isFinite ? "a number within ±\(limit)" : "a finite number"
    throw .data(
      "feature '\(name)' of row \(i) is \(value): \(rule) is needed", row: i, column: name)
  }

  /// The square of a feature this large is a finite number, 10⁸ times over.
  private static func largest<Scalar: KernelScalar>(_: Scalar.Type) -> Scalar {
    Scalar(min(NumberRange.largest, 1e-4 * Double(Scalar.greatestFiniteMagnitude).squareRoot()))
  }
}
