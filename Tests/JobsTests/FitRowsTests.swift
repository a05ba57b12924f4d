import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Jobs
import Testing

/// Rows are checked in one place, whoever asks for a fit.
@Suite struct FitRowsTests {
  /// Twelve rows; all labels of group B are 0.
  private func oneLabelInB(source: String = "eo.csv") -> Dataset<Double> {
    let x = Matrix<Double>(rows: 12, columns: 1)
    for i in 0..<12 { x[i, 0] = Double(i * 7 % 12) }
    return Dataset(
      source: source,
      encoder: FeatureEncoder(
        numeric: [.init(name: "x")], label: "y", positive: "yes", negative: "no"),
      features: DesignMatrix(dense: x),
      labels: Buffer((0..<12).map { $0 % 2 == 0 && $0 % 4 == 0 ? 1 : 0 }),
      attributes: [
        GroupIndex(attribute: "g", values: (0..<12).map { $0 % 2 == 0 ? "A" : "B" })
      ])
  }

  /// Methods with the options under which rates given the label are compared.
  static let compared: [(method: String, options: [String: String])] = [
    ("reductions", ["constraint": "equalized_odds"]),
    ("reductions", ["constraint": "demographic_parity,true_positive_rate_parity=0.05"]),
    ("grid-search", ["constraint": "true_positive_rate_parity"]),
    ("penalized", ["penalty": "equalized_odds"]),
    ("penalized", ["penalty": "equal_opportunity"]),
    ("meta-fair", ["statistic": "true_positive_rate"]),
    ("adversarial", ["constraint": "equalized_odds", "epochs": "1"]),
    ("adversarial", ["constraint": "equal_opportunity", "epochs": "1"]),
    // Six rows are a group that binds only where it is asked to.
    ("threshold-optimizer", ["constraint": "equalized_odds", "least_group": "0"]),
  ]

  @Test(arguments: compared)
  func aGroupOfOneLabelIsNamed(method: String, options: [String: String]) throws {
    let data = oneLabelInB(), method = try Mitigations.named(method)
    let refusal = DataError.oneClassInGroup(
      file: "eo.csv", column: "g", group: "B", value: "no")
    #expect(throws: refusal) {
      _ = try Experiment(train: data, test: nil).run(method, options: options)
    }
    #expect(throws: refusal) {
      _ = try method.fit(data, FitRequest(options: try MethodOptions(options, of: method)))
    }
    if let dialled = method as? any FrontierMitigation.Type {
      #expect(throws: refusal) {
        _ = try Experiment(train: data, test: nil).frontier(
          dialled, settings: [dialled.dialSettings[0]], options: options)
      }
    }
    let stages = StagedFit(method: Stage(method, try MethodOptions(options, of: method)))
    #expect(throws: refusal) { _ = try Experiment(train: data, test: nil).run(stages) }
  }

  @Test func demographicParityNeedsNoLabelsInGroups() throws {
    for name in ["reductions", "penalized", "reweighing", "group-thresholds"] {
      let run = try Experiment(train: oneLabelInB(), test: nil).run(try Mitigations.named(name))
      #expect(run.document.train[.selectionRate.difference].value != nil, "\(name)")
    }
  }

  /// The value is on line 97, whichever part that row falls into, and both are refused alike.
  @Test(arguments: 0..<6)
  func aTargetOutOfRangeIsNamedWithItsLine(seed: UInt64) throws {
    let lines = (2...160).map { line in
      "\(line % 13),\(line % 2 == 0 ? "a" : "b"),\(line == 97 ? "1e40" : "\(line % 7)")"
    }
    let path = NSTemporaryDirectory() + "equipoise-\(UUID().uuidString).csv"
    try Data(("x,g,t\n" + lines.joined(separator: "\n") + "\n").utf8).write(
      to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let reader = DataReader(options: DataOptions(target: "t", sensitive: ["g"]))
    let (train, test) = try reader.readSplit(
      .path(path), test: .fraction(0.3, seed: seed), as: Float.self)
    let error = #expect(throws: DataError.self) {
      _ = try Experiment(train: train, test: test).run(
        Adversarial.self, options: ["epochs": "1"])
    }
    guard case .outOfRange(path, 97, "t", "1e+40", _)? = error else {
      Issue.record("\(error!)")
      return
    }
  }

  @Test func featuresOutOfRangeAreNamedInEitherPart() throws {
    let good = oneLabelInB(), bad = oneLabelInB(source: "bad.csv")
    let x = Matrix(copying: bad.features.dense)
    x[5, 0] = 1e150
    let rows = bad.replacing(features: DesignMatrix(dense: x))
    for experiment in [
      Experiment(train: rows, test: good), Experiment(train: good, test: rows),
    ] {
      let error = #expect(throws: DataError.self) {
        _ = try experiment.run(GroupMinimaxMitigation.self)
      }
      guard case .outOfRange("bad.csv", 6, "x", "1e+150", _)? = error else {
        Issue.record("\(error!)")
        return
      }
    }
  }

  @Test func whatIsMissingIsSaid() throws {
    let data = oneLabelInB()
    let bare = Dataset(
      source: "bare.csv", encoder: data.encoder, features: data.features, labels: nil)
    let grouped = Dataset(
      source: "bare.csv", encoder: data.encoder, features: data.features, labels: data.labels)
    func fit(_ rows: Dataset<Double>, _ name: String) throws {
      let method = try Mitigations.named(name)
      _ = try method.fit(rows, FitRequest(options: try MethodOptions(of: method)))
    }
    #expect(throws: DataError.needsLabels(method: "logistic")) { try fit(bare, "logistic") }
    #expect(throws: DataError.needsGroups(method: "penalized", hasNumbers: false)) {
      try fit(grouped, "penalized")
    }
    #expect(throws: DataError.noRowsLeft(file: "bare.csv")) {
      try fit(grouped.selecting([]), "logistic")
    }
    #expect(throws: DataError.oneClass(file: "bare.csv", column: "y", value: "no")) {
      try fit(grouped.selecting([1, 3, 5]), "logistic")
    }
  }

  /// Sorted out before: three groups and a target on the gap ended the process.
  @Test func aGapIsSearchedForOverSixGroups() throws {
    let set = try BundledDataset.named("compas")
    var options = DataOptions(set)
    options.sensitive = ["race"]
    let data: Dataset<Float> = try DataReader(options: options).read(.bundled(set, .train))
    let run = try Experiment(train: data, test: nil).run(
      Penalized.self, options: ["target_gap": "0.05"])
    #expect(data.attributes[0].count > 2)
    #expect(run.document.train[.selectionRate.difference].value! <= 0.05)
  }
}
