import Datasets
import LinearAlgebra
import RowSums

/// Some rows of one part, as it encoded them: what a fit looks at before it asks all rows, to spare
/// rounds. The only answer that rows leave in.
public struct RowPiece: Sendable, Equatable {
  public var partition: Int
  /// The features that are numbers, row by row.
  public var numbers: [Double]
  /// The codes of each categorical column.
  public var codes: [[UInt16]]
  /// The cell of each row.
  public var cells: [UInt16]
  /// Nil means 1 for each row.
  public var weights: [Double]?

  public var rows: Int { cells.count }

  init<Scalar: KernelScalar>(_ data: ScoreRows<Scalar>, partition: Int) {
    self.partition = partition
    let dense = data.features.dense
    numbers = []
    numbers.reserveCapacity(data.rows * dense.columns)
    for i in 0..<data.rows {
      for j in 0..<dense.columns { numbers.append(Double(dense[i, j])) }
    }
    codes = data.features.categorical.map(\.codes.array)
    cells = data.cells.array
    weights = data.sampleWeights.map { $0.array.map(Double.init) }
  }
}

/// Pieces as bytes: signature, version, how many, the pieces, checksum.
extension RowPiece {
  static let signature = Array("EQPPIECE".utf8)
  private static let version: UInt16 = 1

  static func encoded(_ pieces: [RowPiece], of request: UInt64) -> [UInt8] {
    var writer = StateWriter(check: .words)
    for byte in signature { writer.write(byte) }
    writer.write(version)
    writer.write(request)
    writer.write(UInt32(pieces.count))
    for piece in pieces {
      writer.write(Int64(piece.partition))
      writer.write(UInt32(piece.numbers.count))
      for number in piece.numbers { writer.write(number) }
      writer.write(UInt32(piece.codes.count))
      for column in piece.codes { write(column, to: &writer) }
      write(piece.cells, to: &writer)
      writer.write(UInt8(piece.weights == nil ? 0 : 1))
      for weight in piece.weights ?? [] { writer.write(weight) }
    }
    return writer.finished()
  }

  private static func write(_ codes: [UInt16], to writer: inout StateWriter) {
    writer.write(UInt32(codes.count))
    for code in codes { writer.write(code) }
  }

  static func decoding(
    _ bytes: [UInt8]
  ) throws(SumsError) -> (pieces: [RowPiece], request: UInt64) {
    do { return try read(bytes) } catch { throw .bytes(of: "answer", error) }
  }

  private static func read(
    _ bytes: [UInt8]
  ) throws(StateError) -> (pieces: [RowPiece], request: UInt64) {
    var reader = try StateReader(bytes, signature: signature, check: .words)
    let found: UInt16 = try reader.integer()
    guard found == version else { throw .unknownVersion(Int(found)) }
    let request: UInt64 = try reader.integer()
    var pieces: [RowPiece] = []
    for _ in 0..<(try reader.count(of: 21)) { pieces.append(try RowPiece(&reader)) }
    try reader.end()
    return (pieces, request)
  }

  private init(_ reader: inout StateReader) throws(StateError) {
    let place = reader.offset
    let partition: Int64 = try reader.integer()
    self.partition = Int(partition)
    numbers = []
    for _ in 0..<(try reader.count(of: 8)) { numbers.append(try reader.number()) }
    codes = []
    for _ in 0..<(try reader.count(of: 4)) { codes.append(try Self.codes(&reader)) }
    cells = try Self.codes(&reader)
    let flag: UInt8 = try reader.integer()
    if flag == 1 {
      var weights: [Double] = []
      for _ in cells { weights.append(try reader.number()) }
      self.weights = weights
    }
    guard partition >= 0, flag <= 1, codes.allSatisfy({ $0.count == cells.count }),
      weights?.allSatisfy({ $0 >= 0 }) ?? true
    else { throw .invalid("a piece of rows that do not fit each other", at: place) }
  }

  private static func codes(_ reader: inout StateReader) throws(StateError) -> [UInt16] {
    var codes: [UInt16] = []
    for _ in 0..<(try reader.count(of: 2)) { codes.append(try reader.integer()) }
    return codes
  }
}

extension ScoreRows {
  /// The rows of all pieces, in the order of their partitions.
  ///
  /// - Throws: for pieces that do not have the shape.
  init(_ pieces: [RowPiece], _ shape: RowShape) throws(RoundFault) {
    let rows = pieces.reduce(0) { $0 + $1.rows }
    let isWeighted = pieces.contains { $0.weights != nil }
    guard rows > 0,
      pieces.allSatisfy({ piece in
        piece.numbers.count == piece.rows * shape.denseColumns
          && piece.codes.count == shape.levels.count
          && zip(piece.codes, shape.levels).allSatisfy { codes, levels in
            codes.allSatisfy { $0 < levels }
          }
          && piece.cells.allSatisfy { $0 < shape.cells }
      })
    else { throw RoundFault("rows of another shape") }
    let dense = Matrix<Scalar>(rows: rows, columns: shape.denseColumns)
    var k = 0
    for piece in pieces {
      for number in piece.numbers {
        dense[k / shape.denseColumns, k % shape.denseColumns] = Scalar(number)
        k += 1
      }
    }
    let cells = pieces.flatMap(\.cells)
    let weights = pieces.flatMap { $0.weights ?? Array(repeating: 1, count: $0.rows) }
    var cellWeights = [Double](repeating: 0, count: shape.cells)
    for (cell, weight) in zip(cells, weights) { cellWeights[Int(cell)] += weight }
    self.init(
      features: DesignMatrix(
        dense: dense,
        categorical: shape.levels.indices.map { j in
          CodeColumn(codes: Buffer(pieces.flatMap { $0.codes[j] }), levels: shape.levels[j])
        }), cells: Buffer(cells), cellCount: shape.cells, labels: shape.labels,
      cellWeights: cellWeights, sampleWeights: isWeighted ? Buffer(narrowing: weights) : nil)
  }
}
