import ArgumentParser
import Equipoise

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ExplainJob.name, abstract: ExplainJob.summary,
    usage: "equipoise explain --model <file> --data <file> [<options>]",
    discussion: """
      Example:
        equipoise explain --model m.eqp --data new.csv --reference-data past.csv \\
          --output reasons.csv

      A row that is not selected is held against the mean of the reference rows just above the \
      threshold. Columns are listed until they make up most of what speaks against the row and the \
      row would be selected without them. Models whose decisions depend on a group, or are drawn by \
      lot, are refused.
      """)

  @OptionGroup var job: TableArguments<ExplainJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func validate() throws {
    guard try job.value().model != nil else { throw ValidationError.missing("--model <file>") }
  }

  func run() throws {
    var job = try job.value()
    // The document has all that the file would have.
    if common.format == .json && job.output == "-" { job.output = nil }
    try common.run(job, isShown: job.output != "-") {
      ExplainText.describe($0.document, job.output)
    }
  }
}

/// Reasons on a terminal.
enum ExplainText {
  /// Rows that are shown.
  private static let mostRows = 20

  static func describe(_ document: ExplainDocument, _ output: String?) -> String {
    var lines = PositivesText.lines(document.positives)
    lines.append(
      "\(NumberText.count(document.adverse)) of \(NumberText.counted(document.rows, "row")) "
        + "\(document.adverse == 1 ? "is" : "are") not selected; held against "
        + "\(NumberText.counted(document.reference, "row")) of \(document.referenceSource)")
    let shown = document.explained.prefix(mostRows)
    if !shown.isEmpty { lines.append(table(shown)) }
    let rest = document.explained.count - shown.count
    if rest > 0 {
      lines.append(
        "and \(NumberText.counted(rest, "row")) more: '--output' or '--format json' has all")
    }
    if let output { lines.append("reasons written to \(output)") }
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func table(_ rows: ArraySlice<ExplainDocument.Row>) -> String {
    Tables.text(
      ["row", "score", "reasons, the strongest first", "sufficient"],
      rows.map { row in
        [
          row.id ?? "\(row.row)", Tables.number(row.score, decimals: 3),
          row.reasons.map(reason).joined(separator: "; "),
          row.sufficient ? "yes" : "no, short by \(Tables.number(row.shortBy, decimals: 3))",
        ]
      }, alignedRight: [1])
  }

  /// `debt 0.81, typically 0.42: −0.763`
  private static func reason(_ reason: ExplainDocument.Reason) -> String {
    "\(reason.column) \(reason.value ?? "not given"), \(typical(reason)): "
      + Tables.number(reason.contribution, decimals: 3)
  }

  /// What the rows have that it is held against. A category may speak against a row that most share.
  private static func typical(_ reason: ExplainDocument.Reason) -> String {
    guard let share = reason.typicalShare, reason.value == reason.typical else {
      return "typically \(reason.typical ?? "not given")"
    }
    return "as \(Tables.number(100 * share, decimals: 0)) % of the typical rows"
  }
}
