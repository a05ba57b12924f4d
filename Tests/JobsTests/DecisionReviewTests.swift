import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Mitigation
import Models
import Testing

/// What decisions come to, told two ways.
@Suite struct DecisionReviewTests {
  @Test func reviewsOfUnlikeGroupsAddUp() {
    func review(_ groups: [(name: String, rows: Int)]) -> DecisionReview {
      var all = DecisionReview.Group(rule: nil)
      let parts = groups.map { name, rows in
        var group = DecisionReview.Group(attribute: "sex", value: name, rule: "≥ 0.5")
        group.rows = rows
        group.before = 1
        all.rows += rows
        return group
      }
      return DecisionReview(on: .probability, all: all, groups: parts)
    }
    var sum = review([("m", 3)])
    sum.add(review([("f", 2), ("m", 1)]))
    #expect(sum.all.rows == 6)
    #expect(sum.groups.map(\.value) == ["m", "f"])
    #expect(sum.groups.map(\.rows) == [4, 2])
    #expect(sum.groups.map(\.before) == [2, 1])
    #expect(sum.ordered(by: [("sex", ["f", "m"])]).groups.map(\.rows) == [2, 4])
    #expect(sum.ordered(by: [("sex", ["m"])]) == sum, "a group that is not listed")
  }

  /// Rows whose score rises with x, in some groups of unlike sizes.
  private func table(groups: Int, rows: Int = 600) -> String {
    var random = SyntheticNumbers(seed: UInt64(groups))
    let lines = (0..<rows).map { row in
      let group = min(groups - 1, Int(Double(groups) * random.next() * random.next()))
      let x = random.next() + 0.3 * Double(group) / Double(groups)
      return "\(row),\(group),\(x),\(x + random.next() > 1.1 ? 1 : 0)"
    }
    return "id,g,x,y\n" + lines.joined(separator: "\n") + "\n"
  }

  private func experiment(_ groups: Int) throws -> Experiment<Double> {
    let path = NSTemporaryDirectory() + "equipoise-review-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try table(groups: groups).write(toFile: path, atomically: true, encoding: .utf8)
    let options = DataOptions(label: "y", sensitive: ["g"], identifier: "id")
    return Experiment(train: try DataReader(options: options).read(.path(path)), test: nil)
  }

  @Test(
    arguments: [
      "logistic", "group-thresholds", "relaxed-parity", "threshold-optimizer", "reductions",
      "reject-option", "group-calibration", "stated-thresholds", "equalized-odds-labels",
    ], [2, 3, 5])
  func theBooksBalance(_ method: String, _ groups: Int) throws {
    let ofTwo = ["reject-option", "equalized-odds-labels"]
    guard groups == 2 || !ofTwo.contains(method) else { return }
    let experiment = try experiment(groups), data = experiment.train
    let model = try experiment.run(try Mitigations.named(method)).model
    let probabilities = try model.predictor.probabilities(data, pool: .default)
    let mixture = try model.predictor.decisionMixture(
      data, probabilities: probabilities, threshold: 0.5)
    var chances = [Double](repeating: 0, count: data.rows)
    for (weight, decisions) in mixture {
      for i in chances.indices { chances[i] += weight * Double(decisions[i]) }
    }
    let review = try #require(try model.review(data, probabilities: probabilities))
    #expect(abs(review.all.selected - chances.reduce(0, +)) < 1e-6)
    #expect(review.all.drawn == chances.count { $0 > 1e-9 && $0 < 1 - 1e-9 })
    #expect(review.groups.reduce(0) { $0 + $1.rows } == data.rows)
    #expect(review.groups.reduce(0) { $0 + $1.drawn } == review.all.drawn)
    for group in review.groups + [review.all] {
      guard let before = group.before, let gained = group.gained, let lost = group.lost else {
        continue
      }
      #expect(abs(group.selected - before - gained + lost) < 1e-6)
      #expect(group.gainedPositives! <= gained + 1e-9 && group.lostPositives! <= lost + 1e-9)
    }
    if method == "logistic" { #expect(review.isPlain && review.all.rule == "≥ 0.5") }
    if method == "group-thresholds" {
      #expect(review.dependsOnGroup && review.groups.allSatisfy { $0.rule != nil })
    }
  }

  /// A rule of thresholds that are told selects whom the table says.
  @Test func thresholdsOnThePageAreThoseThatDecide() throws {
    let experiment = try experiment(3), data = experiment.train
    let model = try experiment.run(
      try Mitigations.named("stated-thresholds"), options: ["thresholds": "0=0.31,2=0.7"]
    ).model
    let review = try #require(
      try model.review(data, probabilities: try model.predictor.probabilities(data, pool: .default))
    )
    #expect(review.groups.map(\.rule) == ["≥ 0.31", "≥ 0.5", "≥ 0.7"])
    let plain = try experiment.run(try Mitigations.named("logistic")).model
    let scores = try plain.predictor.probabilities(data, pool: .default)
    for (group, cut) in [0.31, 0.5, 0.7].enumerated() {
      let count = (0..<data.rows).count { data.attributes[0][$0] == group && scores[$0] >= cut }
      #expect(Int(review.groups[group].selected) == count)
    }
    #expect(review.sentences.first == "Decisions depend on the group.")
  }

  @Test func thresholdsAreShort() {
    #expect(DecisionReview.text(threshold: 0.35509999999999997) == "0.3551")
    #expect(DecisionReview.text(threshold: 2) == "2")
    #expect(DecisionReview.text(threshold: 300) == "300")
    #expect(DecisionReview.text(threshold: -0.25) == "-0.25")
  }

  @Test func whatIsStoredIsShown() throws {
    let experiment = try experiment(2)
    let model = try experiment.run(try Mitigations.named("group-thresholds")).model
    let info = StoredInfo(model)
    #expect(info.positives?.label == .init(column: "y", value: "1") && info.negative == "0")
    #expect(info.rules.map(\.value) == ["0", "1"] && info.rules.allSatisfy { $0.attribute == "g" })
    #expect(info.linear.first?.coefficients.map(\.name) == ["x"])
    #expect(info.roles["features"] == ["x"] && info.roles["id"] == ["id"])
  }
}

/// Numbers in [0, 1) that are the same on every machine.
struct SyntheticNumbers {
  var random: CounterRandom
  init(seed: UInt64) { random = CounterRandom(seed: seed, stream: 0) }
  mutating func next() -> Double { random.uniform() }
}
