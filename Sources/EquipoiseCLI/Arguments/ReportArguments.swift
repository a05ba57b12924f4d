import ArgumentParser
import Equipoise
import Foundation

/// Where documents go and what they say besides numbers.
struct ReportArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Owner's notes for documents, YAML or JSON; 'equipoise report notes' prints a form.",
      valueName: "file"))
  var notes: String?

  @Option(help: ArgumentHelp("Date that documents bear; none is taken from the clock."))
  var date: String?

  @Option(help: ArgumentHelp("Title of the document.", valueName: "text"))
  var title: String?

  /// What documents say of the data and the command.
  func context(_ data: DataArguments, source: String) throws -> ReportContext {
    var context = ReportContext(source: source, version: EquipoiseVersion.current)
    if let notes { context.notes = try NotesFile.read(notes) }
    context.title = title
    context.date = date
    context.weights = data.stated.weights
    context.caution = try data.bundled()?.caution
    context.attribution = try data.bundled()?.attribution
    context.command = CommandText.typed()
    if let path = data.data, FileBytes.isRegularFile(path) {
      context.digests.append(("the data", try EvidencePack.file(path).sha256))
    }
    return context
  }
}

/// A document's file, by the end of its name.
struct ReportFile: ExpressibleByArgument {
  let path: String
  let format: ReportFormat

  init?(argument: String) {
    guard let format = ReportFormat(file: argument) else { return nil }
    path = argument
    self.format = format
  }

  static let help = ArgumentHelp(
    "Write the document: \(ReportFormat.suffixes). Repeat for several.", valueName: "file")

  /// - Parameter json: the machine's form, where it is not the document itself.
  func write(_ document: ReportDocument, json: (() throws -> String)? = nil) throws {
    let text =
      if format == .json, let json { try json() } else { try document.rendered(as: format) }
    try AtomicFile.write(Array(text.utf8), to: path)
  }
}

extension ReportContext.Model {
  /// What a document tells of a model file.
  init(_ model: TrainedModel, file: String) throws {
    self.init(
      model, file: file.split(separator: "/").last.map(String.init) ?? file,
      digest: try EvidencePack.file(file).sha256,
      dataDigest: try ModelFile.read(file).metadata["data_sha256"])
  }
}

extension [ReportFile] {
  /// Writes the document of several runs.
  func write<Scalar: KernelScalar>(
    _ runs: RunsDocument, _ experiment: Experiment<Scalar>, _ disparity: MeasureName,
    _ data: DataArguments, _ documents: ReportArguments, _ common: CommonArguments,
    kind: String = "compare", name: @escaping (FitRecord) -> String
  ) throws {
    guard !isEmpty else { return }
    let rows = experiment.test ?? experiment.train
    let split = RunsReport.Split(
      training: experiment.train.rows, test: experiment.test?.rows,
      groups: rows.attributes.map { ($0.attribute, $0.names) })
    let context = try documents.context(data, source: experiment.train.source)
    let document = RunsReport(
      kind: kind, runs: runs, disparity: disparity, split: split, context: context, name: name
    ).document()
    for file in self {
      try file.write(document) { try ReportJSON.text(runs) }
      common.note("wrote \(file.path)")
    }
  }
}
