import Datasets
import LinearAlgebra
import Models

extension StagedFit {
  /// Stands between the names of stages.
  public static let separator = "+"

  /// The stages in their order: `reweighing+logistic+group-thresholds`.
  public var name: String { stageNames.joined(separator: Self.separator) }

  private var stageNames: [String] {
    preprocessing.map { $0.method.name } + [method.method.name]
      + postprocessing.map { $0.method.name }
  }

  /// Stages by their names with the options' defaults; without a method in the middle logistic
  /// regression stands there.
  ///
  /// Throws when a name is unknown or stands where its family does not.
  public init(named text: String) throws(DataError) {
    self.init(
      method: Stage(Logistic.self, try MethodOptions(of: Logistic.self)))
    var hasMethod = false
    for piece in text.split(separator: Self.separator, omittingEmptySubsequences: false) {
      let name = String(piece)
      switch try Mitigations.named(name).family {
      case .preprocessing:
        guard !hasMethod && postprocessing.isEmpty else { throw Self.misplaced(name, in: text) }
        let found = try Preprocessors.named(name)
        preprocessing.append(
          Stage(found, try MethodOptions(from: found.options, of: name)))
      case .baseline, .inProcessing:
        guard !hasMethod && postprocessing.isEmpty else { throw Self.misplaced(name, in: text) }
        let found = try Mitigations.named(name)
        method = Stage(found, try MethodOptions(of: found))
        hasMethod = true
      case .postprocessing:
        let found = try Postprocessors.named(name)
        postprocessing.append(
          Stage(found, try MethodOptions(from: found.options, of: name)))
      }
    }
  }

  private static func misplaced(_ name: String, in text: String) -> DataError {
    .option(
      "methods", value: text,
      """
      '\(name)' cannot stand there: preprocessing methods come first, then one method, then \
      postprocessing methods
      """)
  }

  /// Whether any stage looks at groups.
  public var needsGroups: Bool {
    preprocessing.contains { $0.method.needsGroups } || method.method.needsGroups
      || postprocessing.contains { $0.method.needsGroups }
  }

  /// Whether rows of unknown groups may stay among the rows: what looks at groups before the rules
  /// needs all of them.
  func takesUnknown(_ policy: UnknownGroups) -> Bool {
    !preprocessing.contains { $0.method.needsGroups } && method.method.takesUnknown(policy)
  }

  /// Whether continuous sensitive attributes will do for those stages that look at groups.
  var takesContinuous: Bool {
    method.method.takesContinuous && !preprocessing.contains { $0.method.needsGroups }
      && !postprocessing.contains { $0.method.needsGroups }
  }

  /// One model with one record of all stages.
  ///
  /// A method alone is told as it is. Otherwise each option is named after its stage,
  /// `group-thresholds.bound`, and after its number too where a stage is repeated, `massaging
  /// 2.share`. The status is that of the first stage that did not converge; objective and certificate
  /// are the method's.
  public func model(_ result: Result) -> TrainedModel {
    var model = result.model
    guard !result.preprocessing.isEmpty || !result.postprocessing.isEmpty else { return model }
    let options =
      result.preprocessing.map(\.options.values) + [model.options]
      + result.postprocessing.map(\.options.values)
    model.options = Self.options(zip(stageNames, options).map { ($0, $1) })
    model.method = name
    if model.report.status != .converged { model.report.stage = method.method.name }
    let names = preprocessing.map { $0.method.name } + postprocessing.map { $0.method.name }
    let reports = result.preprocessing.map(\.report) + result.postprocessing.map(\.report)
    for (name, report) in zip(names, reports) { model.report.add(report, ofStage: name) }
    return model
  }

  /// The options of stages in their order, each named after its stage, and after the stage's number too
  /// where it is repeated.
  static func options(
    _ stages: [(name: String, values: [String: OptionValue])]
  ) -> [String: OptionValue] {
    var found: [String: OptionValue] = [:], uses: [String: Int] = [:]
    for (name, values) in stages {
      uses[name, default: 0] += 1
      let stage = uses[name] == 1 ? name : "\(name) \(uses[name]!)"
      for (option, value) in values { found["\(stage).\(option)"] = value }
    }
    return found
  }
}

extension FitReport {
  /// Takes in how the fit of another stage went: the status is that of the first stage that did not
  /// converge.
  mutating func add(_ other: FitReport, ofStage name: String) {
    if status == .converged, other.status != .converged {
      stage = name
      stopReason = stopReason ?? other.stopReason
    }
    status = status.worse(of: other.status)
    passes += other.passes
  }
}
