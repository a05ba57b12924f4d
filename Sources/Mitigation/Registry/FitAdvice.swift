import Datasets
import Models
import Optimization

/// Which option to turn where a fit did not come to its end: by the names of options alone, so that
/// every method has its advice, a new one too.
public enum FitAdvice {
  /// What limits a search, the outermost first.
  private static let limits = [
    "epochs", "rounds", "programs", "corrections", "steps", "max_iterations",
  ]
  /// How close a search has to come, the outermost first.
  private static let goals = [
    "target_gap", "gap", "step_tolerance", "tolerance_of_bin", "tolerance",
  ]
  /// How far a step goes.
  private static let steps = ["learning_rate", "strength"]
  /// What limits the points among which a search looks, those that are loosened upwards first.
  private static let constraints = [
    "bound", "difference", "discrimination", "distortion", "ratio", "tau", "floor", "target_gap",
  ]
  /// Constraints that ask for less the smaller they are.
  private static let ascending: Set = ["ratio", "tau", "floor"]

  /// nil for a fit that came to its end, or where no option would help.
  ///
  /// - Parameters:
  ///   - method: a method's name, or names of stages joined by `+`.
  ///   - options: as a model records them, with their stages' names before a point where there are
  ///     several.
  ///   - stage: the stage that did not come to its end; nil: the whole method.
  public static func phrase(
    _ status: String, method: String, options: [String: OptionValue], stage: String? = nil
  ) -> Phrase? {
    let owner = stage ?? method
    let names = self.options(of: owner, isStage: stage != nil)?.map(\.name) ?? Array(options.keys)
    func option(_ candidates: [String], stated: Bool = false) -> Phrase? {
      for name in candidates where names.contains(name) {
        let value = options[name] ?? options["\(owner).\(name)"]
        guard value != nil || !stated else { continue }
        return "\(option: name)" + Phrase(value.map { " (now \($0))" } ?? "")
      }
      return nil
    }
    switch FitStatus(rawValue: status) {
    case .iterationLimit:
      // The learner's tolerance ends the learner's iterations, and no search around it.
      let isLearner = limits.first(where: names.contains) == "max_iterations"
      let ends = isLearner ? ["tolerance"] : goals.filter { $0 != "tolerance" }
      let turns = [option(limits), option(ends, stated: true)].compactMap(\.self)
      return turns.isEmpty ? nil : "a larger " + joined(turns) + " lets it come to its end"
    case .stalled:
      let goal = option(goals, stated: true)
      return goal.map { "a larger " + $0 + " is within what rounding allows" }
        ?? option(steps).map { "a smaller " + $0 + " takes smaller steps" }
    case .separable: return option(["l2"]).map { "a larger " + $0 + " bounds the coefficients" }
    case .infeasible:
      let name = constraints.first(where: names.contains) ?? ""
      let direction: Phrase = ascending.contains(name) ? "a smaller " : "a larger "
      return option(constraints).map { direction + $0 + " asks for less" }
    case .converged, .stopped, nil: return nil
    }
  }

  /// A stage has its own options, a method those of its learner besides; nil for an unknown name.
  private static func options(of owner: String, isStage: Bool) -> [MethodOption]? {
    if isStage, let stage = try? Preprocessors.named(owner) { return stage.options }
    if isStage, let stage = try? Postprocessors.named(owner) { return stage.options }
    return Mitigations.all.first { $0.name == owner }?.options
  }

  private static func joined(_ turns: [Phrase]) -> Phrase {
    turns.dropFirst().reduce(turns[0]) { $0 + " or " + $1 }
  }
}

extension TrainedModel {
  /// Which option to turn where the fit did not come to its end.
  public var advice: Phrase? {
    FitAdvice.phrase(
      report.status.rawValue, method: method, options: options, stage: report.stage)
  }
}
