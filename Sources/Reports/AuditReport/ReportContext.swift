import Auditing
import Datasets
import Models

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
    /// Whether the sensitive columns are among the features.
    public var usesSensitive: Bool
    /// Whether decisions depend on the group of a row beside its features.
    public var decidesByGroup = false
    /// The columns that it was fitted to, and those that it never got.
    public var columns = ColumnRoles()
    public var digest: String?
    public var dataDigest: String?

    /// What a model that is in no file has in place of a file's name.
    public static let memory = "memory"

    /// What it is called in a sentence.
    var name: String {
      file == Self.memory ? "the \(method) model" : "the model in \(DisplayText.name(file))"
    }

    /// The label with its positive value.
    var positives: PositiveValues.Value? {
      guard let label, let positive else { return nil }
      return .init(column: label, value: positive)
    }

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
      columns.features = features
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
  /// Which values of the label and of the decisions are positive.
  public var positives = PositiveValues()
  /// The columns of decisions, scores and weights.
  public var prediction: String?
  public var score: String?
  public var weights: String?
  /// Metrics that somebody asked about, by gates: they come first.
  public var asked: [String] = []
  /// The columns that the rows were read with.
  public var columns = ColumnRoles()
  /// What a model's decisions come to.
  public var decisions: DecisionReview?
  /// Where the rows are those that a model was fitted to, in a sentence.
  public var trainedOn: String?
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
  /// What a column of predictions holds.
  var predicted = "decisions"

  public init(source: String, version: String) {
    self.source = source
    self.version = version
  }

  /// What the audited thing is called.
  public var subject: String {
    if let name = notes.text("system.name") { return DisplayText.name(name) }
    if let model { return model.name }
    if let prediction { return "the \(predicted) in column “\(DisplayText.name(prediction))”" }
    if let score { return "the scores in column “\(DisplayText.name(score))”" }
    return "the labels of \(DisplayText.name(source))"
  }

  /// The line under the title: data, date, program.
  public var subtitle: String {
    let made = "equipoise \(version)"
    let place = RowPlace.isInMemory(source) ? nil : DisplayText.name(source)
    return ([place, positivesText, date, made].compactMap(\.self))
      .joined(separator: " · ")
  }

  /// `; selected is “approve”`, for sentences of rates of selection.
  var selectedText: String {
    if let decision = positives.decision {
      return
        "; selected is \(DisplayText.name(decision.column)) = \(DisplayText.name(decision.value))"
    }
    guard model != nil, let label = positives.label ?? model?.positives else { return "" }
    return
      "; selected is predicted \(DisplayText.name(label.column)) = \(DisplayText.name(label.value))"
  }

  /// `positive: repaid = yes`, of the label and of the decisions; nil where there are neither.
  var positivesText: String? {
    var parts: [String] = []
    for value in [positives.label, positives.decision].compactMap(\.self) {
      let part = "\(DisplayText.name(value.column)) = \(DisplayText.name(value.value))"
      if !parts.contains(part) { parts.append(part) }
    }
    return parts.isEmpty ? nil : "positive: " + parts.joined(separator: ", ")
  }
}
