import CEquipoise
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Optimization
import RowSums

@c @implementation
public func eqp_logistic_fits(
  _ dataset: OpaquePointer?, _ options: OpaquePointer?, _ cells: UnsafePointer<eqp_vector>?,
  _ weights: UnsafePointer<Double>?, _ fits: Int64, _ cell_count: Int64,
  _ theta: UnsafeMutablePointer<Double>?, _ positives: UnsafeMutablePointer<Double>?,
  _ iterations: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard let theta else { throw CallError.argument("theta is NULL", column: "theta") }
    let parts = try Handles.datasets.object(dataset)
    let settings = try CallSettings(options)
    let request = try settings.request(Reductions.self)
    let requests = try cellRequests(weights, fits, cell_count)
    let codes = try OutsideVector(cells, rows: parts.rows, "cells").codes(below: Int(cell_count))
    let found: [GridFit]
    switch parts.assembled() {
    case .float(let data): found = try fitted(data, parts, codes, requests, request)
    case .double(let data): found = try fitted(data, parts, codes, requests, request)
    }
    try settings.requireNotCancelled()
    write(found, theta, positives, iterations)
    return found.allSatisfy { $0.status == .converged } ? EQP_OK : EQP_NOT_CONVERGED
  }
}

private func write(
  _ fits: [GridFit], _ theta: UnsafeMutablePointer<Double>,
  _ positives: UnsafeMutablePointer<Double>?, _ iterations: UnsafeMutablePointer<Int64>?
) {
  // SAFETY: the interface asks for room for each fit's parameters, cells and iterations.
  for (k, fit) in fits.enumerated() {
    (theta + k * fit.theta.count).update(from: fit.theta, count: fit.theta.count)
    if let positives {
      (positives + k * fit.positives.count).update(
        from: fit.positives, count: fit.positives.count)
    }
    iterations?[k] = Int64(fit.iterations)
  }
}

/// Signed weights of the cells' rows, shape `(fits, cells)`, as labels and weights.
private func cellRequests(
  _ weights: UnsafePointer<Double>?, _ fits: Int64, _ cells: Int64
) throws(CallError) -> [CellRequest] {
  guard let weights, cells > 0, cells <= 1 << 16, fits >= 0, fits <= 100_000 else {
    throw .argument("\(fits) fits with weights of \(cells) cells", column: "weights")
  }
  var requests: [CellRequest] = []
  for k in 0..<Int(fits) {
    // SAFETY: the caller's array of fits × cells numbers.
    let signed = Array(
      UnsafeBufferPointer(start: weights + k * Int(cells), count: Int(cells)))
    guard signed.allFinite else {
      throw .argument("a weight of fit \(k) is not finite", column: "weights")
    }
    requests.append(
      CellRequest(labels: signed.map { $0 > 0 ? 1 : 0 }, weights: signed.map { abs($0) }))
  }
  return requests
}

private func fitted<Scalar: KernelScalar>(
  _ data: Dataset<Scalar>, _ parts: DatasetParts, _ codes: Buffer<UInt16>,
  _ requests: [CellRequest], _ request: FitRequest
) throws -> [GridFit] {
  try MemoryGuard.requireWorkspace(data, request.pool)
  try parts.requireFinite(data, request.pool)
  let cells = requests.first?.weights.count ?? 1
  var cellWeights = [Double](repeating: 0, count: cells)
  for i in 0..<data.rows { cellWeights[Int(codes[i])] += data.sampleWeights?[i] ?? 1 }
  let folded =
    data.features.categorical.isEmpty
    ? IndicatorColumns(data.features.dense, pool: request.pool) : nil
  let rows = ScoreRows(
    features: folded?.features ?? data.features, cells: codes, cellCount: cells,
    labels: (0..<cells).map { Double($0 & 1) }, cellWeights: cellWeights,
    sampleWeights: data.sampleWeights.map { Buffer(narrowing: $0) })
  let learner = Reductions(request.options).learner(rows, request.context)
  var fits = try learner.fitGrid(requests)
  if let folded {
    for k in fits.indices { fits[k].theta = folded.unfolded(fits[k].theta) }
  }
  return fits
}
