import Datasets
import LinearAlgebra

/// The rows that a linear model is fitted to: features, the cell of each row, weights and offsets.
///
/// The label, and in reductions the relabelling and its weight, are functions of the cell, so they
/// are short tables. `sampleWeights` and `offset` are the only per-row numbers, and optional.
public struct ScoreRows<Scalar: KernelScalar>: Sendable {
  public let features: DesignMatrix<Scalar>
  /// Shape `(n)`, values in `0..<cellCount`.
  public let cells: Buffer<UInt16>
  public let cellCount: Int
  /// The label of each cell, 0 or 1.
  public let labels: [Double]
  /// Shape `(n)`, at least 0; nil means 1 for each row.
  public let sampleWeights: Buffer<Scalar>?
  /// Shape `(n)`, added to each score; nil means 0.
  public let offset: Buffer<Scalar>?
  /// Σ of sample weights in each cell, shape `(cellCount)`.
  public let cellWeights: [Double]

  public var rows: Int { features.rows }
  public var totalWeight: Double { cellWeights.reduce(0, +) }

  /// Rows whose cell is (group, label), coded 2·group + label.
  public init(
    features: DesignMatrix<Scalar>, cells: Buffer<UInt16>, cellCount: Int, labels: [Double],
    cellWeights: [Double], sampleWeights: Buffer<Scalar>? = nil, offset: Buffer<Scalar>? = nil
  ) {
    let n = features.rows
    precondition(cells.count == n, "\(cells.count) cells for \(n) rows")
    precondition(labels.count == cellCount && cellWeights.count == cellCount, "a label a cell")
    precondition(sampleWeights == nil || sampleWeights!.count == n, "a weight for each row")
    precondition(offset == nil || offset!.count == n, "an offset for each row")
    self.features = features
    self.cells = cells
    self.cellCount = cellCount
    self.labels = labels
    self.cellWeights = cellWeights
    self.sampleWeights = sampleWeights
    self.offset = offset
  }

  /// Rows without groups: the cell is the label.
  ///
  /// - Parameter labels: shape `(n)`, 0 or 1.
  public init(
    features: DesignMatrix<Scalar>, labels: Buffer<UInt8>, sampleWeights: [Double]? = nil,
    offset: Buffer<Scalar>? = nil
  ) {
    let n = features.rows
    precondition(labels.count == n, "\(labels.count) labels for \(n) rows")
    let cells = Buffer<UInt16>(uninitialized: n)
    var weights = [0.0, 0.0]
    for i in 0..<n {
      let label = Int(labels.pointer[i])
      precondition(label < 2, "a label is 0 or 1")
      cells.pointer[i] = UInt16(label)
      weights[label] += sampleWeights?[i] ?? 1
    }
    self.init(
      features: features, cells: cells, cellCount: 2, labels: [0, 1], cellWeights: weights,
      sampleWeights: sampleWeights.map(Buffer.init(narrowing:)), offset: offset)
  }
}

extension Buffer where Element: KernelScalar {
  /// The numbers rounded to this type.
  public convenience init(narrowing values: [Double]) {
    self.init(uninitialized: values.count)
    // SAFETY: both sides have `values.count` elements.
    values.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      Element.Kernels.narrow(start, source.count, pointer)
    }
  }
}

/// A sample of rows, given as ascending ranges.
package struct RowSelection: Sendable {
  package let ranges: [Range<Int>]
  package let count: Int

  package static func all(_ rows: Int) -> RowSelection {
    RowSelection(ranges: [0..<rows], count: rows)
  }

  /// The rows of one run in a sample: long enough for the memory system, short enough that a
  /// sorted file is still sampled everywhere.
  static let sampleRun = 64

  /// About `count` of `rows`, in runs spread evenly with a jitter from a fixed generator, so that
  /// no period in the data can hide rows from it.
  package static func spread(_ count: Int, of rows: Int) -> RowSelection {
    let runs = max(1, count / sampleRun)
    let stratum = Double(rows) / Double(runs)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var ranges: [Range<Int>] = []
    var total = 0
    for k in 0..<runs {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let start = Double(k) * stratum
      let slack = max(0, stratum - Double(sampleRun))
      let low = Int(start + slack * Double(state >> 40) / Double(1 << 24))
      let high = min(rows, low + sampleRun)
      guard low < high else { continue }
      ranges.append(low..<high)
      total += high - low
    }
    return RowSelection(ranges: ranges, count: total)
  }
}
