/// Parts of the rows in this process.
public struct LocalParts: Sendable {
  public let parts: [PartRows]

  public init(_ parts: [PartRows]) { self.parts = parts }

  public func ask(_ request: [UInt8]) throws -> [UInt8] {
    var sum: RoundAnswer?
    for part in parts {
      let answer = try RoundAnswer(decoding: try part.answer(request))
      try sum?.add(answer)
      sum = sum ?? answer
    }
    guard let sum else { throw RoundFault("there is no part of the rows") }
    return try sum.encoded()
  }
}
