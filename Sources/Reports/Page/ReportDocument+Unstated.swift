extension ReportDocument {
  /// The same with what the owner did not state in one line at the end, instead of a form with empty
  /// fields: parts and lists that say nothing else are left out.
  ///
  /// - Parameter keepsParts: parts that say nothing else stand with a line that says so.
  func collectingUnstated(keepsParts: Bool = false) -> ReportDocument {
    var document = self
    var names: [String] = [], keys = Set<String>()
    func note(_ item: ReportDefinition) {
      let key = item.missingKey ?? item.term
      if keys.insert(key).inserted {
        names.append(item.missingKey.map { "\(item.term) (\($0))" } ?? item.term)
      }
    }
    document.sections = sections.compactMap { section in
      var section = section
      section.blocks = section.blocks.compactMap { block in
        switch block {
        case .definitions(let items):
          let stated = items.filter { $0.text != OwnerNotes.notStated }
          for item in items where item.text == OwnerNotes.notStated { note(item) }
          return stated.isEmpty ? nil : .definitions(stated)
        default: return block
        }
      }
      guard section.blocks.isEmpty else { return section }
      section.blocks = [.text("Nothing is stated.")]
      return keepsParts ? section : nil
    }
    guard !names.isEmpty else { return document }
    let count = names.count == 1 ? "1 field is" : "\(names.count) fields are"
    let unstated = ReportSection(
      "unstated", "Not stated by the owner",
      [
        .text(
          "\(count) not stated: \(names.joined(separator: ", ")). In brackets stand the keys of the "
            + "owner's notes that give them; 'equipoise report notes' prints a form.")
      ])
    let place =
      document.sections.firstIndex { ["signatures", "reproduction"].contains($0.id) }
      ?? document.sections.count
    document.sections.insert(unstated, at: place)
    return document
  }
}
