import Datasets
import Essentials
import Models
import Reports

/// What documents say besides numbers.
public struct DocumentInput: OptionTable {
  /// A file with the owner's notes.
  public var notes: String?
  /// The date that documents bear; none is taken from the clock.
  public var date: String?
  public var title: String?
  /// The owner's notes themselves, in place of a file.
  public var ownerNotes: OwnerNotes?

  public init() {}

  public static let section: OptionSection? = .output

  public static let table: [OptionRecord<DocumentInput>] = [
    OptionRecord(
      "notes", .input, value: "file",
      "Owner's notes for documents, YAML or JSON; 'equipoise report notes' prints a form.",
      set: { documents, input throws(DataError) in
        guard case .mapping = input else {
          documents.notes = try OptionKind.input.text(input, "notes")
          return
        }
        do { documents.ownerNotes = try OwnerNotes(input) } catch {
          throw .option("notes", "\(error)")
        }
      }, get: { $0.notes.map { .text($0) } }),
    .text("date", \.date, "Date that documents bear; none is taken from the clock."),
    .text("title", \.title, value: "text", "Title of the document."),
  ]

  /// The same with the notes read, so that what is wrong with them is said before any work.
  func read(_ job: JobContext) throws -> DocumentInput {
    var documents = self
    documents.ownerNotes = try ownerNotes ?? notes.map { try NotesFile.read($0) }
    return documents
  }

  /// What documents say of the data and the command.
  func context(
    _ data: DataInput, source: String, _ job: JobContext
  ) throws -> ReportContext {
    var context = ReportContext(
      source: RowCondition.source(source, [data.stated.condition]),
      version: EquipoiseVersion.current)
    if let notes = try read(job).ownerNotes { context.notes = notes }
    context.title = title
    context.date = date
    context.weights = data.stated.weights
    context.columns = ColumnRoles(try data.options())
    context.caution = try data.bundled()?.caution
    context.attribution = try data.bundled()?.attribution
    context.command = job.command
    if let file = try data.evidence() { context.digests.append(("the data", file.sha256)) }
    return context
  }
}

extension DataInput {
  /// The file of the rows with its digest; nil for other tables.
  func evidence() throws -> EvidencePack.Manifest.File? {
    guard let file, FileBytes.isRegularFile(file) else { return nil }
    return try EvidencePack.file(file)
  }
}

/// A document's file, by the end of its name.
struct DocumentFile {
  let path: String
  let format: ReportFormat

  static let help = "Write the document: \(ReportFormat.suffixes). Repeat for several."

  init(_ path: String, option: String) throws(JobError) {
    guard let format = ReportFormat(file: path) else {
      throw .usage(
        "\(set: option, path): the name must end in \(ReportFormat.suffixes)")
    }
    self.path = path
    self.format = format
  }

  /// - Parameter json: the machine's form, where it is not the document itself.
  func write(
    _ document: ReportDocument, _ context: JobContext, json: (() throws -> String)? = nil
  ) throws {
    let text =
      if format == .json, let json { try json() } else { try document.rendered(as: format) }
    try AtomicFile.write(Array(text.utf8), to: path)
    context.note("wrote \(path)")
  }
}

extension [String] {
  /// The files of documents, each with its format.
  func documentFiles(option: String) throws(JobError) -> [DocumentFile] {
    var files: [DocumentFile] = []
    for path in self { files.append(try DocumentFile(path, option: option)) }
    return files
  }
}
