import Datasets
import Foundation
import Jobs
import Mitigation
import Models
import Reports
import Testing

/// Notes that a job made.
private final class Heard: @unchecked Sendable {
  private let lock = NSLock()
  private var list: [String] = []
  var texts: [String] { lock.withLock { list } }
  func add(_ text: String) { lock.withLock { list.append(text) } }
}

private func folder() throws -> String {
  let place = NSTemporaryDirectory() + "equipoise-jobs-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
  return place
}

@Suite struct JobRunTests {
  private func german(_ sensitive: String = "sex") -> DataInput {
    DataInput(dataset: "german", DataOptions(sensitive: [sensitive]))
  }

  @Test func anAuditNeedsNoTerminal() throws {
    let heard = Heard()
    var context = JobContext()
    context.note = { heard.add($0) }
    var job = AuditJob()
    job.data = german()
    job.failOn = ["base_rate.difference>0.01"]
    let outcome = try job.run(context)
    #expect(outcome.result.rows == 1000)
    #expect(heard.texts == ["note: 1,000 rows are too few for conclusions."])
    guard case .exceeded(let text) = outcome.ending else {
      Issue.record("\(outcome.ending)")
      return
    }
    #expect(text.contains("base_rate.difference of sex"))
    #expect(text.contains("the limit is 0.01"))
  }

  @Test func aModelGoesFromOneJobToTheNext() throws {
    var train = TrainJob()
    train.data = german()
    train.method = MethodInput("penalized", options: ["strength": "5"])
    let fitted = try train.run(JobContext())
    let model = try #require(fitted.model)
    #expect(fitted.document.method == "penalized" && fitted.ending == .done)
    var context = JobContext()
    context.models["model"] = model
    var predict = PredictJob()
    predict.data = german()
    let predictions = try predict.run(context)
    #expect(predictions.table?.columns.map(\.name) == ["score", "probability", "prediction"])
    #expect(predictions.document.rows == 1000 && predictions.document.output == nil)
    var audit = AuditJob()
    audit.data = german()
    #expect(try audit.run(context).result.overall["accuracy_score"]?.value != nil)
    var export = ExportJob()
    export.format = "onnx"
    #expect(try export.run(context).bytes.count > 1000)
  }

