import Datasets
import LinearAlgebra
import Models

/// A group that a model does not know, with the first row that has it.
public struct PlacedGroup: UserError {
  let failure: PredictorError
  public let place: RowPlace?

  public var blame: Blame { failure.blame }
  public var culprit: String { failure.culprit }

  public func text(_ dialect: Dialect) -> String {
    let text = failure.text(dialect)
    return place.map { "\($0): \(text)" } ?? text
  }

  /// Runs what predicts rows, and says in which row an unknown group stands.
  public static func finding<Scalar: KernelScalar, Result>(
    in rows: Dataset<Scalar>, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let failure as PredictorError {
      guard case .unknownGroup(let attribute, let group, _) = failure else { throw failure }
      let whole = rows.attributes.first { $0.attribute == attribute }
      let parts = rows.attributes.filter { part in
        attribute.split(separator: "×").contains { $0 == part.attribute }
      }
      let found = whole ?? (parts.isEmpty ? nil : GroupIndex.cross(parts))
      let row = found.flatMap { groups in
        groups.names.firstIndex(of: group).flatMap { code in
          (0..<groups.rows).first { groups[$0] == code }
        }
      }
      throw PlacedGroup(
        failure: failure,
        place: row.map { RowPlace(file: rows.source, row: rows.line(ofRow: $0)) })
    }
  }
}
