/// Under which head help lists an option.
public enum OptionSection: String, Sendable, CaseIterable {
  case data = "Data"
  case rows = "Rows to test on"
  case decisions = "Decisions and scores"
  case method = "What is done"
  case measures = "What is measured"
  case findings = "Looking further"
  case output = "Output"
}

extension OptionTable {
  /// The head of an option of the table; nil for what a command line takes by its place.
  public static func section(of record: OptionRecord<Self>) -> OptionSection? {
    if record.isPositional { return nil }
    if let section = record.section { return section }
    switch record.kind {
    case .output, .outputs: return .output
    default: return section
    }
  }
}
