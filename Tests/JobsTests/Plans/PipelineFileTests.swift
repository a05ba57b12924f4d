import Datasets
import Foundation
import Jobs
import Mitigation
import TestSupport
import Testing

private func parsed(_ text: String) throws -> PipelineFile {
  try PipelineFile.parse(text, path: "p.yaml")
}

private func plan(_ text: String, _ name: String? = nil) throws -> PipelinePlan {
  let file = try parsed(text)
  return try #require(file.plans.first { name == nil || $0.name == name })
}

/// What is said of a file, one problem a line.
private func complaint(_ text: String) -> String {
  do {
    _ = try parsed(text)
    return ""
  } catch { return "\(error)" }
}

@Suite struct PipelineFileTests {
  @Test func aFileSaysEverythingOnce() throws {
    let file = try parsed(
      """
      pipeline: credit
      title: Credit
      seed: 7
      data:
        dataset: german
        sensitive: [sex, age]
        bins: {age: [25, 40]}
        drop: purpose
        controls: [job]
        precision: double
      split: {test: 0.25, validation: 0.2}
      learner: {method: reductions, constraint: {demographic_parity: 0.05, equalized_odds: 0.1}}
      postprocess:
        - group-calibration
        - {method: group-thresholds, floor: 0.5}
      constraints: {bound: 0.02}
      decide: {threshold: 0.4, groups: inferred, unseen_group: pooled}
      audit:
        reference: {sex: male}
        intersections: 2
        confidence: 0.9
        tau: 0.8
        unknown: exclude
        minimum_count: 10
      fail_on: ["selection_rate.ratio<0.8", equalized_odds.difference > 0.3]
      compare: {disparity: equalized_odds.difference, unprocess: true}
      reports: [html, csv, model-card]
      date: 2026-01-31
      """)
    #expect(file.name == "credit" && file.title == "Credit" && file.date == "2026-01-31")
    #expect(file.disparity == "equalized_odds.difference" && file.unprocesses)
    #expect(file.reports == [.html, .csv, .modelCard])
    let plan = try #require(file.plans.first)
    #expect(file.plans.count == 1 && plan.name == "credit" && plan.seed == 7)
    #expect(plan.rows.options.sensitive == ["sex", "age"] && plan.rows.options.controls == ["job"])
    #expect(plan.rows.options.bins == ["age": [25, 40]] && plan.rows.precision == .double)
    // The data set's own roles stay: its label, and what it leaves out.
    #expect(plan.rows.options.label == "credit" && plan.rows.options.positive == "good")
    #expect(plan.rows.options.drop == ["personal-status", "purpose"])
    #expect(plan.rows.test == .fraction(0.25, seed: 7))
    #expect(plan.stages.name == "reductions+group-calibration+group-thresholds")
    #expect(
      plan.stages.method.options.text("criterion") == "demographic_parity=0.05,equalized_odds=0.1")
    // Shared by both stages that have it.
    #expect(plan.stages.method.options.number("bound") == 0.02)
    #expect(plan.stages.postprocessing[1].options.number("bound") == 0.02)
    #expect(plan.stages.postprocessing[1].options.number("floor") == 0.5)
    #expect(plan.stages.groups == .inferred && plan.stages.unseenGroup == .pooled)
    #expect(plan.threshold == 0.4 && plan.audit.reference == .named(["sex": "male"]))
    #expect(plan.audit.intersections == 2 && plan.audit.confidence == 0.9)
    #expect(plan.audit.tau == 0.8 && plan.audit.unknown == .exclude)
    #expect(plan.audit.minimumCount == 10)
    #expect(plan.gates.map(\.text).first == "selection_rate.ratio<0.8" && plan.gates.count == 2)
    let told = plan.stageDescriptions
    #expect(told.map(\.fittedOn) == ["train", "validation", "validation"])
  }

  @Test func everyStageCanBeLeftOutOrRepeated() throws {
    let bare = try plan("data: {dataset: german}")
    #expect(bare.name == "p" && bare.stages.name == "logistic" && bare.threshold == 0.5)
    #expect(bare.rows.test == .fraction(0.3, seed: 0) && bare.rows.validation == nil)
    let adult = try plan("data: {dataset: adult}\nlearner:\npostprocess: []")
    #expect(adult.rows.test == .table(.bundled(try BundledDataset.named("adult"), .test)))
    let twice = try plan(
      "data: {dataset: german}\npostprocess: [group-calibration, group-calibration, unprocessing]")
    #expect(twice.stages.name == "logistic+group-calibration+group-calibration+unprocessing")
    let one = try plan("data: {dataset: german}\npostprocess: unprocessing\nsplit: {test: 0}")
    #expect(one.stages.name == "logistic+unprocessing" && one.rows.test == nil)
    let outside = try plan("data: {dataset: german}\nlearner: {score: age}")
    #expect(outside.stages.name == "scores" && outside.rows.options.mode.numbers == ["age"])
    #expect(!outside.rows.options.mode.packsFeatures)
  }

  /// Keys merge, lists and scalars are replaced, nothing takes a key away, and a learner that names
  /// its method leaves no option behind.
  @Test func variantsOverrideParts() throws {
    let file = try parsed(
      """
      data: {dataset: german, sensitive: [sex, age], bins: {age: [25]}}
      learner: {method: penalized, strength: 3}
      postprocess: [group-calibration, {method: group-thresholds, bound: 0.1}]
      audit: {intersections: 2, tau: 0.8}
      fail_on: selection_rate.ratio<0.8
      regions:
        us:
        eu: {learner: {strength: 5}, audit: {tau: ~, confidence: 0.99}, seed: 3}
        sg: {learner: {method: reductions}, postprocess: [unprocessing], fail_on: ~}
        jp: {learner: logistic, postprocess: ~, data: {sensitive: sex, bins: ~}}
      """)
    #expect(file.plans.map(\.name) == ["us", "eu", "sg", "jp"])
    let (us, eu, sg, jp) = (file.plans[0], file.plans[1], file.plans[2], file.plans[3])
    #expect(us.stages.name == "penalized+group-calibration+group-thresholds")
    #expect(us.stages.method.options.number("strength") == 3 && us.audit.tau == 0.8)
    #expect(eu.stages.name == us.stages.name && eu.stages.method.options.number("strength") == 5)
    #expect(eu.audit.tau == nil && eu.audit.intersections == 2 && eu.audit.confidence == 0.99)
    #expect(eu.seed == 3 && eu.rows.test == .fraction(0.3, seed: 3))
    #expect(sg.stages.name == "reductions+unprocessing" && sg.gates.isEmpty)
    #expect(sg.stages.method.options.values["strength"] == nil)
    #expect(jp.stages.name == "logistic" && jp.rows.options.sensitive == ["sex"])
    #expect(jp.rows.options.bins.isEmpty && jp.gates.count == 1)
    #expect(try file.plans(named: ["sg", "us"]).map(\.name) == ["us", "sg"])
    #expect(throws: DataError.self) { try file.plans(named: ["uss"]) }
  }

  @Test func anchorsAndMergeKeysWork() throws {
    let file = try parsed(
      """
      data: {dataset: german}
      variants:
        a: &a
          learner: &fair {method: penalized, strength: 3}
          audit: {tau: 0.8}
        b:
          <<: *a
          audit: {tau: 0.9}
        c: {learner: {<<: [*fair], l2: 0.1}}
      """)
    #expect(file.plans[1].stages.method.options.number("strength") == 3)
    #expect(file.plans[1].audit.tau == 0.9)
    #expect(file.plans[2].stages.method.options.number("l2") == 0.1)
    #expect(file.plans[2].stages.name == "penalized")
  }

  @Test func sharedOptionsYieldToAStagesOwn() throws {
    let plan = try plan(
      """
      data: {dataset: german}
      postprocess: [{method: group-thresholds, bound: 0.3}, {method: relaxed-parity}]
      constraints: {bound: 0.05, norm: one}
      """)
    #expect(plan.stages.postprocessing[0].options.number("bound") == 0.3)
    #expect(plan.stages.postprocessing[1].options.number("bound") == 0.05)
  }

  /// Older names of a stage's option are read, shared ones by those stages alone that had them.
  @Test func aCriterionMayHaveItsOlderNames() throws {
    let stages = try plan(
      """
      data: {dataset: german}
      learner: {method: penalized, penalty: linear_equalized_odds}
      postprocess: [{method: group-thresholds, rate: tpr}, {method: relaxed-parity}]
      constraints: {constraint: demographic-parity}
      """
    ).stages
    #expect(stages.method.options.text("criterion") == "equalized_odds")
    #expect(stages.method.options.text("form") == "linear")
    #expect(stages.postprocessing[0].options.text("criterion") == "equal_opportunity")
    #expect(stages.postprocessing[1].options.text("criterion") == "demographic_parity")
    let shared = try plan(
      """
      data: {dataset: german}
      learner: reductions
      postprocess: [group-thresholds, relaxed-parity]
      constraints: {criterion: equal_opportunity}
      """
    ).stages
    #expect(shared.method.options.text("criterion") == "equal_opportunity")
    #expect(
      shared.postprocessing.allSatisfy { $0.options.text("criterion") == "equal_opportunity" })
    let former = try plan(
      """
      data: {dataset: german}
      learner: reductions
      postprocess: [group-thresholds, relaxed-parity]
      constraints: {rate: true_positive_rate}
      """
    ).stages
    #expect(former.method.options.text("criterion") == "demographic_parity")
    #expect(former.postprocessing[0].options.text("criterion") == "equal_opportunity")
    #expect(former.postprocessing[1].options.text("criterion") == "equalized_odds")
  }

  @Test func aSeedIsSaidInOnePlace() throws {
    let bare = try PipelineFile.parse("data: {dataset: german}", path: "p.yaml", seed: 5)
    #expect(bare.plans[0].seed == 5)
    #expect(throws: PipelineFileError.self) {
      try PipelineFile.parse("seed: 1\ndata: {dataset: german}", path: "p.yaml", seed: 5)
    }
  }
}

