import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Testing

/// A method whose options are its properties, without its type.
private struct Method: Sendable, CustomTestStringConvertible {
  let type: any MethodTable.Type
  var testDescription: String { type.name }

  static let all: [Method] = {
    let whole = Mitigations.all.compactMap { $0 as? any MethodTable.Type }
    let stages =
      Preprocessors.all.map { $0 as any MethodTable.Type }
      + Postprocessors.all.map { $0 as any MethodTable.Type }
    return (whole + stages).map(Method.init)
  }()
}

/// Values that an option takes.
private func values(_ option: MethodOption) -> [String] {
  switch option.kind {
  case .number(let range):
    [range.lowerBound, min(range.upperBound, range.lowerBound + 0.3), min(range.upperBound, 7)]
      .map { "\($0)" }
  case .integer(let range): [range.lowerBound, min(range.upperBound, 9)].map { "\($0)" }
  case .integers(let range): [range.lowerBound, min(range.upperBound, 9)].map { "\($0)" } + ["9,4"]
  case .flag: ["true", "false"]
  case .choice(let names): names
  case .bounds(let names): names + ["\(names[0]),\(names[1])=0.05"]
  default: ["a", "b"]
  }
}

@Suite struct MethodTableTests {
  @Test func aStrengthAndATargetOfItsSearchExcludeEachOther() throws {
    for method in [Penalized.self, Adversarial.self] as [any Mitigation.Type] {
      let error = #expect(throws: DataError.self) {
        _ = try MethodOptions(["strength": "5", "target-gap": "0.1"], of: method)
      }
      #expect(
        error?.text(.commandLine).contains("cannot be given together with --strength") == true)
      #expect(try MethodOptions(["target-gap": "0.1"], of: method).number("target_gap") == 0.1)
    }
  }

  @Test func methodsHaveTables() {
    #expect(Method.all.count >= 10 + Preprocessors.all.count + Postprocessors.all.count)
  }

  @Test(arguments: Method.all)
  private func defaultsAreThoseOfTheProperties(method: Method) throws {
    func check<Table: MethodTable>(_ type: Table.Type) throws {
      let usual = Table()
      try usual.check()
      #expect(Table.options.map(\.name) == Table.table.map(\.name))
      for option in Table.options {
        #expect(option.defaultValue == usual.recorded.values[option.name], "\(option.name)")
        if let value = option.defaultValue {
          #expect(try option.parse(value.description) == value, "\(option.name)")
          #expect(option.shownDefault == value.description)
        } else {
          #expect(option.shownDefault == option.derivation ?? "none")
        }
      }
      #expect(try Table(options: [:]).recorded.values == usual.recorded.values)
    }
    try check(method.type)
  }

  /// An option by name sets the property that the record reads, and no other.
  @Test(arguments: Method.all)
  private func aNameSetsAProperty(method: Method) throws {
    func check<Table: MethodTable>(_ type: Table.Type) throws {
      for (record, option) in zip(Table.table, Table.options) {
        for text in values(option) {
          let parsed = try option.parse(text)
          var expected = Table().recorded
          expected.resolve(option.name, parsed)
          for name in option.names {
            let named = try Table(options: [name: text])
            #expect(named.recorded.values == expected.values, "\(name) \(text)")
            try named.check()
          }
          var set = Table()
          try record.set(&set, .text(text))
          #expect(set.recorded.values == expected.values, "\(option.name) \(text)")
          #expect(Table(set.recorded).recorded.values == expected.values)
        }
      }
    }
    try check(method.type)
  }

  @Test func propertiesAreOptionsOfTheSameNames() throws {
    func same<Table: MethodTable>(_ value: Table, _ options: [String: String]) throws {
      #expect(try Table(options: options).recorded.values == value.recorded.values, "\(options)")
    }
    try same(Penalized(strength: 20), ["strength": "20"])
    try same(
      Penalized(criterion: .equalizedOdds, form: .linear, targetGap: 0.1, l2: 2),
      ["penalty": "linear_equalized_odds", "target_gap": "0.1", "l2": "2"])
    try same(
      Reductions(criterion: .equalOpportunity, bound: 0.02, algorithm: .faithful),
      ["criterion": "equal_opportunity", "bound": "0.02", "algorithm": "faithful"])
    try same(
      Adversarial(goal: .equalizedOdds, strength: 3, epochs: 4),
      ["criterion": "equalized_odds", "strength": "3", "epochs": "4"])
    try same(DistributionallyRobust(share: 0.2), ["share": "0.2"])
    try same(Massaging(target: .highest), ["target": "highest"])
    try same(
      OptimalTransport(level: 0.5, reference: "a"), ["repair_level": "0.5", "reference": "a"])
    try same(
      OptimizedPreprocessing(discrimination: 0.1, columns: ["a", "b"]),
      ["discrimination": "0.1", "columns": "a,b"])
    try same(
      GroupThresholds(criterion: .equalOpportunity, kind: .ratio, bound: 0.8),
      ["rate": "true_positive_rate", "kind": "ratio", "bound": "0.8"])
    try same(RejectOption(deprived: ["a", "b"]), ["deprived": "a,b"])
    try same(
      StatedThresholds(threshold: 0.4, ofGroups: ["b": 0.3, "a": 0.6]),
      ["threshold": "0.4", "thresholds": "a=0.6,b=0.3"])
  }

  @Test func aPropertyOutOfRangeIsRefused() {
    #expect(throws: DataError.self) { try Penalized(strength: -1).check() }
    #expect(throws: DataError.self) { try Penalized(strength: .nan).check() }
    #expect(throws: DataError.self) { try Reductions(criterion: .predictiveParity).check() }
    #expect(throws: DataError.self) { try CorrelationRemover(alpha: 2).check() }
    var parity = RelaxedParity()
    parity.utility.objective = .f1
    #expect(throws: DataError.self) { try parity.check() }
  }

  private static let rows: Dataset<Double> = {
    let x = Matrix<Double>(rows: 60, columns: 2)
    var labels: [UInt8] = [], groups: [String] = []
    for i in 0..<60 {
      x[i, 0] = Double(i % 7)
      x[i, 1] = Double(i % 5) - Double(i % 2)
      labels.append(i % 3 == 0 || i % 7 > 4 ? 1 : 0)
      groups.append("\(i % 2)")
    }
    return Dataset(
      source: "memory",
      encoder: FeatureEncoder(numeric: [.init(name: "a"), .init(name: "b")]),
      features: DesignMatrix(dense: x), labels: Buffer(labels),
      attributes: [GroupIndex(attribute: "g", values: groups)])
  }()

  @Test func aMethodByPropertiesFitsAsOneByNames() throws {
    let typed = try Penalized(strength: 20).fit(Self.rows)
    let named = try Penalized.fit(
      Self.rows, FitRequest(options: MethodOptions(["strength": "20"], of: Penalized.self)))
    #expect(typed.options == named.options)
    let probabilities = try typed.predictor.probabilities(Self.rows, pool: .default)
    #expect(try named.predictor.probabilities(Self.rows, pool: .default) == probabilities)
  }

  @Test func aFrontierByPropertiesRecordsItsDial() throws {
    let path = try Penalized().frontier(Self.rows, settings: [0, 20])
    #expect(path.map { $0.options["strength"] } == [.number(0), .number(20)])
    #expect(throws: DataError.self) { try Penalized().frontier(Self.rows, settings: [-1]) }
  }

  @Test func stagesTakeTheirOptionsFromValues() throws {
    let staged = StagedFit(
      preprocessing: [Stage(Massaging(target: .highest))], method: Stage(Penalized(strength: 20)),
      postprocessing: [Stage(GroupThresholds(bound: 0.25))])
    let named = StagedFit(
      preprocessing: [
        Stage(
          Massaging.self,
          try MethodOptions(["target": "highest"], from: Massaging.options, of: Massaging.name))
      ],
      method: Stage(Penalized.self, try MethodOptions(["strength": "20"], of: Penalized.self)),
      postprocessing: [
        Stage(
          GroupThresholds.self,
          try MethodOptions(
            ["bound": "0.25"], from: GroupThresholds.options, of: GroupThresholds.name))
      ])
    let request = FitRequest(options: MethodOptions(recorded: [:]), seed: 3)
    let typed = try staged.fit(Self.rows, request), texts = try named.fit(Self.rows, request)
    #expect(typed.model.options == texts.model.options)
    #expect(typed.preprocessing[0].options.values == ["target": .text("highest")])
    #expect(typed.postprocessing[0].options.values == texts.postprocessing[0].options.values)
    let probabilities = try typed.model.predictor.probabilities(Self.rows, pool: .default)
    #expect(try texts.model.predictor.probabilities(Self.rows, pool: .default) == probabilities)
  }

  /// A whole method records its own options, those of the rule and those of the regression.
  @Test func aPostprocessedMethodRecordsAllItsOptions() throws {
    let method = try Mitigations.named("group-thresholds")
    let options = try MethodOptions(["bound": "0.25", "holdout": "0.2"], of: method)
    let model = try method.fit(Self.rows, FitRequest(options: options))
    let found = Set(model.options.keys)
    #expect(found == Set(method.options.map(\.name)).subtracting(["c"]))
    #expect(model.options["holdout"] == .number(0.2) && model.options["bound"] == .number(0.25))
  }
}
