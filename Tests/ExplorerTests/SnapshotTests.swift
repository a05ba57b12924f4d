import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

import Explorer

@Suite struct SnapshotTests {
  private func made(_ table: ExploredTable) -> ExplorationDocument.Made {
    .init(
      program: "equipoise", data: table.source, rows: table.rows, weighted: table.weights != nil,
      leastCell: 10)
  }

  private func document(
    _ table: ExploredTable, _ scores: [Double], least: Int = 10
  ) throws -> ExplorationDocument {
    var settings = ExplorationSettings()
    settings.leastCell = least
    let models = [
      ExploredModel(name: "p", scores: scores),
      ExploredModel(
        name: "d", kind: .decisions, decisions: scores.map { $0 > 0.6 ? 1 : 0 }),
    ]
    return try Exploration(table, models: models, settings: settings).document(made(table))
  }

  /// Every number of counts that a page holds is 0 or large enough.
  @Test(arguments: [1, 2, 3, 5, 40]) func noCountIsSmall(_ groups: Int) throws {
    let (table, scores) = people(
      25 * groups + 40, groups: (0..<groups).map { "g\($0)" }, seed: 4)
    let json = try JSONValue(try document(table, scores).json())
    #expect(json["partitions"]!.array.count == 1)
    for group in json["partitions"]!.array[0]["groups"]!.array {
      for name in ["rows", "positives", "negatives"] {
        guard let count = group[name]?.number else { continue }
        #expect(count == 0 || count >= 10)
      }
    }
    for model in json["models"]!.array {
      for counts in model["stated"]!.array.flatMap(\.array) {
        for name in ["selected", "true_positives", "false_positives"] {
          guard let count = counts[name]?.number else { continue }
          #expect(count == 0 || count >= 10)
        }
      }
    }
    for slice in json["slices"]!.array { #expect(slice["rows"]!.number! >= 10) }
  }

  /// Values that one row alone has are not in the page's bytes.
  @Test func noRowIsInThePage() throws {
    var (table, scores) = people(2_000, groups: ["a", "b"], seed: 7)
    scores[77] = 0.123456789
    var numbers = (0..<2_000).map { Float($0 % 50) }
    numbers[77] = 987_654
    var codes = (0..<2_000).map { Int32($0 % 3) }
    codes[77] = 3
    table.columns = [
      .init(name: "income", values: .numbers(numbers)),
      .init(name: "town", values: .levels(codes, ["x", "y", "z", "marked-7f3a"])),
    ]
    let page = Snapshot.html(try document(table, scores).json(), title: "A page")
    for mark in ["marked-7f3a", "987654", "0.123456789"] {
      let isThere = page.contains(mark)
      #expect(!isThere, "\(mark)")
    }
    let namesAreThere = page.contains("income") && page.contains("town")
    #expect(namesAreThere)
  }

  /// Names never end an element, and are found again.
  @Test func hostileNamesAreTexts() throws {
    let names = ["</script><script>alert(1)</script>", "\"{{cuts}}\",{{document}}\u{202E}"]
    let (table, scores) = people(400, groups: names, seed: 2)
    let found = try document(table, scores)
    let page = Snapshot.html(try found.json(), title: "<b>&{{script}}")
    let isText = !page.contains("alert(1)</script>") && !page.contains("<b>")
    #expect(isText)
    #expect(page.components(of: "<script") == 2)
    let json = try JSONValue(try found.json())
    let told = json["partitions"]!.array[0]["groups"]!.array.map { $0["name"]!.string! }
    #expect(Set(told) == Set(names))
  }

  /// The same rows give the same bytes.
  @Test func bytesAreRepeatable() throws {
    let (table, scores) = people(700, groups: ["a", "b", "c"], seed: 3, weights: true)
    #expect(try document(table, scores).json() == document(table, scores).json())
  }

  /// Without labels there are curves of rows, and nothing that needs labels.
  @Test func tablesWithoutLabels() throws {
    var (table, scores) = people(300, groups: ["a", "b"], seed: 3)
    table.labels = nil
    let found = try document(table, scores)
    #expect(found.label == nil && found.models[0].strategies == nil)
    #expect(found.partitions[0].ruleTemplate == nil)
    let curve = try #require(found.models[0].curves?[0][0])
    #expect(curve.positives == nil && curve.totalPositives == nil && curve.totalNegatives > 100)
  }

  /// What a page fills into a template is what the method writes, byte for byte, and it decides as the
  /// page counts.
  @Test(arguments: [1, 2, 3, 5]) func rulesAreThoseOfTheCommand(_ groups: Int) throws {
    let names = (0..<groups).map { "g,\($0)=\"x\"" }
    let (table, scores) = people(300 * groups, groups: names, seed: 21)
    let partition = Partition(table.attributes, of: table, leastCell: 10)
    let template = try #require(try RuleTemplate.text(partition, of: table))
    let model = ExploredModel(name: "p", scores: scores)
    let set = try CurveSet(scores, of: model, table, partition, ExplorationSettings())
    var random = SeededGenerator(seed: 4)
    for _ in 0..<12 {
      let cuts = set.groups.map { Int.random(in: 1..<$0!.cuts.count, using: &random) }
      let thresholds = zip(set.groups, cuts).map { $0!.cuts[$1 - 1] }
      let option = zip(partition.names, thresholds).map { "\($0)=\($1)" }.joined(separator: ",")
      let text = try filled(template, thresholds, option)
      let rows = try ScoredRows(scores: scores, labels: table.labels!, attributes: table.attributes)
      let options = try MethodOptions(
        ["thresholds": option], from: StatedThresholds.options, of: StatedThresholds.name)
      let (rule, fit) = try GroupedRule.fit(
        StatedThresholds.self, rows, GroupPolicy(), FitRequest(options: options))
      let written = FittedRule(
        method: StatedThresholds.name, options: fit.options.values, seed: 0, report: fit.report,
        rule: rule)
      #expect(text == RuleStore.text(written))
      let values = try RuleStore.rule(text).rule.values(
        scores: scores, attributes: table.attributes)
      for (k, curve) in set.groups.enumerated() {
        let selected = values.indices.filter {
          values[$0] == 1 && partition.groups[$0] == partition.listed[k]
        }
        let hits = selected.count { table.labels![$0] == 1 }
        #expect(Double(hits) == curve!.curve.truePositives[cuts[k]])
        #expect(Double(selected.count - hits) == curve!.curve.falsePositives[cuts[k]])
      }
    }
  }

  /// As the contract of pages says.
  private func filled(_ template: String, _ cuts: [Double], _ option: String) throws -> String {
    let numbers = cuts.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: ",")
    let quoted = try CanonicalJSON.text([option]).dropFirst(2).dropLast(2)
    let text = template.replacing(":[{{cuts}}]", with: ":[\(numbers)]").replacing(
      "\"{{option}}\"", with: "\"\(quoted)\"")
    return "{\"digest\":\"\(Digest.sha256(of: text.utf8))\"," + text.dropFirst()
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
