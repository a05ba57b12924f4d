import Datasets
import LinearAlgebra
import RowSums
import Synchronization

/// One part of the rows of a fit, where these are: it answers what a fit asks, and gives no row away.
public final class PartRows: Sendable {
  public let partition: Int
  private let location: DataLocation?
  /// The rows a few at a time, where not all are held at once.
  private let pieces: (any RowPieces)?
  private let options: DataOptions
  private let pool: WorkerPool
  private let state = Mutex(State())

  private struct State {
    var table: (any OpenPart)?
    var packed: (any PackedPart)?
    var rows: (any RowSource)?
  }

  /// - Parameters:
  ///   - partition: which part this is, counted from 0.
  ///   - location: nil: there is no row.
  ///   - options: the roles of the columns, the same for all parts.
  public init(
    partition: Int, _ location: DataLocation?, _ options: DataOptions, pool: WorkerPool = .default
  ) {
    self.partition = partition
    self.location = location
    pieces = nil
    self.options = options
    self.pool = pool
  }

  /// Rows that are read a few at a time, for want of memory for all.
  ///
  /// - Parameters:
  ///   - pieces: one after the other, they are the rows.
  ///   - room: for encoded rows.
  public init(
    partition: Int = 0, pieces: [PackedPiece], _ options: DataOptions,
    pool: WorkerPool = .default, room: @escaping FindRoom
  ) {
    self.partition = partition
    location = nil
    self.pieces = StreamedPieces(pieces, DataReader(options: options, pool: pool), room: room)
    self.options = options
    self.pool = pool
  }

  /// The answer's bytes. What is wrong with the rows is a refusal, which says which part it is of.
  public func answer(_ bytes: [UInt8]) throws -> [UInt8] {
    let request = try RoundRequest(decoding: bytes)
    let answer: RoundAnswer
    do { answer = try self.answer(request, mark: Self.mark(bytes)) } catch {
      answer = .sums(refused(error, mark: Self.mark(bytes)))
    }
    return try answer.encoded()
  }

  /// Which request bytes are, as answers carry it.
  static func mark(_ bytes: [UInt8]) -> UInt64 {
    if let request = try? Request(decoding: bytes) { return request.mark }
    return bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }

  /// An answer that says only why there is none.
  func refused(_ reason: String, mark: UInt64) -> RoundAnswer {
    .sums(
      .refused(
        Refusal(partition: partition, row: 0, reason: reason), question: mark,
        kernels: [MachineInfo.kernels]))
  }

  /// The label's column, and that of the weights.
  var labelName: String? { options.label }
  var weightsName: String? { options.weights }

  /// What the columns hold; nil without rows.
  func contents() throws -> PartContents? {
    try read { location throws(DataError) in try reader.contents(location) }
  }

  private func refused(_ error: any Error, mark: UInt64) -> Answer {
    let row = (error as? any UserError)?.place?.index ?? 0
    let reason = (error as? any UserError)?.text(.python) ?? "\(error)"
    return .refused(
      Refusal(partition: partition, row: row, reason: reason), question: mark,
      kernels: [MachineInfo.kernels])
  }

