import Datasets
import LinearAlgebra
import Models

/// A method that turns the scores of any model into decisions, or into better scores; its options are
/// its properties.
///
/// No option's name may be one of `LearnerSettings` or of `RuleSettings`: a whole method's list has
/// all three.
public protocol Postprocessor: MethodTable {
  /// One sentence.
  static var summary: String { get }
  /// Authors, title, venue and year.
  static var source: String { get }
  static var needsGroups: Bool { get }
  /// Where the method uses sensitive attributes.
  static var attributeUse: Set<AttributeUse> { get }
  /// Where groups bind each other: a group of fewer rows is to take the pooled rule when nothing else
  /// is asked for. nil: no group's rows decide what another gets, or people have said what it is.
  static var usualLeastGroup: Int? { get }

  /// Fits a rule to scored rows.
  func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit
}

extension Postprocessor {
  public static var family: MitigationFamily { .postprocessing }
  public static var needsGroups: Bool { true }
  public static var attributeUse: Set<AttributeUse> { [.training, .decision, .thresholds] }
  public static var usualLeastGroup: Int? { nil }

  /// The method with options by name, fitted to scored rows.
  public static func fit(_ rows: ScoredRows, _ request: FitRequest) throws -> PostprocessingFit {
    try Self(request.options).fit(rows, request.context)
  }

  /// Checks the options and fits a rule to scored rows.
  public func fit(_ rows: ScoredRows) throws -> PostprocessingFit {
    try check()
    return try fit(rows, FitContext())
  }

  /// A rule with the options of this value.
  func fitted(_ rule: any DecisionRule, _ report: FitReport) -> PostprocessingFit {
    PostprocessingFit(rule: rule, options: recorded, report: report)
  }
}

/// A postprocessor with a dial between utility and fairness.
public protocol FrontierPostprocessor: Postprocessor {
  /// The option that is the dial.
  static var dial: String { get }
  /// Settings that span the frontier.
  static var dialSettings: [Double] { get }
}

/// A fitted rule with how its fit went.
public struct PostprocessingFit: Sendable {
  public var rule: any DecisionRule
  /// The options asked for, with what the method found itself.
  public var options: MethodOptions
  public var report: FitReport

  public init(rule: any DecisionRule, options: MethodOptions, report: FitReport) {
    self.rule = rule
    self.options = options
    self.report = report
  }
}

/// Every postprocessor, and every kind of rule that a file may hold: one line each.
public enum Postprocessors {
  public static let all: [any Postprocessor.Type] = [
    UnconstrainedThresholds.self,
    GroupThresholds.self,
    RelaxedParity.self,
    ThresholdOptimizer.self,
    HardLabelOdds.self,
    CalibratedOdds.self,
    RejectOption.self,
    GroupCalibration.self,
    Multicalibration.self,
    Multiaccuracy.self,
    QuantileTransform.self,
    ScoreTransport.self,
    Reranking.self,
    StatedThresholds.self,
  ]

  public static let rules: [any DecisionRule.Type] = [
    ThresholdRule.self,
    StepRule.self,
    SigmoidRule.self,
    CorrectionRule.self,
    QuantileRule.self,
    RankingRule.self,
  ]

  public static func named(_ name: String) throws(DataError) -> any Postprocessor.Type {
    try NearestName.find(
      name, in: all, what: "postprocessing method", hint: Mitigations.otherFamily(of: name)
    ) { $0.name }
  }
}
