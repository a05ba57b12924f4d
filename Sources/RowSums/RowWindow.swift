import Datasets
import LinearAlgebra

/// How encoded rows lie in memory and in files.
public struct RowLayout: Sendable {
  public var denseColumns: Int
  /// Levels of each categorical column.
  public var levels: [Int]
  public var isWeighted: Bool
  /// Bytes of a number.
  public var numberBytes: Int

  public init<Scalar: KernelScalar>(
    denseColumns: Int, levels: [Int], isWeighted: Bool, as type: Scalar.Type
  ) {
    self.denseColumns = denseColumns
    self.levels = levels
    self.isWeighted = isWeighted
    numberBytes = MemoryLayout<Scalar>.size
  }

  /// Bytes of a row: its numbers, codes, cell and weight.
  public var rowBytes: Int {
    (denseColumns + (isWeighted ? 1 : 0)) * numberBytes
      + (levels.count + 1) * MemoryLayout<UInt16>.size
  }

  /// Bytes of the least window, of which at least two are in memory.
  public var leastWindowBytes: Int { Self.windowUnit * rowBytes }

  /// Rows of a window: a multiple of every block that sums are taken over, so that these are the same
  /// as if all rows lay in one memory.
  public static var windowUnit: Int { Blocking.blockRows.upperBound }
}

/// Memory for some encoded rows that lie next to each other.
final class RowWindow<Scalar: KernelScalar>: @unchecked Sendable {
  // SAFETY: one thread fills it, and others read it after that one is done.
  let capacity: Int
  private let layout: RowLayout
  private let dense: Buffer<Scalar>
  private let codes: [Buffer<UInt16>]
  private let cells: Buffer<UInt16>
  private let weights: Buffer<Scalar>?
  var rows = 0
  /// Which window of the rows it holds; nil: none.
  var index: Int?

  init(_ layout: RowLayout, capacity: Int) {
    self.layout = layout
    self.capacity = capacity
    dense = Buffer(uninitialized: capacity * layout.denseColumns)
    codes = layout.levels.map { _ in Buffer(uninitialized: capacity) }
    cells = Buffer(uninitialized: capacity)
    weights = layout.isWeighted ? Buffer(uninitialized: capacity) : nil
  }

  /// Takes rows behind those that it has, as many as it has room for.
  ///
  /// - Returns: how many.
  func take(
    _ features: DesignMatrix<Scalar>, from first: Int, cells new: Buffer<UInt16>,
    weights newWeights: [Double]?
  ) -> Int {
    let count = min(capacity - rows, features.rows - first), width = layout.denseColumns
    // SAFETY: the rows lie inside the features, and there is room for them.
    if width > 0, features.dense.rowStride == width, count > 0 {
      (dense.pointer + rows * width).update(
        from: features.dense.pointer(row: first), count: count * width)
    } else if width > 0 {
      for i in 0..<count {
        (dense.pointer + (rows + i) * width).update(
          from: features.dense.pointer(row: first + i), count: width)
      }
    }
    for (column, source) in zip(codes, features.categorical) {
      (column.pointer + rows).update(from: source.codes.pointer + first, count: count)
    }
    (cells.pointer + rows).update(from: new.pointer + first, count: count)
    if let weights, let newWeights {
      newWeights.withUnsafeBufferPointer {
        guard let start = $0.baseAddress else { return }
        Scalar.Kernels.narrow(start + first, count, weights.pointer + rows)
      }
    }
    rows += count
    return count
  }

  /// Replaces each cell by another number.
  func number(_ map: [UInt16]) {
    // SAFETY: the map has an entry for every 16-bit code.
    map.withUnsafeBufferPointer { map in
      for i in 0..<rows { cells.pointer[i] = map[Int(cells.pointer[i])] }
    }
  }

  /// The rows as sums read them.
  func scoreRows(labels: [Double]) -> ScoreRows<Scalar> {
    let width = layout.denseColumns
    return ScoreRows(
      features: DesignMatrix(
        dense: Matrix(buffer: dense, rows: rows, columns: width, rowStride: width),
        categorical: zip(codes, layout.levels).map {
          CodeColumn(codes: $0.slice(0..<rows), levels: $1)
        }),
      cells: cells.slice(0..<rows), cellCount: labels.count, labels: labels,
      cellWeights: [Double](repeating: 0, count: labels.count),
      sampleWeights: weights?.slice(0..<rows))
  }

  // MARK: - Bytes

  /// The memory of the rows that it has room for, in the order of a file, and the bytes of a row.
  private var parts: [(start: UnsafeMutableRawPointer, rowBytes: Int)] {
    func part<Element>(_ buffer: Buffer<Element>, _ each: Int = 1) -> (UnsafeMutableRawPointer, Int)
    {
      (UnsafeMutableRawPointer(buffer.pointer), each * MemoryLayout<Element>.stride)
    }
    return [part(dense, layout.denseColumns)] + codes.map { part($0) } + [part(cells)]
      + (weights.map { [part($0)] } ?? [])
  }

  func write(to file: ScratchFile, at offset: Int) throws {
    var place = offset
    for part in parts {
      let count = capacity * part.rowBytes
      try file.write(UnsafeRawBufferPointer(start: part.start, count: count), at: place)
      place += count
    }
    file.flush(offset..<place)
  }

  /// Reads some rows of a window behind those that are here.
  ///
  /// - Parameters:
  ///   - range: of the window that was written.
  ///   - offset: where that was.
  ///   - capacity: for how many rows it had room.
  func read(_ range: Range<Int>, from file: ScratchFile, at offset: Int, capacity: Int) throws {
    precondition(rows + range.count <= self.capacity, "more rows than there is room for")
    var place = offset
    for part in parts {
      // SAFETY: there is room for the rows.
      let memory = UnsafeMutableRawBufferPointer(
        start: part.start + rows * part.rowBytes, count: range.count * part.rowBytes)
      try file.read(memory, at: place + range.lowerBound * part.rowBytes)
      place += capacity * part.rowBytes
    }
    file.drop(offset..<place)
    rows += range.count
  }
}