  @Test func aTableToTestOnExcludesAShare() {
    var job = TrainJob()
    job.data = german()
    job.method = MethodInput("logistic")
    job.split.share = 0.3
    var context = JobContext()
    context.tables["test_data"] = .path("rows.csv")
    #expect(
      throws: JobError.usage("\(option: "test") and \(option: "test_data") exclude each other")
    ) { try job.run(context) }
  }

  @Test func aFitTellsItsRowsColumnsAndNotes() throws {
    var job = TrainJob()
    job.data = german()
    job.method = MethodInput("logistic")
    job.split.share = 0.2
    let outcome = try job.run(JobContext())
    let document = outcome.document
    #expect(document.rows == ["train": 800, "test": 200])
    #expect(document.features == outcome.features && outcome.features > 10)
    #expect(document.notes.map { $0.text(.yaml) } == ["1,000 rows are too few for conclusions."])
    job.split.share = 0
    #expect(try job.run(JobContext()).document.rows == ["train": 1000])
  }

  @Test func scoresInPercentLieAboveTheThreshold() throws {
    let place = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    func notes(_ text: String) throws -> [String] {
      try text.write(toFile: place + "/s.csv", atomically: true, encoding: .utf8)
      let heard = Heard()
      var context = JobContext()
      context.dialect = .commandLine
      context.note = { heard.add($0) }
      var job = AuditJob()
      job.data = DataInput(file: place + "/s.csv", DataOptions(sensitive: ["g"]))
      job.subject.score = "s"
      _ = try job.run(context)
      return heard.texts.filter { $0.contains("is no probability") }
    }
    let percent = try notes("g,s\na,40\nb,70\na,90\nb,1\n")
    #expect(percent.count == 1)
    #expect(
      percent.first?.hasSuffix(
        "all 4 rows lie above the threshold of 0.5, so that all are selected: divide them by 100, or "
          + "give --threshold in their units") == true)
    // Some lie below: the threshold may be meant.
    #expect(try notes("g,s\na,40\nb,0.2\n").first?.hasSuffix("is left out") == true)
    #expect(try notes("g,s\na,400\nb,700\n").first?.contains("by 100") == false)
  }

  @Test func oneSentenceTellsOfAllRunsThatItIsAbout() throws {
    let place = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let rows = (0..<80).map { "\($0 % 2 == 0 ? "a" : "b"),\($0 % 7),\($0 % 20 == 0 ? 0 : 1)" }
    try (["g,x,y"] + rows).joined(separator: "\n").write(
      toFile: place + "/t.csv", atomically: true, encoding: .utf8)
    let heard = Heard()
    var context = JobContext()
    context.note = { heard.add($0) }
    var job = CompareJob()
    job.data = DataInput(file: place + "/t.csv", DataOptions(label: "y", sensitive: ["g"]))
    job.methods = ["logistic", "penalized"]
    _ = try job.run(context)
    #expect(
      heard.texts.filter { $0.contains("every row") } == [
        "note: each of 2 runs (logistic, penalized) selects every row: a decision that is the same for "
          + "all is no Pareto point"
      ])
  }

  @Test func aTransformTellsWhatIsPositive() throws {
    let place = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    var job = PreprocessJob()
    job.method = MethodInput("reweighing")
    job.data = german()
    job.output = place + "/t.csv"
    #expect(try job.run(JobContext()).document.positives?.label?.value == "good")
  }

  @Test func aPipelineComesAsJSON() throws {
    var job = RunJob()
    job.text = """
      {"pipeline": "loans", "data": {"dataset": "german", "sensitive": "sex"},
       "reports": ["json"],
       "variants": {"plain": {}, "fair": {"learner": {"method": "penalized", "strength": 5}}}}
      """
    let outcome = try job.run(JobContext())
    #expect(outcome.comparison?.outcomes.map(\.plan.name) == ["plain", "fair"])
    job.dryRun = true
    #expect(try job.run(JobContext()).sizes.map { $0.plan.name } == ["plain", "fair"])
  }

  @Test func nothingIsWrittenOverWhatIsRead() throws {
    let place = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let table = place + "/t.csv"
    try "y,g,x\n0,a,1\n1,b,2\n0,b,3\n1,a,4\n".write(
      toFile: table, atomically: true, encoding: .utf8)
    var job = AuditJob()
    job.data = DataInput(file: table, DataOptions(label: "y", sensitive: ["g"]))
    job.places.log = place + "/../" + (place as NSString).lastPathComponent + "/t.csv"
    #expect(throws: JobError.self) { try job.run(JobContext()) }
  }

  @Test func twoResultsNeedTwoPlaces() {
    var job = PostprocessJob()
    job.data = german()
    job.score = "p"
    job.method = MethodInput("group-thresholds")
    job.output = "/tmp/one.csv"
    job.rule = "/tmp/one.csv"
    #expect(throws: JobError.usage("/tmp/one.csv: two results would be written there")) {
      try job.run(JobContext())
    }
  }

  /// The same for every job that reads one file and writes another, by any of its options.
  @Test func noJobWritesOverWhatItReads() throws {
    let place = try folder(), file = place + "/t.csv"
    defer { try? FileManager.default.removeItem(atPath: place) }
    let content = "y,g,x\n0,a,1\n1,b,2\n0,b,3\n1,a,4\n"
    try content.write(toFile: file, atomically: true, encoding: .utf8)
    var looked = 0
    func look<Work: Job>(_ type: Work.Type) throws {
      let outputs = Work.table.filter { $0.kind == .output || $0.kind == .outputs }
      for input in Work.table where input.kind == .input || input.kind == .inputs {
        for output in outputs {
          var job = Work()
          let usual: [String: OptionInput] = ["label": .text("y"), "sensitive": .text("g")]
          try job.set(usual.filter { name, _ in Work.table.contains { $0.name == name } })
          try job.set([input.name: .text(file), output.name: .text(file)])
          guard (try? job.check()) != nil else { continue }
          looked += 1
          #expect(
            throws: JobError.usage("\(file): would be written over what is read from it"),
            "\(Work.name): \(input.name), \(output.name)"
          ) { _ = try job.run(JobContext()) }
        }
      }
    }
    for type in Jobs.all { try look(type) }
    #expect(looked > 20)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == content)
  }

  @Test func aStopIsAnErrorOfItsOwn() throws {
    var context = JobContext()
    context.shouldStop = { true }
    var job = CompareJob()
    job.data = german()
    #expect(throws: JobError.stopped) { try job.run(context) }
  }

  @Test func optionsThatExcludeEachOtherAreRefusedBeforeAnyFile() {
    var job = AuditJob()
    job.data = DataInput(file: "no.csv", DataOptions(label: "y", sensitive: ["g"]))
    job.data.dataset = "german"
    #expect(throws: JobError.usage("\(option: "data") and \(option: "dataset") exclude each other"))
    {
      try job.run(JobContext())
    }
    job.data.dataset = nil
    job.subject.model = "m.eqp"
    job.subject.score = "p"
    #expect(
      throws: JobError.usage(
        "\(option: "model") excludes \(option: "prediction") and \(option: "score")")
    ) {
      try job.run(JobContext())
    }
  }

  @Test func notesComeFromJSON() throws {
    let place = try folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let notes = place + "/n.json"
    try #"{"use": {"purpose": "Helps."}, "limitations": ["a", "b"]}"#.write(
      toFile: notes, atomically: true, encoding: .utf8)
    var job = DatasheetJob()
    job.data = german()
    job.documents.notes = notes
    job.output = [place + "/d.md"]
    #expect(try job.run(JobContext()).isWritten)
    try #"{"use": {"purpos": "Helps."}}"#.write(toFile: notes, atomically: true, encoding: .utf8)
    do {
      _ = try job.run(JobContext())
      Issue.record("accepted")
    } catch let error as JobError {
      #expect("\(error)".contains("did you mean 'use.purpose'?"), "\(error)")
    }
  }
}
