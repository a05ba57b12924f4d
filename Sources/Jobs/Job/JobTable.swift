import Datasets
import Models

/// Columns of one length that a job made.
public struct JobTable: Sendable {
  public enum Column: Sendable, Equatable {
    case numbers([Double])
    /// 0 and 1.
    case decisions([UInt8])
    case wholes([Int64])
    /// nil where there is none.
    case texts([String?])
  }

  public var columns: [(name: String, values: Column)]

  public init(columns: [(name: String, values: Column)]) { self.columns = columns }

  /// Changes of a table; a number that stays is NaN, and a text that stays is nil.
  init(_ changes: TableChanges) {
    func column(_ values: ColumnValues) -> Column {
      switch values {
      case .numbers(let numbers): .numbers(numbers)
      case .texts(let codes, let names): .texts(codes.map { $0 < 0 ? nil : names[$0] })
      }
    }
    columns =
      [("record", .wholes(changes.records.map { Int64($0) }))]
      + changes.replaced.sorted { $0.key < $1.key }.map {
        ("replaced." + $0.key, column($0.value))
      } + changes.added.map { ("added." + $0.name, column($0.values)) }
  }

  /// Columns of a list of things, each told by one of them.
  init<Row>(_ rows: [Row], _ columns: KeyValuePairs<String, Cells<Row>>) {
    self.columns = columns.map { name, cells in
      switch cells {
      case .number(let value): (name, .numbers(rows.map { value($0) ?? .nan }))
      case .whole(let value): (name, .wholes(rows.map { Int64(value($0)) }))
      case .text(let value): (name, .texts(rows.map(value)))
      }
    }
  }

  /// What one row has in a column; a number that there is not is NaN.
  enum Cells<Row> {
    case number((Row) -> Double?)
    case whole((Row) -> Int)
    case text((Row) -> String?)
  }

  init(_ predictions: Predictions) {
    columns = [
      ("score", .numbers(predictions.scores)),
      ("probability", .numbers(predictions.probabilities)),
      ("prediction", .decisions(predictions.decisions)),
    ]
  }
}
