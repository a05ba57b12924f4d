import RowSums

/// What a request takes from rows, for the log of whoever holds them.
public struct RoundDescription: Codable, Sendable, Equatable {
  /// The word for the question.
  public var question: String
  /// What an answer says of the rows.
  public var takes: String
  /// How many numbers leave; nil where that depends on the rows.
  public var numbers: Int?
  /// Whether rows are remembered as they were told, until the next fit.
  public var prepares: Bool
}

extension RoundRequest {
  public var described: RoundDescription {
    RoundDescription(question: kind, takes: takes, numbers: numbers, prepares: prepares)
  }

  private var takes: String {
    switch self {
    case .survey:
      "names of columns, levels of categories, groups, values of the label, missing values"
    case .open: "how many rows there are, the largest weight and the size of each number"
    case .moments: "sums of each number and of its square"
    case .pack: "weights and rows of each combination of groups and label"
    case .cells: "how many rows there are"
    case .sample(let rows, _): "rows as they were encoded, about \(rows) of all parts together"
    case .sums(let request): request.question.takes
    }
  }

  private var numbers: Int? {
    switch self {
    case .survey, .sample: nil
    case .open(let encoder, _): encoder.numeric.count + 2
    case .moments(let moments): 3 * moments.centers.count + 1
    case .pack(let plan): plan.combinations.map { 4 * $0 }
    case .cells: 1
    case .sums(let request):
      request.question.isOfExtremes ? nil : try? request.unitCount()
    }
  }
}
