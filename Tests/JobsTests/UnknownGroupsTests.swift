import Auditing
import Datasets
import Jobs
import LinearAlgebra
import Mitigation
import Models
import Testing

/// Rows of unknown groups are left out of what looks at groups, and every model answers for them.
@Suite struct UnknownGroupsTests {
  /// Rows of known groups and some without; two attributes, of which either or both may be unknown.
  private struct Rows {
    var known = 2
    var unknown: (_ row: Int) -> Bool = { $0 % 7 == 3 }
    var second: ((_ row: Int) -> Bool)?
    var name = UnknownGroups.levelName

    static let count = 280

    func data() -> Dataset<Double> {
      var random = CounterRandom(seed: 11, stream: 4)
      let x = Matrix<Double>(rows: Self.count, columns: 2)
      var labels = [UInt8](repeating: 0, count: Self.count)
      var groups: [String] = [], others: [String] = []
      for i in 0..<Self.count {
        let group = i % known
        let chance = 0.3 + 0.4 * Double(group % 2)
        labels[i] = random.uniform() < chance ? 1 : 0
        for j in 0..<2 { x[i, j] = random.normal() + Double(labels[i]) }
        groups.append(unknown(i) ? name : "g\(group)")
        others.append(second?(i) ?? false ? name : "h\(i / 3 % 2)")
      }
      var attributes = [GroupIndex(attribute: "g", values: groups)]
      if second != nil { attributes.append(GroupIndex(attribute: "h", values: others)) }
      return Dataset(
        source: "unknown", encoder: FeatureEncoder(numeric: [.init(name: "a"), .init(name: "b")]),
        features: DesignMatrix(dense: x), labels: Buffer(labels), attributes: attributes)
    }
  }

  private static let quick = [
    "epochs": "1", "hidden": "4", "max_iterations": "30", "rounds": "3", "programs": "8",
  ]

  private static func run(
    _ name: String, _ data: Dataset<Double>, _ unknown: UnknownGroups
  ) throws -> Experiment<Double>.Run {
    let method = try Mitigations.named(name)
    let options = quick.filter { option in method.options.contains { $0.name == option.key } }
    return try Experiment(train: data, test: nil, unknown: unknown, pool: .serial)
      .run(method, options: options)
  }

  private static func probabilities(
    _ run: Experiment<Double>.Run, _ data: Dataset<Double>
  ) throws -> [Double] {
    try run.model.predictor.probabilities(data, pool: .serial)
  }

  static let methods = Mitigations.all.map { $0.name }

  @Test(arguments: methods)
  func everyModelAnswersForAllRows(name: String) throws {
    for rows in [
      Rows(), Rows(known: 3), Rows(known: 5), Rows(unknown: { $0 == 5 }),
      Rows(second: { $0 % 11 == 2 }), Rows(unknown: { _ in false }, second: { $0 % 11 == 2 }),
    ] {
      let data = rows.data()
      for policy in UnknownGroups.allCases {
        let run: Experiment<Double>.Run
        do { run = try Self.run(name, data, policy) } catch is DataError {
          // What a method refuses with unknown rows it refuses of the known rows alone; as a group of
          // their own they may have one label, or be too few.
          if policy == .ownGroup { continue }
          #expect(throws: (any Error).self) {
            try Self.run(name, try data.withKnownGroups(), .ownGroup)
          }
          continue
        }
        let chances = try Self.probabilities(run, data)
        #expect(chances.allSatisfy(\.isFinite) && chances.count == data.rows, "\(policy)")
        let again = try Mitigations.predictors.restore(run.model.predictor.state)
        #expect(try again.probabilities(data, pool: .serial) == chances)
      }
    }
  }

  @Test(arguments: methods)
  func leavingOutIsRemoving(name: String) throws {
    let method = try Mitigations.named(name)
    guard method.needsGroups, !method.takesUnknown(.exclude) else { return }
    for rows in [Rows(), Rows(known: 3), Rows(second: { $0 % 11 == 2 })] {
      let data = rows.data(), known = try data.withKnownGroups()
      guard let alone = try? Self.run(name, known, .ownGroup) else { continue }
      let run = try Self.run(name, data, .exclude)
      #expect(try Self.probabilities(run, known) == Self.probabilities(alone, known))
    }
  }

  @Test(arguments: methods)
  func theirOwnGroupIsAnyGroup(name: String) throws {
    let data = Rows().data(), named = Rows(name: "(nobody)").data()
    guard let run = try? Self.run(name, data, .ownGroup) else { return }
    let other = try Self.run(name, named, .exclude)
    #expect(try Self.probabilities(run, data) == Self.probabilities(other, named))
    #expect(run.document.train.estimates == other.document.train.estimates)
  }

  @Test func gapsAreOfKnownGroupsAndTheRestOfAllRows() throws {
    let data = Rows(known: 3).data()
    let run = try Self.run("logistic", data, .exclude)
    let known = try data.withKnownGroups()
    let decided = try run.model.predict(known, pool: .serial)
    let gaps = try FitMetrics(
      known, scores: decided.scores, mixture: [(1, decided.decisions)], pool: .serial)
    let all = try Self.run("logistic", Rows(known: 3, name: "other").data(), .exclude)
    for name in run.document.train.names {
      let expected = name.kind == nil ? all.document.train : gaps
      #expect(run.document.train[name] == expected[name], "\(name)")
    }
  }

  @Test func noKnownGroupAtAllIsAnErrorThatNamesTheOption() throws {
    let data = Rows(unknown: { _ in true }).data()
    for name in ["penalized", "reductions", "group-thresholds", "reweighing"] {
      #expect(throws: UnknownGroups.noneKnown(["g"], rows: Rows.count)) {
        try Self.run(name, data, .exclude)
      }
    }
    _ = try Self.run("logistic", data, .exclude)
  }

  /// Thresholds of groups are none of the rule that rows of unknown groups get.
  @Test func statedThresholdsLeaveUnknownRowsTheUsualOne() throws {
    let data = Rows().data(), method = try Mitigations.named("stated-thresholds")
    let run = try Experiment(train: data, test: nil, pool: .serial)
      .run(method, options: ["thresholds": "g0=0.9", "threshold": "0.2"])
    let usual = try Experiment(train: data, test: nil, pool: .serial)
      .run(method, options: ["threshold": "0.2"])
    let unknown = data.selecting((0..<data.rows).filter { $0 % 7 == 3 })
    #expect(try Self.probabilities(run, unknown) == Self.probabilities(usual, unknown))
    #expect(try Self.probabilities(run, data) != Self.probabilities(usual, data))
  }

  @Test(arguments: ["reductions", "grid-search"])
  func unknownRowsTrainReductionsWhenPooled(name: String) throws {
    let data = Rows().data()
    let pooled = try Self.run(name, data, .pooled)
    let left = try Self.run(name, data, .exclude)
    #expect(try Self.probabilities(pooled, data) != Self.probabilities(left, data))
    let gap = try #require(pooled.document.trainConstraint?.violation)
    #expect(gap < 0.1)
  }
}
