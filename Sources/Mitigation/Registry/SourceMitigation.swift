import Datasets
import LinearAlgebra
import Models
import RowSums

/// A method that asks its rows for sums and nothing else, so that they may be anywhere.
public protocol SourceMitigation: TypedMitigation {
  /// - Parameters:
  ///   - source: all rows, in the cells (joint group, label) of `rows`.
  ///   - rows: the rows themselves, or one for each cell with its weight: what groups and labels are.
  func fit<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel
}

extension Mitigations {
  /// The names of the methods that fit to rows which lie in several parts.
  public static var overParts: [String] {
    all.filter { $0 is any SourceMitigation.Type }.map { $0.name }
  }
}