  func answer(_ request: RoundRequest, mark: UInt64) throws -> RoundAnswer {
    switch request {
    case .survey(let texts):
      if let pieces {
        return .surveys([try pieces.survey(partition: partition, texts: texts)], request: mark)
      }
      let found = try read { location throws(DataError) in
        try reader.survey(location, partition: partition, texts: texts)
      }
      return .surveys(found.map { [$0] } ?? [], request: mark)
    case .open(let encoder, let precision):
      let table: any OpenPart =
        switch precision {
        case .float: try open(encoder, Float.self)
        case .double: try open(encoder, Double.self)
        }
      state.withLock { $0 = State(table: table) }
      return .sums(try answer(mark, table.rows, ExactSums([]), extremes: table.sizes))
    case .moments(let moments):
      let table = try held(\.table, "opened")
      guard moments.sizes.count == table.sizes.count - 1 else {
        throw RoundFault("moments of \(moments.sizes.count) numbers")
      }
      let found = try table.moments(center: moments.centers)
      return .sums(try answer(mark, table.rows, moments.units(), found))
    case .pack(let plan): return .sums(try pack(plan, mark))
    case .cells(let kept):
      let packed = try held(\.packed, "packed")
      let rows = try packed.source(kept: kept, partition: partition, pool: pool)
      state.withLock { $0.rows = rows }
      return .sums(try answer(mark, packed.rows, ExactSums([])))
    case .sample(let count, let total):
      let sample = try sample(rows: count, of: total)
      return .pieces(Self.pieces(sample, partition: partition), request: mark)
    case .sums(let request): return .sums(try held(\.rows, "packed").ask(request))
    }
  }

  private func open<Scalar: KernelScalar>(
    _ encoder: FeatureEncoder, _ type: Scalar.Type
  ) throws -> any OpenPart {
    if let pieces { return try pieces.open(encoder, Scalar.self) }
    let found = try read { location throws(DataError) in
      try reader.part(location, encoder: encoder, as: Scalar.self)
    }
    return found ?? EmptyPart<Scalar>(numbers: encoder.numeric.count) as any OpenPart
  }

  /// What the rows say; nil where there is none.
  private func read<Value>(
    _ body: (DataLocation) throws(DataError) -> Value
  ) throws(DataError) -> Value? {
    guard let location else { return nil }
    do throws(DataError) { return try body(location) } catch {
      if case .headerOnly = error { return nil }
      throw error
    }
  }

  /// The part's share of so many rows of a total.
  func sample(rows count: Int, of total: Int) throws -> RowSample? {
    let rows = try held(\.rows, "packed")
    let share = Double(rows.shape.rows) * Double(count) / Double(total)
    return share > 0 ? try rows.sample(rows: Int(share.rounded(.up))) : nil
  }

  private static func pieces(_ sample: RowSample?, partition: Int) -> [RowPiece] {
    switch sample?.source {
    case let local as LocalRows<Float>: return [RowPiece(local.data, partition: partition)]
    case let local as LocalRows<Double>: return [RowPiece(local.data, partition: partition)]
    default: return []
    }
  }

  private func pack(_ plan: PartPlan, _ mark: UInt64) throws -> Answer {
    let table = try held(\.table, "opened")
    // The table's memory becomes the features: a second packing reads it again.
    state.withLock { $0.table = nil }
    let packed = try table.packed(plan, pool: pool)
    state.withLock { $0 = State(packed: packed) }
    let cells = packed.cellSums.count / 2
    let units = [
      ExactSums.Run(exponent: ExactSums.exponent(bound: plan.weight), count: cells),
      ExactSums.Run(exponent: 0, count: cells),
    ]
    return try answer(mark, packed.rows, units, packed.cellSums)
  }

  private var reader: DataReader { DataReader(options: options, pool: pool) }

  private func held<Value>(
    _ path: KeyPath<State, Value?> & Sendable, _ word: String
  ) throws -> Value where Value: Sendable {
    guard let value = state.withLock({ $0[keyPath: path] }) else {
      throw RoundFault("the rows were not \(word) before")
    }
    return value
  }

  private func answer(
    _ mark: UInt64, _ rows: Int, _ units: [ExactSums.Run], _ numbers: [Double]
  ) throws -> Answer {
    var sums = try ExactSums(units)
    try sums.add(numbers, block: 0)
    return try answer(mark, rows, sums)
  }

  private func answer(
    _ mark: UInt64, _ rows: Int, _ sums: ExactSums, extremes: [Double] = []
  ) throws -> Answer {
    Answer(
      question: mark, rows: rows, sums: sums, extremes: extremes,
      kernels: [MachineInfo.kernels])
  }
}
