import Equipoise

/// One job as a line of JSON asks for it: what is left out has the default of the engine.
struct Request: Decodable {
  var job: String
  /// A method, or several for a comparison.
  var method: String?
  var methods: [String]?
  var options: [String: String]?
  var file: String?
  var dataset: String?
  var roles: DataOptions?
  var double: Bool?
  /// A share of the rows, or a file, to test on; neither: the rows are all trained on.
  var test: Double?
  var testFile: String?
  var seed: UInt64?
  var threads: Int?
  var threshold: Double?
  var settings: [Double]?
  var audit: AuditRequest?
  /// The column with the scores.
  var score: String?
  /// Files to read or to write.
  var model: String?
  var rule: String?
  var transform: String?
  var output: String?
  var unseenGroup: UnseenGroupPolicy?
  /// Seconds after which a fit is told to stop.
  var limit: Double?

  /// Asked by fits between iterations; the clock starts here.
  var shouldStop: @Sendable () -> Bool {
    guard let limit else { return { false } }
    let end = ContinuousClock.now + .seconds(limit)
    return { ContinuousClock.now > end }
  }

  var pool: WorkerPool { WorkerPool(threads: threads ?? WorkerPool.availableCores) }

  func location(_ part: BundledDataset.Part = .train) throws -> DataLocation {
    if let dataset { return .bundled(try BundledDataset.named(dataset), part) }
    guard let file else { throw RequestError.missing("file") }
    return .path(file)
  }

  /// The roles of columns; a built-in table knows its own but for the sensitive ones.
  func dataOptions() throws -> DataOptions {
    let asked = roles ?? DataOptions()
    guard let dataset else { return asked }
    var options = DataOptions(try BundledDataset.named(dataset))
    if !asked.sensitive.isEmpty { options.sensitive = asked.sensitive }
    options.bins.merge(asked.bins) { _, new in new }
    return options
  }

  func named() throws -> String {
    guard let method else { throw RequestError.missing("method") }
    return method
  }
}

/// What an audit measures.
struct AuditRequest: Decodable {
  var intersections: Int?
  var confidence: Double?
  var reference: [String: String]?
  var largest: Bool?

  var options: AuditOptions {
    var options = AuditOptions()
    options.intersections = intersections ?? options.intersections
    options.confidence = confidence ?? options.confidence
    if let reference { options.reference = .named(reference) }
    if largest == true { options.reference = .largest }
    return options
  }
}

/// A request that lacks what its job needs: a mistake of the caller, not of the engine.
enum RequestError: Error {
  case missing(String)
  case unknownJob(String)
}
