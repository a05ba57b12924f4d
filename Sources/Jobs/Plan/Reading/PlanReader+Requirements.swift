import Datasets
import Mitigation
import Reports

/// Packs that a variant names, and what they say of its stages.
extension PlanReader {
  /// Whatever in the file uses sensitive attributes, at its place.
  func attributeUses(_ file: ConfigurationSection, _ stages: StagedFit) -> [PlacedUse] {
    var uses: [PlacedUse] = []
    func add(_ name: String, _ use: Set<AttributeUse>, _ place: TextPlace?) {
      uses += use.sorted().map { PlacedUse(UsedAttribute(by: name, $0), place) }
    }
    func place(_ item: ConfigurationNode) -> TextPlace {
      item.asStage["method"]?.place ?? item.place
    }
    let data = file.section("data"), decide = file.section("decide")
    if data.flag("use_sensitive") == true {
      add("use_sensitive", [.decision], data.place("use_sensitive"))
    }
    for (stage, item) in zip(stages.preprocessing, list("preprocess", file)) {
      add(stage.method.name, stage.method.attributeUse, place(item))
    }
    add(
      stages.method.method.name, stages.method.method.attributeUse,
      file.value("learner").map(place))
    for (stage, item) in zip(stages.postprocessing, list("postprocess", file)) {
      add(stage.method.name, stage.method.attributeUse, place(item))
    }
    if stages.groups == .inferred && !stages.postprocessing.isEmpty {
      add("groups: inferred", [.decision], decide.place("groups"))
    }
    return uses
  }

  /// The packs of a variant; what they refuse, and reasons and answers that are missing, are problems.
  func requirements(_ file: ConfigurationSection, _ uses: [PlacedUse]) -> [NamedPack] {
    guard let node = file.value("requirements") else { return [] }
    let named = namedPacks(node)
    for (pack, place) in named {
      for question in pack.unanswered({ $0.attribute != nil }) {
        problems.add(
          place,
          "the pack '\(pack.id)' asks '\(question.name)': \(question.asks) One of "
            + question.oneOf.joined(separator: ", "))
      }
      for finding in [pack].findings(uses) where finding.isStopping {
        let at = finding.line.map { TextPlace(line: $0, column: finding.column!) }
        problems.add(at ?? place, finding.message)
      }
    }
    return named.map(\.0)
  }

  private func namedPacks(_ node: ConfigurationNode) -> [(NamedPack, TextPlace)] {
    switch node.content {
    case .empty: []
    case .scalar(let text, _): known(text, node.place).map { [(NamedPack($0), node.place)] } ?? []
    case .list(let items):
      items.compactMap { item in
        guard let text = item.text else {
          problems.add(item.place, "'requirements' takes names of packs, not \(item.kind)")
          return nil
        }
        return known(text, item.place).map { (NamedPack($0), item.place) }
      }
    case .mapping(let entries):
      entries.compactMap { entry in
        known(entry.key, entry.place).map { (answered($0, entry), entry.place) }
      }
    }
  }

  private func known(_ id: String, _ place: TextPlace) -> String? {
    guard RulePacks.named(id) != nil else {
      problems.add(
        place,
        "no rule pack '\(ConfigurationNode.shortened(id))'" + RulePacks.suggestion(for: id))
      return nil
    }
    return id
  }

  /// A pack with the answers under it.
  private func answered(_ id: String, _ entry: ConfigurationEntry) -> NamedPack {
    var named = NamedPack(id)
    guard !entry.value.isEmpty else { return named }
    guard let answers = entry.value.entries else {
      problems.add(
        entry.value.place, "'requirements.\(id)' takes answers by name, not \(entry.value.kind)")
      return named
    }
    let questions = named.pack.questions
    for answer in answers where !answer.value.isEmpty {
      guard let text = answer.value.text else {
        problems.add(answer.value.place, "'\(answer.key)' takes a text, not \(answer.value.kind)")
        continue
      }
      if answer.key == NamedPack.justificationKey {
        named.justification = text
      } else if let question = questions.first(where: { $0.name == answer.key }) {
        if !question.oneOf.contains(text) {
          problems.add(
            answer.value.place,
            "'\(answer.key)' is one of \(question.oneOf.joined(separator: ", ")), not "
              + answer.value.kind)
        }
        named.answers[answer.key] = text
      } else {
        problems.add(
          answer.place,
          ConfigurationSection.unknown(
            answer.key, " of the pack '\(id)'",
            among: questions.map(\.name) + [NamedPack.justificationKey]))
      }
    }
    return named
  }
}