@Suite struct PipelineProblemTests {
  private static let base = "data: {dataset: german}\n"

  /// Each with the places and words that must be said of it.
  static let wrong: [(String, [String])] = [
    ("dota: {dataset: german}", ["p.yaml:1:1: unknown key 'dota'; did you mean 'data'?"]),
    (base + "audit: {referense: largest}", ["2:9: unknown key 'referense' in 'audit'; did you"]),
    (base + "audit: {confidence: 2}", ["2:21: 'audit.confidence' lies above 0 and below 1"]),
    (base + "audit: {intersections: two}", ["2:24: 'audit.intersections' takes a whole number"]),
    (
      base + "audit: {intersections: 9}",
      ["2:24: 'audit.intersections' is at least 1 and at most 8"]
    ),
    (base + "audit: {tau: [1]}", ["2:14: 'audit.tau' takes a number, not a list"]),
    (base + "audit: {tau: '0.8'}", ["2:14: 'audit.tau' takes a number, not the text '0.8'"]),
    (base + "audit: {reference: biggest}", ["2:20: 'audit.reference' takes groups"]),
    (base + "audit: [1]", ["2:8: 'audit' takes keys with values, not a list"]),
    (base + "split: {test: 1.5}", ["2:15: 'split.test' is a share of at least 0 and below 1"]),
    (base + "split: {test: none.csv}", ["2:15: no file 'none.csv'"]),
    (base + "split: {test: yes}", ["2:15: no file 'yes'"]),
    (base + "compare: {unprocess: yes}", ["2:22: 'compare.unprocess' takes true or false"]),
    (base + "reports: [html, pdf]", ["2:17: 'reports': 'pdf' is none of html"]),
    (base + "reports: [model-crad]", ["did you mean 'model-card'?"]),
    (base + "notes: none.yaml", ["2:8: no file 'none.yaml'"]),
    (base + "fail_on: [selection_rate=1]", ["2:11: 'selection_rate=1' is not a condition"]),
    (
      base + "learner: logistik",
      ["2:10: no method 'logistik' for 'learner'; did you mean 'logistic'?"]
    ),
    (
      base + "learner: group-thresholds",
      ["2:10: 'group-thresholds' belongs under 'postprocess', not under 'learner'"]
    ),
    (base + "postprocess: [reductions]", ["2:15: 'reductions' belongs under 'learner'"]),
    (
      base + "learner: {method: penalized, strenght: 1}",
      ["2:30: unknown key 'strenght' for 'penalized'; did you mean 'strength'?"]
    ),
    (
      base + "postprocess: [{method: group-thresholds, bound: 2}]",
      [
        "2:49: 'bound' of 'group-thresholds' cannot be 2: expected a number of at least 0 and at most "
          + "1"
      ]
    ),
    (
      base + "postprocess: [{method: group-thresholds, rate: selection}]",
      ["did you mean 'selection_rate'?"]
    ),
    (
      base + "learner: {method: reductions, criterion: tpr, constraint: tpr}",
      ["2:47: 'constraint' of 'reductions' is another name of 'criterion', which is given too"]
    ),
    (
      base + "postprocess: [{method: relaxed-parity, criterion: [tpr, fpr]}]",
      [
        "2:51: 'criterion' of 'relaxed-parity' cannot be tpr,fpr: expected one of demographic_parity"
      ]
    ),
    (base + "postprocess: [{bound: 1}]", ["2:15: a stage needs 'method'"]),
    (base + "postprocess: [[a]]", ["2:15: a stage is a method's name"]),
    (base + "learner: {method: [a]}", ["2:19: 'method' takes a name, not a list"]),
    (base + "learner: {score: p, l2: 1}", ["2:21: 'l2' says how to fit a learner"]),
    (base + "learner: {c: 1, l2: 1}", ["'c': cannot be given together with 'l2'"]),
    (base + "constraints: {bount: 1}", ["2:15: no stage of any variant has an option 'bount'"]),
    (base + "constraints: 3", ["2:14: 'constraints' takes options"]),
    ("data: {}", ["1:1: 'data.file' or 'data.dataset' is needed"]),
    ("pipeline: x", ["'data.file' or 'data.dataset' is needed"]),
    ("data: {file: none.csv}", ["1:14: no file 'none.csv'"]),
    ("data: {file: a.csv, dataset: german}", ["1:21: 'data.file' and 'data.dataset' exclude"]),
    (
      "data: {dataset: germn}",
      ["1:17: 'data.dataset': 'germn' is none of adult, german, compas; did"]
    ),
    (
      "data: {dataset: german, bins: {age: [40, 25]}}", ["1:37: 'data.bins.age' takes numbers that"]
    ),
    (
      "data: {dataset: german, sensitive: {a: b}}",
      ["1:36: 'data.sensitive' takes a text or a list"]
    ),
    ("data: {dataset: german, sensitive: []}", ["'data.sensitive' is needed"]),
    ("data: {dataset: german, drop: [a, a]}", ["1:35: 'data.drop' has 'a' twice"]),
    (base + "variants: [a]", ["2:11: 'variants' takes names"]),
    (base + "variants: {a: 1}", ["2:15: 'variants.a' takes keys with values, not '1'"]),
    (base + "variants: {a/b: {}}", ["2:12: 'a/b' is not a name"]),
    (base + "variants: {..: {}}", ["2:12: '..' is not a name"]),
    (base + "variants: {A: {}, a: {}}", ["differs from another variant by its case alone"]),
    (base + "variants: {comparison: {}}", ["is the name of a file that is written"]),
    (base + "variants: {a: {reports: [html]}}", ["2:16: unknown key 'reports' in 'variants.a'"]),
    (base + "variants: {a: {}}\nregions: {b: {}}", ["3:1: 'variants' and 'regions' are two words"]),
    (
      "data: {dataset: german, weights: age}\nreports: [four-fifths]",
      ["2:10: 'four-fifths' counts people, not weights"]
    ),
    // All at once, in the order of their places.
    (
      "data: {dataset: german}\nseed: -1\naudit: {tau: 7}\nlerner: x",
      ["2:7: 'seed' is at least 0", "3:14: 'audit.tau' lies between", "4:1: unknown key 'lerner'"]
    ),
    // A variant's fault stands where the variant is written, the base's where it is.
    (
      "data: {dataset: german}\nlearner: {l3: 1}\nvariants:\n  a: {audit: {tau: 2}}\n  b: {}",
      ["2:11: unknown key 'l3'", "4:20: 'audit.tau' lies between"]
    ),
  ]

