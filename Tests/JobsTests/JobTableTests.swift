import Datasets
import Foundation
import Jobs
import Mitigation
import Testing

/// What a table of options promises, of any job.
private struct TableFacts {
  var name: String
  var names: [String]
  /// Whether it reads one table for its rows, and does not only store tables.
  var readsRows: Bool
  var problems: [String] = []

  init<Work: Job>(_ job: Work.Type) {
    name = Work.name
    names = Work.table.map(\.name)
    readsRows = Work.table.contains { $0.name == "data" && $0.kind != .inputs }
    if Set(names).count != names.count { problems.append("a name twice") }
    let usual = Work()
    for record in Work.table {
      if record.help.isEmpty || record.name.contains("-") { problems.append(record.name) }
      guard let value = record.get(usual) else { continue }
      var other = Work()
      do { try record.set(&other, value) } catch {
        // Built-in limits may refuse a default that stands for "must be given".
        if !record.isRequired { problems.append("\(record.name): \(error)") }
      }
      if record.get(other) != value { problems.append("\(record.name) does not come back") }
    }
  }
}

@Suite struct JobTableTests {
  @Test func everyJobHasATableThatCanBeRead() {
    let facts = Jobs.all.map { TableFacts($0) }
    #expect(Set(facts.map(\.name)).count == facts.count)
    for job in facts { #expect(job.problems == [], "\(job.name)") }
  }

  @Test func everyJobThatReadsRowsKnowsAllRoles() {
    let roles = DataOptions.table.map(\.name)
    let readers = Jobs.all.map { TableFacts($0) }.filter(\.readsRows)
    #expect(readers.count >= 10)
    for job in readers {
      #expect(Set(roles).subtracting(job.names) == [], "\(job.name)")
    }
  }

  @Test func everyPipelineKnowsAllRoles() throws {
    let schema = try PipelineSchema.json(methods: .any)
    for role in DataOptions.table {
      #expect(schema.contains("\"\(role.name)\""), "\(role.name)")
    }
  }

  @Test func theListSaysWhatTheTablesSay() throws {
    let listed = try JobsJob().run(JobContext()).document
    #expect(listed.map(\.name) == Jobs.all.map { $0.name })
    let audit = try #require(listed.first { $0.name == "audit" })
    let confidence = try #require(audit.options.first { $0.name == "confidence" })
    #expect(confidence.kind == "number" && confidence.usual == .text("0.95"))
    #expect(confidence.values == "a number above 0 and below 1")
    #expect(
      audit.options.first { $0.name == "missing" }?.choices == ["error", "keep", "drop"])
    #expect(listed.first { $0.name == "train" }?.takesMethodOptions == true)
  }

  /// The command line takes options of a job and of its method side by side: one name, one meaning.
  @Test func noMethodHasAnOptionOfItsJob() {
    func shared<Work: Job>(_ job: Work.Type, _ method: String, _ options: [MethodOption])
      -> [String]
    {
      let own = Set(Work.table.map(\.name))
      return options.filter { own.contains($0.name) }.map { "\(Work.name) \(method) \($0.name)" }
    }
    var found: [String] = []
    for method in Mitigations.all {
      found += shared(TrainJob.self, method.name, method.options)
      found += shared(FrontierJob.self, method.name, method.options)
    }
    for method in Preprocessors.all {
      found += shared(PreprocessJob.self, method.name, method.options)
    }
    for method in Postprocessors.all {
      found += shared(PostprocessJob.self, method.name, method.options)
    }
    #expect(found == [])
  }

  @Test func optionsThatNobodyHasAreNamed() throws {
    var audit = AuditJob()
    #expect(
      throws: DataError.option(
        "confidance", "there is no such option; did you mean \(option: "confidence")?")
    ) { try audit.set(["confidance": .text("0.9")]) }
    var train = TrainJob()
    try train.set([
      "method": .text("penalized"), "dataset": .text("german"), "strenght": .text("1"),
    ])
    do {
      _ = try train.run(JobContext())
      Issue.record("accepted")
    } catch let error as DataError {
      #expect("\(error)".contains("did you mean 'strength'?"), "\(error)")
    }
  }

  @Test func anOptionUnderTwoSpellingsIsRefused() {
    var train = TrainJob()
    #expect(throws: DataError.option("test_data", "it is given twice")) {
      try train.set(["test-data": .text("a.csv"), "test_data": .text("b.csv")])
    }
  }

  @Test(arguments: ["meta-fair", "penalized", "group-thresholds"])
  func aFrontierNeedsASetting(method: String) throws {
    var frontier = FrontierJob()
    try frontier.set([
      "method": .text(method), "dataset": .text("german"), "sensitive": .text("sex"),
      "settings": .list([]),
    ])
    #expect(throws: DataError.self) { try frontier.run(JobContext()) }
  }

  @Test func numbersThatCannotBeMultipliedAreNoRecipe() throws {
    for given in [["rows": Int.max], ["rows": 1, "features": Int.max, "categorical": 1]] {
      var generate = GenerateJob()
      try generate.set(given.mapValues { .text("\($0)") })
      try generate.set(["output": .text("/tmp/never.csv")])
      #expect(throws: DataError.self) { try generate.run(JobContext()) }
    }
  }

  /// One attribute's disparities are asked for with its name and without.
  @Test func theOnlyAttributeMayBeNamed() throws {
    var compare = CompareJob()
    try compare.set([
      "dataset": .text("german"), "sensitive": .text("sex"), "methods": .text("logistic"),
      "disparity": .text("sex.selection_rate.ratio"),
    ])
    #expect(try compare.run(JobContext()).document.runs.count == 1)
  }

  @Test func jobsAreFoundByName() throws {
    #expect(try Jobs.named("audit").name == "audit")
    #expect(throws: DataError.self) { try Jobs.named("audits") }
  }
}
