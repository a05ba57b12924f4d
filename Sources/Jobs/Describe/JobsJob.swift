import Datasets

/// Lists the jobs with their options.
public struct JobsJob: Job {
  public static let name = "jobs"
  public static let summary = "Lists the jobs with their options."
  public static let table: [OptionRecord<JobsJob>] = []

  public init() {}

  public struct Outcome: JobOutcome {
    public var document: [JobDescription]
  }

  public func run(_ context: JobContext) throws -> Outcome {
    Outcome(document: Jobs.all.map { Self.described($0) })
  }

  private static func described<Work: Job>(_ job: Work.Type) -> JobDescription {
    let usual = Work()
    return JobDescription(
      name: Work.name, summary: Work.summary,
      options: Work.table.map { JobDescription.Option($0, usual: $0.get(usual)) },
      takesMethodOptions: Work.self is any MethodJob.Type)
  }
}

/// A job as a caller finds it in a list.
public struct JobDescription: Encodable, Sendable {
  public struct Option: Encodable, Sendable {
    public var name: String
    /// A word: `text`, `texts`, `number`, `integer`, `flag`, `choice`, `edges`, `input`,
    /// `inputs`, `output`, `outputs`, `mapping`.
    public var kind: String
    public var help: String
    /// What is allowed, in words.
    public var values: String
    /// nil: none, or as the help says.
    public var usual: OptionInput?
    public var choices: [String]?
    public var isRequired: Bool

    enum CodingKeys: String, CodingKey {
      case name, kind, help, values, choices
      case usual = "default"
      case isRequired = "required"
    }

    init<Root>(_ record: OptionRecord<Root>, usual: OptionInput?) {
      name = record.name
      kind = record.kind.word
      help = record.help
      values = record.kind.expected
      self.usual = usual
      if case .choice(let names) = record.kind { choices = names }
      isRequired = record.isRequired
    }
  }

  public var name: String
  public var summary: String
  public var options: [Option]
  /// Whether the options of a method may stand beside these.
  public var takesMethodOptions: Bool

  enum CodingKeys: String, CodingKey {
    case name, summary, options
    case takesMethodOptions = "takes_method_options"
  }
}

extension OptionKind {
  /// The kind in a word.
  fileprivate var word: String {
    switch self {
    case .text: "text"
    case .texts, .entries: "texts"
    case .number: "number"
    case .integer: "integer"
    case .integers: "integers"
    case .flag: "flag"
    case .choice: "choice"
    case .bounds: "bounds"
    case .edges: "edges"
    case .input: "input"
    case .output: "output"
    case .inputs: "inputs"
    case .outputs: "outputs"
    case .mapping: "mapping"
    }
  }
}