  @Test(arguments: wrong.indices)
  func everyFaultHasItsPlace(index: Int) {
    let (text, expected) = Self.wrong[index]
    let said = complaint(text)
    for words in expected { #expect(said.contains(words), "\(text)\n→ \(said)") }
    let lines = said.split(separator: "\n")
    #expect(lines.count == expected.count || expected.count == 1, "\(text)\n→ \(said)")
    #expect(lines.allSatisfy { $0.hasPrefix("p.yaml:") }, "\(said)")
  }

  @Test func hostileTextsAreRefusedQuickly() {
    let long = String(repeating: "x", count: 1 << 20)
    let bomb =
      "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
      + (1...12).map { k in
        "a\(k): &a\(k) [" + Array(repeating: "*a\(k - 1)", count: 10).joined(separator: ", ") + "]"
      }.joined(separator: "\n")
    let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    let cases: [(String, String)] = [
      ("", "the file is empty"), ("# only words\n", "the file is empty"),
      ("~", "the file is empty"),
      ("just words", "p.yaml:1:1: keys with values are expected, not 'just words'"),
      ("[1, 2]", "keys with values are expected, not a list"),
      ("data:\n\tdataset: german", "p.yaml:2:1: no valid YAML"),
      ("data: {dataset: german", "no valid YAML"),
      ("data: {dataset: german}\ndata: {dataset: adult}", "p.yaml:1:1: 'data' more than once"),
      ("data: {dataset: german, dataset: adult}", "'dataset' more than once"),
      ("data: &a [*a]", "p.yaml:1:11: no valid YAML: found undefined alias"),
      ("data: *nothing", "undefined alias"), (bomb, "more than 100000 values"),
      ("data: \(deep)", "more than 64 deep"), ("data: {dataset: \(long)}", "is none of"),
      ("\(long): 1", "p.yaml:1"), ("data: {dataset: german}\n---\ndata: {}", "a second document"),
      ("{[a]: 1}", "a key that is not a text"), ("<<: 3", "'<<' takes keys with values"),
      ("data: {dataset: german}\u{7}", "no valid YAML"),
      ("data: {positive: >50K, dataset: adult}", "no valid YAML"),
      ("@data: 1", "need quotes"),
    ]
    for (text, expected) in cases {
      let said = complaint(text)
      #expect(said.contains(expected), "\(text.prefix(60)) → \(said.prefix(300))")
      #expect(said.count < 3_000, "an error quotes no megabyte")
    }
  }

  @Test func manyProblemsAreCounted() {
    let keys = (0..<50).map { "zzz\($0): 1" }.joined(separator: "\n")
    let said = complaint("data: {dataset: german}\n" + keys).split(separator: "\n")
    #expect(said.count == 21 && said.last == "p.yaml: and 30 more")
  }

  /// Random texts of YAML's own signs: an error or a file, never a crash.
  @Test func randomTextsNeverCrash() {
    let words = [
      "data", "variants", ":", ": ", "\n", "  ", "- ", "[", "]", "{", "}", "&a", "*a", "<<", "'",
      "\"", "|", ">", "#", "learner", "method", "german", "~", "1", "\t", ",", "!!", "?", "---",
    ]
    var random = SeededGenerator(seed: 11)
    for _ in 0..<3_000 {
      let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in
        words.randomElement(using: &random)!
      }.joined()
      _ = complaint(text)
    }
  }
}
