import Datasets
import Mitigation
import Models

/// Stages of a variant, each option checked as on the command line.
extension PlanReader {
  func stages(_ file: ConfigurationSection) -> (fit: StagedFit, scores: String?)? {
    let shared = SharedOptions(file.value("constraints"), problems)
    let preprocessing: [Stage<any Preprocessor.Type>] = list("preprocess", file).compactMap {
      item in
      guard let method = named(item, .preprocess, Preprocessors.all.map { $0.name }),
        let found = try? Preprocessors.named(method)
      else { return nil }
      return checked(item, found.options, found.name, shared).map { Stage(found, $0) }
    }
    let middle = learner(file, shared)
    let postprocessing: [Stage<any Postprocessor.Type>] = list("postprocess", file).compactMap {
      item in
      guard let method = named(item, .postprocess, Postprocessors.all.map { $0.name }),
        let found = try? Postprocessors.named(method)
      else { return nil }
      return checked(item, found.options, found.name, shared).map { Stage(found, $0) }
    }
    used.formUnion(shared.used)
    guard let middle else { return nil }
    if middle.scores != nil, !preprocessing.isEmpty {
      problems.add(
        file.place("preprocess"),
        "preprocessing changes what a learner sees, and scores from outside have none")
    }
    let decide = file.section("decide")
    return (
      StagedFit(
        preprocessing: preprocessing, method: middle.stage, postprocessing: postprocessing,
        unseenGroup: decide.choice("unseen_group") ?? .error,
        groups: decide.choice("groups") ?? .known,
        leastGroup: decide.integer("least_group")),
      middle.scores
    )
  }

  func list(_ key: String, _ file: ConfigurationSection) -> [ConfigurationNode] {
    guard let node = file.value(key) else { return [] }
    guard case .list(let items) = node.content else { return [node] }
    return items
  }

  // MARK: Names

  /// The method that a stage names, if it belongs there.
  private func named(
    _ item: ConfigurationNode, _ family: StageFamily, _ known: [String]
  ) -> String? {
    let stage = item.asStage
    guard let entries = stage.entries else {
      problems.add(item.place, "a stage is a method's name, or 'method' with options")
      return nil
    }
    guard let method = entries.first(where: { $0.key == "method" })?.value, !method.isEmpty else {
      problems.add(item.place, "a stage needs 'method'")
      return nil
    }
    guard let name = method.text else {
      problems.add(method.place, "'method' takes a name, not \(method.kind)")
      return nil
    }
    guard !known.contains(name) else { return name }
    problems.add(method.place, Self.unknownMethod(name, under: family.rawValue, known))
    return nil
  }

  private static func unknownMethod(
    _ name: String, under key: String, _ known: [String]
  ) -> String {
    let shown = ConfigurationNode.shortened(name)
    if let other = Mitigations.all.first(where: { $0.name == name }) {
      return "'\(shown)' belongs under '\(other.family.stageKey)', not under '\(key)'"
    }
    return "no method '\(shown)' for '\(key)'\(NearestName.suggestion(for: name, among: known)) "
      + "(\(Dialect.yaml.listOfMethods))"
  }

  // MARK: The learner

  private func learner(
    _ file: ConfigurationSection, _ shared: SharedOptions
  ) -> (stage: Stage<any Mitigation.Type>, scores: String?)? {
    let usual: any Mitigation.Type = Logistic.self
    guard let node = file.value("learner") else {
      return checked(nil, usual.options, usual.name, shared).map { (Stage(usual, $0), nil) }
    }
    let stage = node.asStage
    if let column = stage["score"] { return outside(column, stage) }
    let known = Mitigations.all.filter { $0.family.stageKey == "learner" }
    guard let entries = stage.entries else {
      problems.add(node.place, "'learner' is a method's name, or 'method' with options")
      return nil
    }
    guard let method = entries.first(where: { $0.key == "method" })?.value, !method.isEmpty else {
      return checked(stage, usual.options, usual.name, shared).map { (Stage(usual, $0), nil) }
    }
    guard let name = method.text else {
      problems.add(method.place, "'method' takes a name, not \(method.kind)")
      return nil
    }
    guard let found = known.first(where: { $0.name == name }) else {
      problems.add(
        method.place, Self.unknownMethod(name, under: "learner", known.map { $0.name }))
      return nil
    }
    return checked(stage, found.options, found.name, shared).map { (Stage(found, $0), nil) }
  }

  private func outside(
    _ column: ConfigurationNode, _ stage: ConfigurationNode
  ) -> (stage: Stage<any Mitigation.Type>, scores: String?)? {
    for entry in stage.entries ?? [] where entry.key != "score" {
      problems.add(
        entry.place, "'\(entry.key)' says how to fit a learner, and 'score' leaves it out")
    }
    guard let name = column.text else {
      problems.add(column.place, "'learner.score' takes a column, not \(column.kind)")
      return nil
    }
    return (Stage(OutsideScores.self, OutsideScores(column: name).recorded), name)
  }

