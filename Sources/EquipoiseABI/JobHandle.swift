import CEquipoise
import Datasets
import Essentials
import Jobs
import Models
import Reports
import Synchronization

/// What a job came to, behind a handle: texts are made when they are asked for, once each.
final class JobBox: Sendable {
  let outcome: any JobOutcome
  let notes: [String]
  let table: JobTable
  private let texts = Mutex<[ReportFormat: String]>([:])

  /// - Parameter dialect: how whoever reads the notes spells options.
  init(_ outcome: some JobOutcome, notes: [String], _ dialect: Dialect) {
    self.outcome = outcome
    var notes = notes
    switch outcome.ending {
    case .done: break
    case .notConverged(let text): notes.append(text.text(dialect))
    case .exceeded(let text): notes.append(text)
    }
    self.notes = notes
    table = outcome.table ?? JobTable(columns: [])
  }

  /// nil where the job has no page.
  func text(_ format: ReportFormat) throws -> String? {
    try texts.withLock { texts in
      if let made = texts[format] { return made }
      let text = try outcome.rendered(as: format)
      texts[format] = text
      return text
    }
  }
}

extension JobEnding {
  fileprivate var callStatus: eqp_status {
    switch self {
    case .done: EQP_OK
    case .notConverged: EQP_NOT_CONVERGED
    case .exceeded: EQP_EXCEEDED
    }
  }
}

@c @implementation
public func eqp_jobs_json(
  _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let jobs = try JobsJob().run(JobContext()).document
    return try deliver(
      try ReportJSON.text(jobs), to: target, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_job_run(
  _ name: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
  _ inputs: UnsafePointer<eqp_job_input>?, _ count: Int64, _ settings: OpaquePointer?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard count >= 0, count <= 100, count == 0 || inputs != nil else {
      throw CallError.argument("\(count) inputs", column: "inputs")
    }
    // SAFETY: the caller's array of `count` structs. Streams are taken over before anything can fail.
    let given = UnsafeBufferPointer(start: inputs, count: Int(count)).map {
      (name: $0.name, stream: $0.table.map { TakenStream($0) }, model: $0.model)
    }
    let target = try require(result, "result")
    let stated = try jobOptions(options)
    let job = try Jobs.named(
      try text(name, "name"), isBare: stated.isEmpty && given.isEmpty)
    let call = try CallSettings(settings)
    try call.requireNothingLeft()
    try call.requireNoThreshold()
    var context = call.jobContext
    for (index, input) in given.enumerated() {
      let name = try text(input.name, "inputs[\(index)].name")
      if let stream = input.stream { context.tables[name] = .arrow(try stream.table()) }
      if input.model != nil {
        context.models[name] = try Handles.models.object(input.model).model
      }
    }
    let (box, ending) = try run(job, stated, context)
    target.pointee = try Handles.jobs.insert(box)
    return ending.callStatus
  }
}

private func run<Work: Job>(
  _ job: Work.Type, _ options: [String: OptionInput], _ context: JobContext
) throws -> (JobBox, JobEnding) {
  try requireInputs(of: job, options, context)
  var job = Work()
  try job.set(options)
  let notes = Notes()
  var context = context
  context.note = { notes.add($0) }
  do {
    let outcome = try job.run(context)
    return (JobBox(outcome, notes: notes.texts, context.dialect), outcome.ending)
  } catch { throw CallError(error, namesColumns: true) }
}

/// Throws for tables and models under names that the job does not read, or that options state too.
private func requireInputs<Work: Job>(
  of job: Work.Type, _ options: [String: OptionInput], _ context: JobContext
) throws(CallError) {
  let known = Work.inputs
  let stated = Set(options.keys.map { $0.replacing("-", with: "_") })
  for name in (Array(context.tables.keys) + context.models.keys).sorted() {
    guard known.contains(name) else {
      throw .argument(
        """
        the job '\(Work.name)' reads no '\(name)'\
        \(NearestName.suggestionOrList(for: name, among: known))
        """, column: name)
    }
    guard !stated.contains(name), name != "data" || !stated.contains("dataset") else {
      throw .argument("'\(name)' is handed over and stated as an option too", column: name)
    }
  }
  guard context.models["model"] == nil || stated.isDisjoint(with: ["prediction", "score"]) else {
    throw .argument("a model excludes the options 'prediction' and 'score'", column: "model")
  }
}

/// Options of a job by their names.
func jobOptions(
  _ options: UnsafePointer<CChar>?
) throws(CallError) -> [String: OptionInput] {
  let json = try text(options, "options")
  do {
    return try CanonicalJSON.value([String: OptionInput?].self, from: json.utf8)
      .compactMapValues(\.self)
  } catch {
    throw .argument(
      "options are not a JSON object of values by name: \(error)", column: "options")
  }
}

/// What a job says while it runs.
private final class Notes: Sendable {
  private let list = Mutex<[String]>([])
  var texts: [String] { list.withLock { $0 } }
  func add(_ text: String) { list.withLock { $0.append(text) } }
}

extension CallSettings {
  var jobContext: JobContext {
    var context = JobContext(pool: pool, seed: seed)
    // Options are JSON by the names that Python has.
    context.dialect = .python
    let progress = progress, cancellation = cancellation
    context.shouldStop = shouldStop
    context.progress = { told in
      switch told {
      case .stage(let text): cancellation.told(-1, text, by: progress)
      case .share(let share, let text): cancellation.told(share, text, by: progress)
      }
    }
    return context
  }
}

@c @implementation
public func eqp_job_destroy(_ result: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(result, in: Handles.jobs)
}

@c @implementation
public func eqp_job_json(
  _ result: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      try Handles.jobs.object(result).text(.json) ?? "", to: target, capacity: capacity,
      needed: needed)
  }
}

