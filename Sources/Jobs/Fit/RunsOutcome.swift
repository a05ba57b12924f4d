import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import Reports

/// Several fits on one split.
public struct RunsOutcome: JobOutcome {
  public var document: RunsDocument
  /// In the order of the document's runs.
  public var models: [TrainedModel]
  /// The metric that fairness is measured by.
  public var disparity: MeasureName
  /// The file or built-in table.
  public var source: String
  public var split: RunsReport.Split
  /// The option that differs from run to run, where one does.
  public var dial: String?
  /// What makes the page.
  private var page: (@Sendable () throws -> ReportDocument)?

  /// Whether constraints that no rule meets on these rows are a result like any other, as long as some
  /// run converged.
  private var marksInfeasible = false

  public var ending: JobEnding {
    let isMarked = marksInfeasible && document.runs.contains { !JobEnding.isFailure($0.status) }
    return JobEnding(
      document.runs.filter { !isMarked || $0.status != FitStatus.infeasible.rawValue })
  }

  /// Throws for a disparity that no run has: that is a mistake in its name.
  init<Scalar: KernelScalar>(
    _ records: [FitRecord], _ models: [TrainedModel], _ disparity: MeasureName,
    _ experiment: Experiment<Scalar>, dial: String? = nil,
    skipped: [RunsDocument.Skipped] = [], marksInfeasible: Bool = false
  ) throws(JobError) {
    if let advice = RunsDocument.advice(for: disparity, in: records) {
      throw .usage("\(set: "disparity", disparity): \(advice)")
    }
    document = RunsDocument(records, disparity: disparity, tellsApart: dial == nil)
    document.skipped = skipped.isEmpty ? nil : skipped
    self.marksInfeasible = marksInfeasible
    self.models = models
    self.disparity = disparity
    self.dial = dial
    source = experiment.train.source
    split = experiment.split
  }

  public func makePage() throws -> ReportDocument? { try page?() }

  /// Writes the runs as documents, and keeps what makes them.
  mutating func write(
    _ paths: [String], kind: String, _ data: DataInput, _ documents: DocumentInput,
    _ context: JobContext, name: @escaping @Sendable (FitRecord) -> String
  ) throws {
    let documents = try documents.read(context)
    let features = models.first?.encoder.featureNames ?? []
    let make = { @Sendable [document, disparity, split, source] in
      var told = try documents.context(data, source: source, context)
      told.columns.features = features
      told.positives = document.runs.first?.positives ?? PositiveValues()
      return RunsReport(
        kind: kind, runs: document, disparity: disparity, split: split, context: told, name: name
      ).document()
    }
    page = make
    guard !paths.isEmpty else { return }
    let page = try make()
    for file in try paths.documentFiles(option: "report") {
      try file.write(page, context) { [document] in try ReportJSON.text(document) }
    }
  }
}

extension Experiment {
  /// What documents say of the rows.
  var split: RunsReport.Split {
    RunsReport.Split(
      training: train.rows, test: test?.rows,
      groups: (test ?? train).attributes.map { groups in
        let names = groups.listed.filter { name in
          train.unknown.compares || !UnknownGroups.isUnknown(name, of: groups.attribute)
        }
        return (groups.attribute, names)
      })
  }
}

extension MeasureName {
  /// Throws for a disparity that no fit has, before anything is fitted.
  func requireCompared() throws(JobError) {
    if let advice = RunsDocument.advice(for: self) {
      throw .usage("\(set: "disparity", self): \(advice)")
    }
  }
}

extension OptionRecord {
  /// A number of a fit or an audit, by its name.
  static func measure(
    _ name: String, _ path: WritableKeyPath<Root, MeasureName> & Sendable, _ help: String
  ) -> Self {
    Self(
      name, .text, help,
      set: { root, input throws(DataError) in
        root[keyPath: path] = MeasureName(try OptionKind.text.text(input, name))
      }, get: { .text($0[keyPath: path].description) })
  }

  static func measure(
    _ name: String, _ path: WritableKeyPath<Root, MeasureName?> & Sendable, _ help: String
  ) -> Self {
    Self(
      name, .text, help,
      set: { root, input throws(DataError) in
        root[keyPath: path] = MeasureName(try OptionKind.text.text(input, name))
      }, get: { $0[keyPath: path].map { .text($0.description) } })
  }
}