  // MARK: Options

  /// The options that a stage is given: values by the names that stand in the file.
  private struct GivenOptions {
    var values: [String: String] = [:]
    /// The name in the file of each option.
    var keys: [String: String] = [:]
    var isGood = true

    mutating func add(_ text: String?, as key: String) {
      if let text { values[key] = text } else { isGood = false }
    }
  }

  /// The options of a stage, its own and shared ones; nil when one of them is wrong.
  private func checked(
    _ item: ConfigurationNode?, _ options: [MethodOption], _ name: String, _ shared: SharedOptions
  ) -> MethodOptions? {
    var given = own(item, options, name)
    for entry in shared.entries {
      let key = entry.key.replacing("-", with: "_")
      guard let option = options.first(where: { [$0.name, $0.formerName].contains(key) })
      else { continue }
      shared.used.insert(key)
      guard given.keys[option.name] == nil else { continue }
      given.add(value(entry, option.called(key), name), as: key)
    }
    guard given.isGood else { return nil }
    do {
      return try MethodOptions(given.values, from: options, of: name)
    } catch {
      problems.add(item?.place, "'\(name)': \(error.text(.yaml))")
      return nil
    }
  }

  /// What stands at a stage itself.
  private func own(
    _ item: ConfigurationNode?, _ options: [MethodOption], _ name: String
  ) -> GivenOptions {
    var given = GivenOptions()
    for entry in item?.asStage.entries ?? [] where entry.key != "method" && !entry.value.isEmpty {
      let key = entry.key.replacing("-", with: "_")
      guard let option = options.first(where: { $0.answers(to: key) }) else {
        problems.add(
          entry.place,
          ConfigurationSection.unknown(
            entry.key, " for '\(name)'", among: options.flatMap(\.names)))
        given.isGood = false
        continue
      }
      if let other = given.keys.updateValue(key, forKey: option.name) {
        problems.add(
          entry.place,
          other == key
            ? "'\(key)' of '\(name)' twice"
            : "'\(key)' of '\(name)' is another name of '\(other)', which is given too")
        given.isGood = false
        continue
      }
      given.add(value(entry, option.called(key), name), as: key)
    }
    return given
  }

  /// An option's value as a command line would spell it, if the option accepts it.
  private func value(
    _ entry: ConfigurationEntry, _ option: MethodOption, _ method: String
  ) -> String? {
    guard let text = Self.spelled(entry.value, for: option) else {
      problems.add(
        entry.value.place,
        "'\(option.name)' of '\(method)' takes \(option.kind.expected)"
          + (option.kind == .text ? " or values by name, as {a: 0.5}" : "") + ", not "
          + entry.value.kind)
      return nil
    }
    do {
      _ = try option.parse(text)
      return text
    } catch {
      guard case .option(let fault) = error else { return nil }
      problems.add(
        entry.value.place,
        "'\(option.name)' of '\(method)' cannot be \(ConfigurationNode.shortened(text)): "
          + fault.reason.text(.yaml))
      return nil
    }
  }

  /// `[a, b]` as `a,b` and `{a: 0.05}` as `a=0.05`; one text has no list.
  private static func spelled(_ node: ConfigurationNode, for option: MethodOption) -> String? {
    switch node.content {
    case .scalar(let text, _): return text
    case .list where option.kind == .text: return nil
    case .list(let items):
      let texts = items.compactMap(\.text)
      return texts.count == items.count && !texts.isEmpty ? texts.joined(separator: ",") : nil
    case .mapping(let entries):
      let texts = entries.compactMap { entry in entry.value.text.map { "\(entry.key)=\($0)" } }
      return texts.count == entries.count && !texts.isEmpty ? texts.joined(separator: ",") : nil
    case .empty: return nil
    }
  }
}

/// Options that stages share.
final class SharedOptions {
  let entries: [ConfigurationEntry]
  /// Names that some stage has.
  var used: Set<String> = []

  init(_ node: ConfigurationNode?, _ problems: ProblemList) {
    if let node, node.entries == nil {
      problems.add(node.place, "'constraints' takes options with values, not \(node.kind)")
    }
    entries = (node?.entries ?? []).filter { !$0.value.isEmpty }
  }
}

extension MitigationFamily {
  /// The key under which stages of the family stand.
  var stageKey: String {
    switch self {
    case .preprocessing: "preprocess"
    case .baseline, .inProcessing: "learner"
    case .postprocessing: "postprocess"
    }
  }
}
