import Datasets
import Jobs
import LinearAlgebra
import Mitigation
import Models
import Testing

/// Groups of few rows, in methods whose groups bind each other: told, and not bound where it is asked.
@Suite struct FewRowsTests {
  /// Two groups of 150 rows, and one of a few that has other labels.
  private static func data(_ rare: Int) -> Dataset<Double> {
    var random = CounterRandom(seed: 5, stream: 2)
    let count = 300 + rare, x = Matrix<Double>(rows: count, columns: 2)
    var labels = [UInt8](repeating: 0, count: count)
    let groups = (0..<count).map { $0 < 300 ? ["a", "b"][$0 % 2] : "z" }
    for i in 0..<count {
      labels[i] = i >= 300 ? UInt8(i % 2) : random.uniform() < (i % 2 == 0 ? 0.3 : 0.6) ? 1 : 0
      for j in 0..<2 { x[i, j] = random.normal() + Double(labels[i]) - (i >= 300 ? 4 : 0) }
    }
    return Dataset(
      source: "few", encoder: FeatureEncoder(numeric: [.init(name: "x"), .init(name: "y")]),
      features: DesignMatrix(dense: x), labels: Buffer(labels),
      attributes: [GroupIndex(attribute: "g", values: groups)])
  }

  private static func run(
    _ name: String, _ data: Dataset<Double>, _ options: [String: String] = [:]
  ) throws -> Experiment<Double>.Run {
    try Experiment(train: data, test: nil, pool: .serial)
      .run(try Mitigations.named(name), options: options)
  }

  static let binding = ["penalized", "reductions", "grid-search", "meta-fair", "group-minimax"]

  @Test(arguments: binding) func fewRowsThatBindAreTold(name: String) throws {
    let run = try Self.run(name, Self.data(4))
    #expect(
      run.document.smallGroups
        == [SmallGroup(attribute: "g", group: "z", rows: 4, fate: .binds)])
    let told = try #require(run.document.smallGroups?.phrases(of: name).first)
    #expect(told.text(.commandLine).contains("4 rows of 'z' in 'g' decide the constraint"))
    let takes = Mitigations.takesLeastGroup(name, options: run.document.options)
    #expect(takes == (try Mitigations.named(name)).options.contains { $0.name == "least_group" })
    #expect(try Self.run(name, Self.data(40)).document.smallGroups == nil)
  }

  @Test func whatCountsGroupsByTheirRowsTellsNothing() throws {
    for name in ["logistic", "prejudice-remover"] {
      #expect(try Self.run(name, Self.data(4)).document.smallGroups == nil)
    }
    let shares = try Self.run("penalized", Self.data(4), ["criterion": "covariance"])
    #expect(shares.document.smallGroups == nil)
  }

  /// Without a bond, a few rows change what all get by about as much as their share.
  @Test(arguments: ["penalized", "reductions", "grid-search"])
  func groupsBelowTheLeastDoNotBind(name: String) throws {
    let data = Self.data(4), both = data.selecting(Array(0..<300))
    func selected(_ options: [String: String], _ rows: Dataset<Double>) throws -> Double {
      let run = try Self.run(name, rows, options)
      return try #require(run.document.train["selection_rate"].value)
    }
    let strong = name == "penalized" ? ["strength": "100"] : [:]
    let alone = try selected(strong, both)
    let free = try selected(strong.merging(["least_group": "10"]) { $1 }, data)
    #expect(abs(free - alone) < 0.04, "\(free), \(alone)")
    if name == "penalized" {
      let bound = try selected(strong, data)
      #expect(abs(bound - alone) > 2 * abs(free - alone), "\(bound), \(free), \(alone)")
    }
    let run = try Self.run(name, data, strong.merging(["least_group": "10"]) { $1 })
    #expect(
      run.document.smallGroups == [SmallGroup(attribute: "g", group: "z", rows: 4, fate: .free)])
  }

  @Test func targetsAreOfTheGroupsThatAreBound() throws {
    let run = try Self.run(
      "penalized", Self.data(4), ["target_gap": "0.02", "least_group": "10"])
    let rates = try ["a", "b"].map { group in
      let rows = Self.data(4)
      let own = (0..<rows.rows).filter { rows.attributes[0].names[rows.attributes[0][$0]] == group }
      let chances = try run.model.predictor.probabilities(rows.selecting(own), pool: .serial)
      return Double(chances.count { $0 >= 0.5 }) / Double(own.count)
    }
    #expect(abs(rates[0] - rates[1]) <= 0.02 + 1e-12)
  }

  /// A target that no strength reaches was told as a fit that converged.
  @Test func targetsThatAreMissedAreTold() throws {
    var missed = 0
    for target in ["0.001", "0.1", "0.9"] {
      let run = try Self.run(
        "penalized", Self.data(0), ["penalty": "equalized_odds", "target_gap": target])
      let gap = try #require(run.document.train[.selectionRate.difference].value)
      let isMissed = gap > Double(target)!
      missed += isMissed ? 1 : 0
      #expect((run.model.report.status == .infeasible) == isMissed, "\(target): \(gap)")
      let reason = run.model.report.stopReason
      #expect((reason?.contains("at most \(target)") ?? false) == isMissed, "\(reason ?? "")")
      #expect((run.model.advice?.text(.commandLine).contains("target-gap") ?? false) == isMissed)
    }
    #expect((1...2).contains(missed))
  }

  @Test(arguments: ["penalized", "adversarial"]) func aFrontierSearchesForNoTarget(name: String)
    throws
  {
    let method = try #require(try Mitigations.named(name) as? any FrontierMitigation.Type)
    #expect(throws: DataError.self) {
      _ = try Experiment(train: Self.data(0), test: nil, pool: .serial)
        .frontier(method, settings: [0, 1], options: ["target_gap": "0.05"])
    }
  }
}
