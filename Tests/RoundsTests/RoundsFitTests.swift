import Datasets
import LinearAlgebra
import Mitigation
import Models
import Rounds
import RowSums
import Synchronization
import TestSupport
import Testing

@Suite struct RoundsFitTests {
  /// Every method that fits to parts, with options.
  static let methods: [(name: String, options: [String: String])] = [
    ("logistic", [:]), ("logistic", ["l1": "0.001"]), ("logistic", ["fit_intercept": "false"]),
    ("penalized", ["strength": "5"]),
    ("penalized", ["strength": "2", "criterion": "equal_opportunity"]),
    ("penalized", ["strength": "2", "criterion": "equalized_odds", "form": "linear"]),
    ("reductions", ["bound": "0.02"]),
    ("reductions", ["bound": "0.02", "constraint": "equalized_odds"]),
    ("penalized", ["target_gap": "0.05"]),
    ("prejudice-remover", ["eta": "5"]),
    ("prejudice-remover", ["eta": "20", "per_group": "false"]),
    ("grid-search", [:]), ("grid-search", ["constraint": "equal_opportunity", "grid_size": "9"]),
    ("group-minimax", ["share": "0.8"]),
    ("subgroup-parity", ["bound": "0.01"]),
  ]
  /// How far objectives may lie apart. Classifiers that minimize a loss and not the error are others of
  /// their kind where samples are; a grid search weighs their error against their gap besides.
  static func tolerance(_ method: String) -> Double {
    ["reductions": 2e-3, "subgroup-parity": 2e-3, "grid-search": 1e-2][method] ?? 1e-8
  }

  @Test func everyMethodOverPartsIsAmongThem() {
    #expect(Set(Self.methods.map(\.name)) == Set(Mitigations.overParts))
  }

  private func fit(
    _ method: (name: String, options: [String: String]), _ roles: DataOptions,
    precision: RoundRequest.Precision = .double, _ parts: @escaping AskParts
  ) throws -> TrainedModel {
    let mitigation = try Mitigations.named(method.name)
    return try RoundsFit(roles, precision: precision, parts: parts)
      .fit(mitigation, MethodOptions(method.options, of: mitigation))
  }

  private func bytes(_ model: TrainedModel) -> [UInt8] {
    ModelStore.contents(model, dataDigest: nil).encoded()
  }

  @Test(arguments: methods.indices)
  func partsInAnyOrderGiveTheSameBytes(_ k: Int) throws {
    let table = try TestTable(rows: 900)
    let parts = try table.parts(edges: [100, 100, 430])
    let forward = try fit(Self.methods[k], table.roles, LocalParts(parts).ask)
    let backward = try fit(Self.methods[k], table.roles, LocalParts(parts.reversed()).ask)
    #expect(bytes(forward) == bytes(backward))
    #expect(forward.report.status == .converged)
  }