@c @implementation
public func eqp_job_render(
  _ result: OpaquePointer?, _ format: UnsafePointer<CChar>?,
  _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let box = try Handles.jobs.object(result), name = try text(format, "format")
    guard let format = ReportFormat(rawValue: name) else {
      let names = ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw CallError.argument(
        "'\(name)' is not a format: expected one of \(names)", column: "format")
    }
    guard let text = try box.text(format) else {
      throw CallError.argument("this job makes no page: its document is JSON", column: "format")
    }
    return try deliver(text, to: target, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_job_notes(
  _ result: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      try ReportJSON.text(Handles.jobs.object(result).notes), to: target, capacity: capacity,
      needed: needed)
  }
}

@c @implementation
public func eqp_job_model(
  _ result: OpaquePointer?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(model, "model")
    target.pointee = try Handles.jobs.object(result).outcome.model.map { model throws(CallError) in
      try Handles.models.insert(ModelBox(model))
    }
    return EQP_OK
  }
}

@c @implementation
public func eqp_job_model_at(
  _ result: OpaquePointer?, _ index: Int64, _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(model, "model")
    let models = try Handles.jobs.object(result).outcome.models
    guard index >= 0 else { throw CallError.argument("index is \(index)", column: "index") }
    target.pointee =
      index < Int64(models.count)
      ? try Handles.models.insert(ModelBox(models[Int(index)])) : nil
    return EQP_OK
  }
}

@c @implementation
public func eqp_job_table(
  _ result: OpaquePointer?, _ schema: UnsafeMutablePointer<ArrowSchema>?,
  _ array: UnsafeMutablePointer<ArrowArray>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try export(try Handles.jobs.object(result).table, schema, array)
    return EQP_OK
  }
}

@c @implementation
public func eqp_job_part(
  _ result: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ schema: UnsafeMutablePointer<ArrowSchema>?, _ array: UnsafeMutablePointer<ArrowArray>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let box = try Handles.jobs.object(result), name = try text(name, "name")
    guard let part = box.outcome.part(name) else {
      throw CallError.argument("the result has no part '\(name)'", column: "name")
    }
    try export(part, schema, array)
    return EQP_OK
  }
}

/// Gives columns to whoever reads Arrow.
private func export(
  _ table: JobTable, _ schema: UnsafeMutablePointer<ArrowSchema>?,
  _ array: UnsafeMutablePointer<ArrowArray>?
) throws(CallError) {
  let schema = try require(schema, "schema"), array = try require(array, "array")
  schema.pointee = ArrowExport.schema(
    table.columns.map { column in
      switch column.values {
      case .numbers: (column.name, "g")
      case .decisions: (column.name, "C")
      case .wholes: (column.name, "l")
      case .texts: (column.name, ArrowExport.dictionary)
      }
    })
  array.pointee = ArrowExport.table(
    table.columns.map { column in
      switch column.values {
      case .numbers(let numbers): ArrowExport.column(numbers)
      case .decisions(let decisions): ArrowExport.column(decisions)
      case .wholes(let wholes): ArrowExport.column(wholes)
      case .texts(let texts): ArrowExport.column(texts)
      }
    })
}

@c @implementation
public func eqp_job_bytes(
  _ result: OpaquePointer?, _ target: UnsafeMutablePointer<UInt8>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      try Handles.jobs.object(result).outcome.bytes, to: target, capacity: capacity, needed: needed)
  }
}
