import Datasets
import LinearAlgebra
import Mitigation
import Models
import Rounds
import RowSums
import TestSupport
import Testing

/// Sites that share no rows: what leaves them, and what does not.
@Suite struct SiteTests {
  private static let columns = """
    "age": {"smallest": 18, "largest": 80},
    "amount": {"smallest": 0, "largest": 100000},
    "region": {"levels": ["north", "south", "east", "west"]},
    "sex": {"levels": ["Female", "Male"]},
    "label": {"levels": ["no", "yes"]}
    """

  private func policy(_ more: String = "", columns: String = columns) throws -> SitePolicy {
    try SitePolicy(
      json: "{\"columns\": {\(columns)}, \"weights\": \"weight\", \"largest_weight\": 1000\(more)}")
  }

  private func sites(
    _ table: TestTable, edges: [Int], _ policy: SitePolicy
  ) throws -> [SiteRows] {
    try table.parts(edges: edges).map { SiteRows($0, policy) }
  }

  private func fit(
    _ name: String, _ roles: DataOptions, options: [String: String] = [:],
    _ parts: @escaping AskParts
  ) throws -> TrainedModel {
    let mitigation = try Mitigations.named(name)
    return try RoundsFit(roles, precision: .double, parts: parts)
      .fit(mitigation, MethodOptions(options, of: mitigation))
  }

  /// Asks all sites, whose answers bear masks where there are any.
  private func asking(
    _ sites: [SiteRows], parties: Int = 3, masks: (@Sendable (Int, Int) -> [Int128])? = nil
  ) -> AskParts {
    { request in
      var sum: RoundAnswer?
      for (k, site) in sites.enumerated() {
        var answer = try RoundAnswer(decoding: try site.answer(request))
        if let masks, answer.described.kind == "sums", answer.described.refused == nil {
          answer = try answer.masked(masks(k, answer.described.sums), parties: parties)
        }
        try sum?.add(answer)
        sum = sum ?? answer
      }
      return try sum!.encoded()
    }
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch let error as any UserError { return error.text(.python) } catch {
      return "\(error)"
    }
    return "no error"
  }

  @Test(arguments: ["logistic", "penalized", "prejudice-remover", "reductions", "grid-search"])
  func sitesGiveTheFitOfAllRows(_ name: String) throws {
    let table = try TestTable(rows: 1_200)
    let sites = try sites(table, edges: [400, 800], policy())
    let found = try fit(name, table.roles, asking(sites))
    let pooled = try fit(name, table.roles, LocalParts(try table.parts(edges: [400, 800])).ask)
    let (a, b) = (try #require(found.report.objective), try #require(pooled.report.objective))
    #expect(abs(a - b) <= RoundsFitTests.tolerance(name) * (1 + abs(b)))
    #expect(sites.allSatisfy { site in site.log.allSatisfy { $0.refused == nil } })
    #expect(!found.encoder.categorical[0].levels.isEmpty)
  }

  @Test func whatIsPublicStandsInThePolicy() throws {
    let table = try TestTable(rows: 600)
    let sites = try sites(table, edges: [300], policy())
    let model = try fit("logistic", table.roles, asking(sites))
    // Nobody lives in the west; nobody is told so.
    #expect(
      model.encoder.categorical.first { $0.name == "region" }?.levels == [
        "east", "north", "south", "west",
      ])
    #expect(model.encoder.numeric.first { $0.name == "age" }?.origin == 49)
  }

  @Test func masksCancelToTheByte() throws {
    let table = try TestTable(rows: 1_200)
    let plain = try fit(
      "penalized", table.roles, asking(try sites(table, edges: [400, 800], policy())))
    let masked = try fit(
      "penalized", table.roles,
      asking(try sites(table, edges: [400, 800], policy())) { site, count in
        // Of sites 0 and 1, 1 and 2, 2 and 0: one adds, the other subtracts.
        (0..<count).map { k in
          Self.word(pair: site, k) &- Self.word(pair: (site + 2) % 3, k)
        }
      })
    func bytes(_ model: TrainedModel) -> [UInt8] {
      ModelStore.contents(model, dataDigest: nil).encoded()
    }
    #expect(bytes(plain) == bytes(masked))
  }