  @Test(arguments: methods.indices)
  func partsGiveTheFitOfAllRows(_ k: Int) throws {
    let table = try TestTable(rows: 900)
    let method = Self.methods[k]
    let parts = try fit(
      method, table.roles, LocalParts(try table.parts(edges: [1, 333, 700])).ask)
    let mitigation = try Mitigations.named(method.name)
    let data: Dataset<Double> = try DataReader(options: table.roles)
      .read(.path(try table.file("all.csv", table.lines)))
    var known = data
    known.unknown = .exclude
    let whole = try mitigation.fit(
      known, FitRequest(options: MethodOptions(method.options, of: mitigation)))
    let (a, b) = (try #require(parts.report.objective), try #require(whole.report.objective))
    #expect(abs(a - b) <= Self.tolerance(method.name) * (1 + abs(b)))
    #expect(parts.encoder.columnNames == whole.encoder.columnNames)
    for (x, y) in zip(parts.encoder.numeric, whole.encoder.numeric) {
      #expect(abs(x.mean - y.mean) <= 1e-9 * (1 + abs(y.mean)))
      #expect(abs(x.scale - y.scale) <= 1e-9 * y.scale)
      #expect(x.hasMissing == y.hasMissing)
    }
  }

  @Test func partsMayBeEmptyOrOfOneClassAndOneGroup() throws {
    let table = try TestTable(rows: 600)
    let women = table.lines.filter { $0.contains("Female") }
    let refused = table.lines.filter { !$0.contains("Female") && $0.hasSuffix(",no") }
    let others = table.lines.filter { !$0.contains("Female") && $0.hasSuffix(",yes") }
    let parts = try [women, [], refused, others].enumerated().map { try table.part($0, $1) }
    let model = try fit(Self.methods[3], table.roles, LocalParts(parts).ask)
    let whole = try fit(
      Self.methods[3], table.roles, LocalParts([try table.part(0, table.lines)]).ask)
    let (a, b) = (try #require(model.report.objective), try #require(whole.report.objective))
    #expect(abs(a - b) <= 1e-9)
  }

  @Test func aColumnOfNumbersInOnePartAndTextsInAnotherIsOfTexts() throws {
    let table = try TestTable(rows: 400)
    let parts = try [0, 1].map { k in
      try table.part(
        k, table.lines[(200 * k)..<(200 * k + 200)].map { k == 0 ? $0 : "old" + $0.dropFirst(2) })
    }
    let model = try fit(Self.methods[0], table.roles, LocalParts(parts).ask)
    let ages = try #require(model.encoder.categorical.first { $0.name == "age" })
    #expect(ages.levels.contains("old") && ages.levels.contains("40"))
  }

  // MARK: - Refusals

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch let error as any UserError { return error.text(.python) } catch {
      return "\(error)"
    }
    return "no error"
  }

  @Test func whatIsWrongIsSaidWithThePart() throws {
    let table = try TestTable(rows: 60)
    func failure(_ changed: [String], _ roles: DataOptions? = nil) throws -> String {
      let parts = [try table.part(0, table.lines), try table.part(1, changed)]
      return message { _ = try fit(Self.methods[0], roles ?? table.roles, LocalParts(parts).ask) }
    }
    let negative = try failure(["30,north,1,-4,Male,yes"])
    #expect(negative.contains("partition 1") && negative.contains("weight"))
    let third = try failure(["30,north,1,4,Male,perhaps"])
    #expect(third.contains("label"))
    var missing = table.roles
    missing.missing = .error
    #expect(try failure(table.lines, missing).contains("partition 0"))
    let columns = [
      try table.part(0, table.lines),
      PartRows(
        partition: 1,
        .path(
          try table.file(
            "other.csv", ["30,x,1,1,Male,yes"], header: "age,county,amount,weight,sex,label")),
        table.roles),
    ]
    let other = message { _ = try fit(Self.methods[0], table.roles, LocalParts(columns).ask) }
    #expect(other.contains("partition") && other.contains("county"))
  }

  @Test func methodsThatNeedTheRowsAreRefusedByName() throws {
    let table = try TestTable(rows: 60)
    let text = message {
      _ = try fit(("adversarial", [:]), table.roles, LocalParts(try table.parts(edges: [])).ask)
    }
    #expect(text.contains("adversarial") && text.contains("logistic"))
  }

  /// Answers that are lost, doubled, of another question, cut off or changed.
  @Test func answersOfAnotherRoundAndDamagedOnesAreRefused() throws {
    let table = try TestTable(rows: 200)
    let parts = LocalParts(try table.parts(edges: [90]))
    let faults: [@Sendable ([[UInt8]]) -> [UInt8]] = [
      { $0[$0.count - 2] }, { Array($0.last!.dropLast()) }, { $0.last! + [0] },
      { answers in
        var changed = answers.last!
        changed[changed.count / 2] ^= 4
        return changed
      }, { _ in [] }, { _ in Array("{}".utf8) },
    ]
    for fault in faults {
      for round in [1, 2, 4, 6, 8] {
        let answers = Mutex<[[UInt8]]>([[]])
        let text = message {
          _ = try fit(Self.methods[3], table.roles) { request in
            let answer = try parts.ask(request)
            return answers.withLock { answers in
              answers.append(answer)
              return answers.count == round + 2 ? fault(answers) : answer
            }
          }
        }
        #expect(text != "no error", "round \(round)")
      }
    }
  }

  @Test func aPartThatAnswersTwiceIsRefused() throws {
    let table = try TestTable(rows: 200)
    let parts = try table.parts(edges: [90])
    let text = message {
      _ = try fit(Self.methods[0], table.roles, LocalParts(parts + [parts[1]]).ask)
    }
    #expect(text.contains("partition 1 answered twice"))
  }
}
