import Auditing

/// What a document says besides measured numbers: where they are from and what was run.
public struct ReportContext: Sendable {
  /// A fitted model as far as a document tells of it.
  public struct Model: Sendable {
    public var file: String
    public var method: String
    /// Options with their values, in the order in which they are printed.
    public var options: [(name: String, value: String)]
    public var status: String
    public var objective: Double?
    public var certificate: String?
    public var seed: UInt64
    public var features: [String]
    public var label: String?
    public var positive: String?
    public var sensitive: [String]
    public var usesSensitive: Bool
    public var digest: String?
    public var dataDigest: String?

    public init(
      file: String, method: String, options: [(name: String, value: String)], status: String,
      objective: Double?, certificate: String?, seed: UInt64, features: [String], label: String?,
      positive: String?, sensitive: [String], usesSensitive: Bool, digest: String?,
      dataDigest: String?
    ) {
      self.file = file
      self.method = method
      self.options = options
      self.status = status
      self.objective = objective
      self.certificate = certificate
      self.seed = seed
      self.features = features
      self.label = label
      self.positive = positive
      self.sensitive = sensitive
      self.usesSensitive = usesSensitive
      self.digest = digest
      self.dataDigest = dataDigest
    }
  }

  /// The file or built-in table that the rows are from.
  public var source: String
  public var notes = OwnerNotes()
  public var model: Model?
  public var label: String?
  public var positive: String?
  /// The columns of decisions, scores and weights.
  public var prediction: String?
  public var score: String?
  public var weights: String?
  /// What a reader of any result on these data must know.
  public var caution: String?
  public var attribution: String?
  /// Digests by what they are of, in the order in which they are printed.
  public var digests: [(name: String, value: String)] = []
  /// The program's version.
  public var version: String
  /// The command that makes the document again.
  public var command: String?
  /// Only a date that was given: a document takes none from the clock.
  public var date: String?
  public var title: String?

  public init(source: String, version: String) {
    self.source = source
    self.version = version
  }

  /// What the audited thing is called.
  public var subject: String {
    if let name = notes.text("system.name") { return DisplayText.name(name) }
    if let model { return "the model in \(DisplayText.name(model.file))" }
    if let prediction { return "the decisions in column “\(DisplayText.name(prediction))”" }
    if let score { return "the scores in column “\(DisplayText.name(score))”" }
    return "the labels of \(DisplayText.name(source))"
  }

  /// The line under the title: data, date, program.
  public var subtitle: String {
    let made = "equipoise \(version)"
    return ([DisplayText.name(source), date, made].compactMap(\.self)).joined(separator: " · ")
  }
}