  private static func word(pair: Int, _ k: Int) -> Int128 {
    var random = SeededGenerator(seed: UInt64(1 + 1_000_003 * pair + k))
    return Int128(truncatingIfNeeded: UInt128(random.next()) << 64 | UInt128(random.next()))
  }

  @Test func answersOfSomeSitesAreNoAnswer() throws {
    let table = try TestTable(rows: 1_200)
    let sites = try sites(table, edges: [400, 800], policy())
    let text = message {
      _ = try fit("logistic", table.roles) { request in
        let ask = asking(Array(sites[0..<2])) { _, count in Array(repeating: 5, count: count) }
        return try RoundAnswer(decoding: ask(request)).encoded()
      }
    }
    #expect(text.contains("parties") || text.contains("masked"), "\(text)")
    let answer = Answer(
      question: 1, rows: 3, sums: try ExactSums([.init(exponent: 0, count: 2)]), kernels: ["a"])
    let one = try answer.blinded([1, 2], parties: 3)
    #expect(throws: SumsError.self) { try one.blinded([1, 2], parties: 3) }
    #expect(throws: SumsError.self) { try answer.blinded([1], parties: 3) }
    var two = one
    try two.add(one)
    #expect(two.blinding == Blinding(found: 2, parties: 3))
    #expect(try Answer(decoding: two.encoded()) == two)
    #expect(throws: SumsError.self) { try two.add(answer) }
    try two.add(try answer.blinded([-2, -4], parties: 3))
    #expect(two.blinding == nil && two.sums.values == [0, 0] && two.rows == 9)
  }

  // MARK: - Breaches

  private func breach(
    _ more: String = "", columns: String = columns, method: String = "logistic",
    options: [String: String] = [:], rows: Int = 600,
    changing: (String) -> String = { $0 }
  ) throws -> (told: String, log: [SiteRows.Entry]) {
    let table = try TestTable(rows: rows)
    let site = SiteRows(
      try table.part(0, table.lines.map(changing)), try policy(more, columns: columns))
    let text = message { _ = try fit(method, table.roles, options: options, asking([site])) }
    return (text, site.log)
  }

  @Test func fewRowsAnswerNothing() throws {
    #expect(try breach(rows: 90).told.contains("fewer than 100 rows"))
    #expect(try breach(", \"least_rows\": 601").told.contains("fewer than 601 rows"))
  }

  @Test func rareLevelsAreNotTold() throws {
    var count = 0
    let found = try breach { line in
      count += 1
      return count <= 4
        ? line.replacing("north", with: "west").replacing("south", with: "west") : line
    }
    #expect(found.told.contains("a value of 'region' has fewer than 11 rows"))
    #expect(!found.told.contains("west"))
    #expect(found.log.last?.refused?.contains("'west'") == true)
  }

