import LinearAlgebra
import RowSums

/// Asks all parts one question: bytes of a request to bytes of the sum of their answers.
public typealias AskParts = @Sendable (_ request: [UInt8]) throws -> [UInt8]

/// The same in values, with the request's mark.
typealias AskRounds = @Sendable (_ request: RoundRequest) throws -> (RoundAnswer, mark: UInt64)

/// So many rows of a total, of one part in this process.
typealias SampleRows = @Sendable (_ rows: Int, _ total: Int) throws -> RowSample?

/// Rows that are known by the answers of their parts.
struct RemoteRows<Scalar: KernelScalar>: RowSource {
  let shape: RowShape
  private var scale: SumScale
  private let parts: AskRounds
  /// Nil: sampled rows come as pieces, by a request.
  var sampler: SampleRows?
  let pool: WorkerPool

  /// Asks for the sizes of the numbers, on which the units of all sums depend.
  init(_ shape: RowShape, pool: WorkerPool, _ parts: @escaping AskRounds) throws {
    self.shape = shape
    self.parts = parts
    self.pool = pool
    // Of largest values no unit depends on a scale.
    let any = SumScale(
      weight: 0, columns: Array(repeating: 0, count: shape.width),
      attributes: Array(repeating: 0, count: shape.attributes))
    let request = Request(.sizes(exact: true), cells: shape.cells, scale: any)
    scale = any
    let sizes = try self.answer(request).extremes
    scale = SumScale(sizes: sizes, shape, margin: 0)
  }

  /// The sum of the parts' answers, which has the shape that the request asks for.
  func ask(_ request: Request) throws -> Answer {
    guard case .sums(let answer) = try parts(.sums(request)).0 else {
      throw SumsError.otherQuestion
    }
    guard answer.refusal == nil else { return answer }
    let runs = try ExactSums.joined(request.units())
    guard answer.sums.runs == runs, answer.extremes.count == request.question.extremes(shape) else {
      throw SumsError.shape(
        expected: runs.reduce(0) { $0 + $1.count }, found: answer.sums.count, block: nil)
    }
    return answer
  }

  var isFar: Bool { true }

  func scale(exact: Bool) -> SumScale { scale }

  /// A few encoded rows of each part, where the parts give them.
  func sample(rows count: Int) throws -> RowSample? {
    let count = min(count, shape.rows, RoundRequest.mostSampled)
    if let sampler { return try sampler(count, shape.rows) }
    let (answer, mark) = try parts(.sample(rows: count, total: shape.rows))
    switch answer {
    case .pieces(let pieces, mark):
      // Sites that share no rows give none.
      guard !pieces.isEmpty else { return nil }
      return RowSample(LocalRows(try ScoreRows<Scalar>(pieces, shape), pool: pool))
    case .sums(let answer): throw answer.refusal ?? SumsError.otherQuestion as any Error
    default: throw SumsError.otherQuestion
    }
  }
}
