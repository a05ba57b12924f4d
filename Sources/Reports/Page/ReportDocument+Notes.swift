extension ReportDocument {
  /// The same with each note under the first table that has it: a page of many like tables
  /// says once how they are read.
  public func sayingNotesOnce() -> ReportDocument {
    var document = self, said: Set<String> = []
    for section in document.sections.indices {
      document.sections[section].blocks = sections[section].blocks.map { block in
        switch block {
        case .table(var table):
          table.notes = table.notes.filter { said.insert($0).inserted }
          return .table(table)
        default: return block
        }
      }
    }
    return document
  }
}
