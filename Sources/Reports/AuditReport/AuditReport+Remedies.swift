import Auditing

/// What was done against gaps and what the owner advises: only what notes state.
extension AuditReport {
  var mitigation: ReportSection {
    var terms = [context.notes.definition("Tried", "mitigation.tried")]
    if let model = context.model {
      terms.insert(ReportDefinition("The model's method", model.method), at: 0)
    }
    terms.append(context.notes.definition("Rejected", "mitigation.rejected"))
    terms.append(
      ReportDefinition(
        "Alternatives",
        "reports of “equipoise compare” and “equipoise frontier” record what other methods and "
          + "settings give on the same split"))
    return ReportSection("mitigation", "Mitigation tried", [.definitions(terms)])
  }

  /// What the owner advises, right after what was tried.
  var recommendations: ReportSection { Self.recommendations(context.notes) }

  static func recommendations(_ notes: OwnerNotes) -> ReportSection {
    let key = "recommendations", title = "Recommendations", stated = notes.list(key)
    return ReportSection(
      key, title, [stated.isEmpty ? notes.block(title, key) : .list(stated)])
  }

  /// Letters of an entry in a brief document.
  private static let mostLetters = 160

  /// The same in a line each, as far as notes state it.
  var briefRemedies: ReportSection? {
    let terms = [
      ("Tried", "mitigation.tried"), ("Rejected", "mitigation.rejected"),
      ("Recommended", "recommendations"),
    ].compactMap { term, key -> ReportDefinition? in
      guard context.notes.entries[key] != nil else { return nil }
      let text = context.notes.stated(key)
      return ReportDefinition(
        term,
        text.count > Self.mostLetters
          ? text.prefix(Self.mostLetters) + "… (the full report has all)" : text)
    }
    return terms.isEmpty ? nil : ReportSection("remedies", "Remedies", [.definitions(terms)])
  }
}

extension ReportDocument {
  /// Notes that are about other documents.
  private static let othersKeys = "ll144."

  /// The same with a part for what the owner stated and no other part says: nothing that was written into
  /// the notes is lost without a word.
  func addingUnsaid(_ notes: OwnerNotes) -> ReportDocument {
    var said = Set<String>()
    for block in sections.flatMap(\.blocks) {
      switch block {
      case .text(let text), .note(let text): said.insert(text)
      case .list(let items): said.formUnion(items)
      case .definitions(let items): said.formUnion(items.map(\.text))
      case .heading, .table, .figures, .code, .blanks: break
      }
    }
    said.insert(title)
    let terms = OwnerNotes.keys.compactMap { key -> ReportDefinition? in
      guard notes.entries[key.name] != nil, !key.name.hasPrefix(Self.othersKeys) else { return nil }
      let text = notes.stated(key.name)
      if said.contains(text) || title.contains(text) { return nil }
      let items = key.kind == .list ? notes.list(key.name) : []
      if !items.isEmpty && items.allSatisfy(said.contains) { return nil }
      return ReportDefinition(String(key.help.prefix { $0 != "." }), text)
    }
    guard !terms.isEmpty else { return self }
    var document = self
    let place =
      sections.firstIndex { ["unstated", "signatures", "reproduction"].contains($0.id) }
      ?? sections.count
    document.sections.insert(
      ReportSection("stated", "Also stated by the owner", [.definitions(terms)]), at: place)
    return document
  }
}
