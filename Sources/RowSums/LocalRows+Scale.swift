import Datasets
import LinearAlgebra
import Synchronization

/// Bounds that a reading has found, for all who ask later.
final class KeptScale: Sendable {
  private let kept = Mutex<(rough: SumScale?, exact: SumScale?)>((nil, nil))

  /// The bounds, found by `make` where nobody has asked before.
  func scale(exact: Bool, _ make: () throws -> SumScale) rethrows -> SumScale {
    let known = kept.withLock { exact ? $0.exact : $0.exact ?? $0.rough }
    if let known { return known }
    let made = try make()
    kept.withLock { if exact { $0.exact = made } else { $0.rough = made } }
    return made
  }
}

extension LocalRows {
  public func scale(exact: Bool) throws -> SumScale {
    kept.scale(exact: exact) {
      SumScale(sizes: sizes(exact: exact), shape, margin: exact ? 0 : SumScale.margin)
    }
  }

  /// Rows of a block that are looked at for bounds: a run as long as those of a sample.
  private static var lookedAt: Int { RowSelection.sampleRun }

  /// The largest weight, |offset|, |x| of each dense column and |a| of each attribute.
  func sizes(exact: Bool) -> [Double] {
    let block = Blocking.blockRows.upperBound
    let dense = data.features.dense
    let runs = stride(from: 0, to: data.rows, by: block).map { first in
      first..<min(data.rows, first + (exact ? block : Self.lookedAt))
    }
    var columns = [Double](repeating: -.infinity, count: dense.columns)
    for run in runs {
      let largest = largest(run)
      for j in columns.indices { columns[j] = max(columns[j], largest[j]) }
    }
    let all = [0..<data.rows]
    return [
      data.sampleWeights.map { Self.largest($0, all) } ?? (data.rows == 0 ? -.infinity : 1),
      data.offset.map { Self.largest($0, all) } ?? -.infinity,
    ] + columns + attributes.map { Self.largest($0, all) }
  }

  /// max |x| of each dense column over some rows.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func largest(_ rows: Range<Int>) -> [Double] {
    let dense = data.features.dense
    let found = Buffer<Scalar>(zeroed: dense.columns)
    // SAFETY: the rows are the block's, and `found` has an entry a column.
    for i in rows {
      let row = dense.pointer(row: i)
      for j in 0..<dense.columns { found.pointer[j] = max(found.pointer[j], abs(row[j])) }
    }
    return found.array.map { Double($0) }
  }

  private static func largest(_ values: Buffer<Scalar>, _ rows: [Range<Int>]) -> Double {
    var largest = -Double.infinity
    for range in rows {
      for i in range { largest = max(largest, Double(abs(values.pointer[i]))) }
    }
    return largest
  }
}

extension SumScale {
  /// Powers of two that are added to the sizes of a few rows, where others may have larger ones.
  static let margin = 24

  /// Bounds from the largest sizes that `Request.Question.sizes` asks for.
  public init(sizes: [Double], _ shape: RowShape, margin: Int) {
    let levels = shape.columns - shape.denseColumns
    let dense = sizes[2..<2 + shape.denseColumns].map {
      Self.bound(max($0, 0)) + margin
    }
    self.init(
      weight: Self.bound(Double(max(1, shape.rows))) + Self.exponent(sizes[0]),
      columns: dense + Array(repeating: 0, count: levels + 1),
      offset: Self.bound(max(sizes[1], 0)),
      attributes: sizes[(2 + shape.denseColumns)...].map {
        Self.exponent(max($0, 0)) - Self.exponent(sizes[0])
      })
  }
}