  @Test func valuesThatThePolicyDoesNotListAreNotTold() throws {
    let found = try breach { $0.replacing("north", with: "Atlantis") }
    #expect(found.told.contains("'region' has a value that the policy does not list"))
    #expect(!found.told.contains("Atlantis"))
    #expect(found.log.last?.refused?.contains("Atlantis") == true)
    let outside = try breach(columns: Self.columns.replacing("80", with: "50"))
    #expect(outside.told.contains("'age' lies outside the policy's bounds"))
    #expect(
      try breach(columns: Self.columns.replacing("\"age\"", with: "\"years\"")).told
        .contains("no bounds for the numbers of 'age'"))
    #expect(
      try breach(columns: Self.columns.replacing("\"sex\"", with: "\"gender\"")).told
        .contains("no list of the values of 'sex'"))
  }

  @Test func errorsOfRowsStayAtTheSite() throws {
    let found = try breach { $0.replacing(",yes", with: ",perhaps so") }
    #expect(!found.told.contains("perhaps"))
    #expect(found.log.last?.refused?.contains("perhaps") == true)
  }

  @Test func questionsAndRoundsAreLimited() throws {
    #expect(try breach(", \"most_rounds\": 7").told.contains("answers 7 requests"))
    let found = try breach(", \"questions\": [\"survey\", \"open\"]")
    #expect(found.told.contains("does not answer 'moments'"))
    #expect(try breach(", \"rows_per_column\": 100").told.contains("columns needs"))
    #expect(found.log.map(\.question) == ["survey", "open", "moments"])
    #expect(found.log.count { $0.refused != nil } == 1)
    #expect(found.log.allSatisfy { !$0.takes.isEmpty })
  }

  /// An asker who leaves rounds out, goes on after a refusal, or prepares the rows anew.
  @Test func whoeverAsksOtherwiseGetsNothing() throws {
    let table = try TestTable(rows: 600)
    func requests(_ name: String) throws -> [[UInt8]] {
      let told = Told()
      let ask = asking([SiteRows(try table.part(0, table.lines), try policy())])
      _ = try fit(name, table.roles) { request in
        told.add(request)
        return try ask(request)
      }
      return told.requests
    }
    let honest = try requests("logistic")
    func refusals(_ rows: SiteRows, _ asked: [[UInt8]]) throws -> [String?] {
      try asked.map { try RoundAnswer(decoding: try rows.answer($0)).described.refused }
    }
    // Without a survey the rows are held against the policy all the same.
    let few = SiteRows(try table.part(1, table.lines.prefix(40)), try policy())
    #expect(try refusals(few, Array(honest.dropFirst())).allSatisfy { $0 != nil })
    let unlisted = SiteRows(
      try table.part(2, table.lines),
      try policy(columns: Self.columns.replacing("\"region\"", with: "\"county\"")))
    #expect(try refusals(unlisted, Array(honest.dropFirst())).allSatisfy { $0 != nil })
    // After a refusal nothing is answered; rows are opened once.
    let strict = SiteRows(try table.part(3, table.lines), try policy(", \"least_cell\": 140"))
    let found = try refusals(strict, honest)
    let first = try #require(found.firstIndex { $0 != nil })
    #expect(found[first...].allSatisfy { $0 == found[first] })
    let twice = SiteRows(try table.part(4, table.lines), try policy())
    #expect(try refusals(twice, [honest[1], honest[2], honest[1]]).last??.contains("once") == true)
  }

  private final class Told: @unchecked Sendable {
    // SAFETY: one thread asks.
    private(set) var requests: [[UInt8]] = []
    func add(_ request: [UInt8]) { requests.append(request) }
  }

  @Test func weightsAreThoseOfThePolicy() throws {
    let table = try TestTable(rows: 600)
    let bare = try SitePolicy(json: "{\"columns\": {\(Self.columns)}}")
    let site = SiteRows(try table.part(0, table.lines), bare)
    let text = message { _ = try fit("logistic", table.roles, asking([site])) }
    #expect(text.contains("does not let 'weight' be weights"), "\(text)")
  }

  @Test func cellsOfFewRowsAreRefused() throws {
    let found = try breach(", \"least_cell\": 200")
    #expect(found.told.contains("fewer than 200 rows"))
  }

  @Test(arguments: [
    ("{}", "columns"), ("{\"columns\": {}, \"least_row\": 1}", "least_row"),
    ("{\"columns\": {\"a\": {}}}", "'a' needs levels"),
    ("{\"columns\": {\"a\": {\"smallest\": 2, \"largest\": 1}}}", "'a' needs levels"),
    ("{\"columns\": {}, \"least_rows\": 0}", "at least 1"),
    ("{\"columns\": {}, \"weights\": \"w\", \"largest_weight\": -1}", "above 0"),
    ("{\"columns\": {}, \"largest_weight\": 1}", "need each other"),
    ("{\"columns\": {}, \"questions\": [\"sample\"]}", "'sample'"), ("[", "no policy"),
  ])
  func policiesThatCannotBeAreRefused(_ json: String, _ word: String) {
    let text = message { _ = try SitePolicy(json: json) }
    #expect(text.contains(word), "\(text)")
  }
}
