import Models

/// Columns of one length that a job made.
public struct JobTable: Sendable {
  public enum Column: Sendable, Equatable {
    case numbers([Double])
    /// 0 and 1.
    case decisions([UInt8])
  }

  public var columns: [(name: String, values: Column)]

  public init(columns: [(name: String, values: Column)]) { self.columns = columns }

  init(_ predictions: Predictions) {
    columns = [
      ("score", .numbers(predictions.scores)),
      ("probability", .numbers(predictions.probabilities)),
      ("prediction", .decisions(predictions.decisions)),
    ]
  }
}
