import Datasets
import LinearAlgebra
import RowSums

/// Room for the encoded rows of a part.
public struct StoreRoom: Sendable {
  /// Bytes that encoded rows may take, those that pass through included.
  public var bytes: Int
  /// Where rows go that do not fit; nil: to the usual folder for large temporary files.
  public var folder: String?

  public init(bytes: Int, folder: String? = nil) {
    self.bytes = bytes
    self.folder = folder
  }

  /// The windows that rows pass through, besides those that stay.
  static let passing = 2
  /// The share of the room, one in so many, that passing windows may take together.
  private static let passingShare = 4

  /// Rows of a window and how many windows stay.
  func room<Scalar: KernelScalar>(
    _ layout: RowLayout, as type: Scalar.Type
  ) -> RowStore<Scalar>.Room {
    let least = layout.leastWindowBytes
    let units = max(1, min(Self.mostUnits, bytes / (Self.passing * Self.passingShare * least)))
    let kept = bytes / (units * least) - Self.passing
    return .init(
      windowRows: units * RowLayout.windowUnit, keptWindows: max(0, kept), folder: folder)
  }

  /// More of them in a window are read no faster.
  private static let mostUnits = 16

  /// The least bytes that will do.
  public static func least(_ layout: RowLayout) -> Int { passing * layout.leastWindowBytes }
}

/// Room for rows of a layout, or the error that there is too little.
public typealias FindRoom = @Sendable (_ layout: RowLayout) throws -> StoreRoom

/// The rows of a part a few at a time.
protocol RowPieces: Sendable {
  func survey(partition: Int, texts: [String]) throws -> TableSurvey
  func open<Scalar: KernelScalar>(
    _ encoder: FeatureEncoder, _ type: Scalar.Type
  ) throws -> any OpenPart
}

/// Pieces of a packed file, which are read anew by each question about columns.
struct StreamedPieces: RowPieces {
  let pieces: [PackedPiece]
  let reader: DataReader
  let room: FindRoom

  init(_ pieces: [PackedPiece], _ reader: DataReader, room: @escaping FindRoom) {
    self.pieces = pieces
    self.reader = reader
    self.room = room
  }

  func layout<Scalar: KernelScalar>(_ encoder: FeatureEncoder, as type: Scalar.Type) -> RowLayout {
    RowLayout(
      denseColumns: encoder.numeric.count, levels: encoder.levelCounts,
      isWeighted: reader.options.weights != nil, as: type)
  }

  func survey(partition: Int, texts: [String]) throws -> TableSurvey {
    var sum: TableSurvey?
    for piece in pieces {
      let found = try reader.survey(.blocks(piece), partition: partition, texts: texts)
      if sum == nil { sum = found } else { try sum!.add(found) }
    }
    guard let sum else { throw RoundFault("there is no part of the rows") }
    return sum
  }

  func open<Scalar: KernelScalar>(
    _ encoder: FeatureEncoder, _ type: Scalar.Type
  ) throws -> any OpenPart {
    try StreamedTable<Scalar>(self, encoder)
  }

  /// Calls with each piece, one after the other.
  func forEach<Scalar: KernelScalar>(
    _ encoder: FeatureEncoder, as type: Scalar.Type,
    _ body: (consuming TablePart<Scalar>) throws -> Void
  ) throws {
    for var piece in pieces {
      // The survey has compared the bytes with their digests.
      piece.isTrusted = true
      try body(try reader.part(.blocks(piece), encoder: encoder))
    }
  }
}

/// The rows of a part as they stand in the file.
struct StreamedTable<Scalar: KernelScalar>: OpenPart {
  private let pieces: StreamedPieces
  private let encoder: FeatureEncoder
  let rows: Int
  let sizes: [Double]
  /// About the origins: the first that is asked for.
  private let first: [Double]

  init(_ pieces: StreamedPieces, _ encoder: FeatureEncoder) throws {
    self.pieces = pieces
    self.encoder = encoder
    // Too little room is said before the rows are read again.
    _ = try pieces.room(pieces.layout(encoder, as: Scalar.self))
    var rows = 0
    var sizes = [Double](repeating: -.infinity, count: encoder.numeric.count + 1)
    var sums = PartSums<Scalar>(center: Array(repeating: 0, count: encoder.numeric.count))
    try pieces.forEach(encoder, as: Scalar.self) { part in
      rows += part.rows
      for (j, size) in part.sizes.enumerated() { sizes[j] = max(sizes[j], size) }
      part.add(to: &sums)
    }
    self.rows = rows
    self.sizes = sizes
    first = sums.finish(pool: pieces.reader.pool)
  }

  func moments(center: [Double]) throws -> [Double] {
    if center.allSatisfy({ $0 == 0 }) { return first }
    var sums = PartSums<Scalar>(center: center)
    try pieces.forEach(encoder, as: Scalar.self) { $0.add(to: &sums) }
    return sums.finish(pool: pieces.reader.pool)
  }

  func packed(_ plan: PartPlan, pool: WorkerPool) throws -> any PackedPart {
    let layout = pieces.layout(plan.encoder, as: Scalar.self)
    let store = RowStore<Scalar>(layout, try pieces.room(layout).room(layout, as: Scalar.self))
    var sums = CellTally(cells: 2 * (plan.combinations ?? 0))
    try pieces.forEach(plan.encoder, as: Scalar.self) { part in
      let data = try part.encoded(by: plan, pool: pool)
      let (codes, _) = try GroupedPart<Scalar>.cells(data, plan.groups)
      sums.add(codes, data.sampleWeights)
      try store.append(
        data.features, cells: Buffer(codes.map { UInt16($0) }), weights: data.sampleWeights)
    }
    try store.finish()
    return StreamedPart(store: store, cellSums: sums.sums)
  }
}

/// Encoded rows in a store.
struct StreamedPart<Scalar: KernelScalar>: PackedPart {
  let store: RowStore<Scalar>
  let cellSums: [Double]

  var rows: Int { store.rows }

  func source(kept: [Int], partition: Int, pool: WorkerPool) throws -> any RowSource {
    let places = try CellPlaces.of(kept, among: cellSums.count / 2)
    for (code, place) in places.enumerated() where place == nil {
      guard cellSums[cellSums.count / 2 + code] == 0 else {
        throw RoundFault("rows of a cell left out")
      }
    }
    var map = places.map { $0 ?? 0 }
    map += [UInt16](repeating: 0, count: 1 << 16 - map.count)
    try store.number(map)
    return StoredRows(
      store, labels: kept.map { Double($0 & 1) }, cellWeights: kept.map { cellSums[$0] },
      partition: partition, pool: pool)
  }
}

/// Σ w of each (combination of groups, label), then how many rows it has.
struct CellTally {
  private(set) var sums: [Double]
  private let count: Int

  init(cells count: Int) {
    self.count = count
    sums = [Double](repeating: 0, count: 2 * count)
  }

  mutating func add(_ codes: [Int], _ weights: [Double]?) {
    for (i, cell) in codes.enumerated() {
      sums[cell] += weights?[i] ?? 1
      sums[count + cell] += 1
    }
  }
}
