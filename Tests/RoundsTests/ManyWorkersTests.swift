import Datasets
import Mitigation
import Models
import Rounds
import TestSupport
import Testing

/// A thousand workers whose answers are added in random trees, some of whom are lost and start again.
@Suite struct ManyWorkersTests {
  private final class Cluster {
    private var random: SeededGenerator
    private let make: (Int) throws -> PartRows
    private var parts: [PartRows]
    private var told: [[UInt8]] = []

    init(workers: Int, seed: UInt64, make: @escaping (Int) throws -> PartRows) throws {
      random = SeededGenerator(seed: seed)
      self.make = make
      parts = try (0..<workers).map(make)
    }

    func ask(_ request: [UInt8]) throws -> [UInt8] {
      for k in parts.indices where Int.random(in: 0..<40, using: &random) == 0 {
        parts[k] = try make(k)
        for earlier in told { _ = try parts[k].answer(earlier) }
      }
      var answers = try parts.map { part in
        let answer = try part.answer(request)
        // Some answer twice, and only one answer is taken.
        if Int.random(in: 0..<50, using: &random) == 0 {
          #expect(try part.answer(request) == answer || request.first == UInt8(ascii: "{"))
        }
        return try RoundAnswer(decoding: answer)
      }
      while answers.count > 1 {
        let i = Int.random(in: 0..<answers.count, using: &random)
        let other = answers.remove(at: i)
        let j = Int.random(in: 0..<answers.count, using: &random)
        try answers[j].add(other)
      }
      let asked = try RoundRequest(decoding: request)
      if case .open = asked { told = [] }
      if asked.prepares { told.append(request) }
      return try answers[0].encoded()
    }
  }

  @Test func aThousandWorkersGiveTheSameBytes() throws {
    let workers = 1_000
    let table = try TestTable(rows: 3_000)
    var found: [[UInt8]] = []
    for seed in [1, 2] as [UInt64] {
      let cluster = try Cluster(workers: workers, seed: seed) { k in
        try table.part(k, table.lines[(3 * k)..<(3 * k + 3)])
      }
      nonisolated(unsafe) let ask = cluster.ask
      let model = try RoundsFit(table.roles, precision: .double) { try ask($0) }
        .fit(Penalized.self, MethodOptions(["strength": "3"], of: Penalized.self))
      found.append(ModelStore.contents(model, dataDigest: nil).encoded())
    }
    #expect(found[0] == found[1])
  }
}
