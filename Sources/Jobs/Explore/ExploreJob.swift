import Datasets
import Essentials
import Explorer
import LinearAlgebra
import Models
import Reports

/// A page on which thresholds move and groups are compared, with no row of the data in it.
public struct ExploreJob: Job {
  public static let name = "explore"
  public static let summary =
    "Makes a page on which thresholds move and groups are compared, without the rows."

  public var data = DataInput()
  public var subject = ExploreSubject()
  /// A count of fewer rows than this, and more than none, is not told.
  public var leastCell = 10
  /// What a false positive costs beside a false negative.
  public var costRatio = 1.0
  /// The rate that the strategy of a floor asks of every group.
  public var floor = 0.8
  public var unknown = UnknownInput()
  public var title: String?
  /// The page's file.
  public var snapshot: String?

  public init() {}

  public static let table: [OptionRecord<ExploreJob>] =
    DataInput.table.map { $0.nested(in: \.data) }
    + ExploreSubject.table.map { $0.nested(in: \.subject) } + [
      .integer(
        "least_cell", \.leastCell, in: 1...1_000_000, value: "rows",
        "Counts of fewer rows than this, and more than none, are not told."),
      .number(
        "cost_ratio", \.costRatio, in: 1e-6...1e6,
        "What a false positive costs beside a false negative, for thresholds of least cost."),
      .number(
        "floor", \.floor, in: OptionKind.probability,
        "The true positive rate that one strategy asks of every group."),
    ] + UnknownInput.table.map { $0.nested(in: \.unknown) } + [
      .text("title", \.title, value: "text", "Title of the page."),
      .text(
        "snapshot", \.snapshot, kind: .output, value: "file",
        "HTML file to write: one page that asks for nothing from anywhere."),
    ]

  public func check() throws(JobError) {
    try data.check()
    try unknown.check(data)
    try subject.check()
  }

  public struct Outcome: JobOutcome {
    public var document: ExplorationDocument
    /// What the page is called.
    public var title: String
    /// The page's file.
    public var snapshot: String?
    /// The page itself.
    public var bytes: [UInt8] { (try? Array(page().utf8)) ?? [] }

    public func page() throws -> String { Snapshot.html(try document.json(), title: title) }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    context.progress(.stage("reading the data"))
    let rows = try subject.read(data, unknown.policy, context)
    try data.noteCaution(context)
    try context.checkStopped()
    context.progress(.stage("counting"))
    let exploration = Exploration(
      rows.table, models: rows.models, settings: settings(seed: context.seed))
    let made = ExplorationDocument.Made(
      program: "equipoise \(EquipoiseVersion.current)", data: rows.table.source,
      digest: try data.evidence()?.sha256, rows: rows.table.rows,
      weighted: rows.table.weights != nil, leastCell: leastCell, command: context.command)
    let outcome = Outcome(
      document: try exploration.document(made, pool: context.pool),
      title: title ?? "Explorer: \(rows.table.source)", snapshot: snapshot)
    try context.checkStopped()
    note(exploration, context)
    if let snapshot { try AtomicFile.write(Array(try outcome.page().utf8), to: snapshot) }
    return outcome
  }

  private func settings(seed: UInt64) -> ExplorationSettings {
    var settings = ExplorationSettings()
    settings.leastCell = leastCell
    settings.costRatio = costRatio
    settings.floor = floor
    settings.seed = seed
    return settings
  }

  /// Says which groups are not told.
  private func note(_ exploration: Exploration, _ context: JobContext) {
    let count = exploration.partitions.reduce(0) { $0 + $1.withheld.count { $0 != nil } }
    guard count > 0 else { return }
    context.note(
      """
      \(NumberText.counted(count, "group")) of few rows \(count == 1 ? "is" : "are") not told, nor \
      what would give \(count == 1 ? "it" : "them") away (\(option: "least_cell"))
      """ as Phrase)
  }
}
