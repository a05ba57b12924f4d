import LinearAlgebra
import RowSums

/// Asks all parts one question: bytes of a request to bytes of the sum of their answers.
public typealias AskParts = @Sendable (_ request: [UInt8]) throws -> [UInt8]

/// Rows that are known by the answers of their parts.
struct RemoteRows: RowSource {
  let shape: RowShape
  private let scale: SumScale
  private let parts: AskParts

  /// Asks for the sizes of the numbers, on which the units of all sums depend.
  init(_ shape: RowShape, _ parts: @escaping AskParts) throws {
    self.shape = shape
    self.parts = parts
    let any = SumScale(
      weight: 0, columns: Array(repeating: 0, count: shape.width),
      attributes: Array(repeating: 0, count: shape.attributes))
    let request = Request(.sizes(exact: true), cells: shape.cells, scale: any)
    let answer = try Self.ask(request, parts)
    scale = SumScale(sizes: answer.extremes, shape, margin: 0)
  }

  private static func ask(_ request: Request, _ parts: AskParts) throws -> Answer {
    let answer = try Answer(decoding: try parts(request.encoded()))
    if let refusal = answer.refusal { throw refusal }
    return answer
  }

  func ask(_ request: Request) throws -> Answer {
    try Answer(decoding: try parts(request.encoded()))
  }

  func scale(exact: Bool) -> SumScale { scale }

  /// No row leaves its part.
  func sample(rows: Int) -> RowSample? { nil }
}
