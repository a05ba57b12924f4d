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

  static func forFit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ method: any Mitigation.Type, _ pool: WorkerPool
  ) throws(CallError) {
    guard data.rows > 0 else { throw .data("there are no rows") }
    try labels(data)
    try groups(data, needed: method.needsGroups)
    try features(data, pool)
    try MemoryGuard.require(bytes: workspace(data, pool), for: "the fit")
  }

  /// Labels are there, and both classes have weight.
  static func labels<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws(CallError) {
    guard let labels = data.labels else { throw .data("labels are missing", column: "labels") }
    var weights = [0.0, 0.0]
    for i in 0..<data.rows { weights[Int(labels.pointer[i])] += data.sampleWeights?[i] ?? 1 }
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

  static func groups<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, needed: Bool
  ) throws(CallError) {
    guard !needed || !data.attributes.isEmpty else {
      throw .data("sensitive attributes are missing", column: "attributes")
    }
    guard data.attributes.count > 1 else { return }
    var seen: Set<[UInt16]> = []
    for i in 0..<data.rows {
      seen.insert(data.attributes.map { $0.codes.pointer[i] })
      guard seen.count <= GroupIndex.maximumCount else {
        throw .data(
          "the attributes have more than \(GroupIndex.maximumCount) combinations of groups")
      }
    }
  }

  /// Every number is finite. A sum that is finite proves it for a row at a time.
  static func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ pool: WorkerPool
  ) throws(CallError) {
    guard data.features.columns > 0 else { throw .data("there are no features") }
    let block = data.features.dense
    guard block.columns > 0 else { return }
    let chunk = 8192
    let chunks = (block.rows + chunk - 1) / chunk
    let bad = FirstRow()
    pool.forEach(chunks) { k in
      for i in k * chunk..<min(block.rows, (k + 1) * chunk)
      where !Scalar.sum(block.pointer(row: i), block.columns).isFinite {
        guard (0..<block.columns).contains(where: { !block[i, $0].isFinite }) else { continue }
        bad.lower(to: i)
        return
      }
    }
    guard let i = bad.row else { return }
    let j = (0..<block.columns).first { !block[i, $0].isFinite } ?? 0
    let name = j < data.encoder.numeric.count ? data.encoder.numeric[j].name : "\(j)"
    throw .data(
      "feature '\(name)' of row \(i) is \(block[i, j]): a finite number is needed", row: i,
      column: name)
  }
}
