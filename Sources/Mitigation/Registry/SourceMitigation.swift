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

extension SourceMitigation {
  /// Fits to rows wherever they are; the model has an answer for rows of unknown groups where such rows
  /// were left out.
  public func answeringFit<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, leavesOutUnknown: Bool,
    _ context: FitContext
  ) throws -> TrainedModel {
    try fit(source, rows, context).answeringUnknown(
      rows, source: source, leavesOut: leavesOutUnknown, context)
  }
}

/// A method with a dial of that kind.
public protocol SourceFrontierMitigation: SourceMitigation, TypedFrontierMitigation {
  /// - Parameters:
  ///   - source: all rows, in the cells of `rows`.
  ///   - settings: of the dial, that `check(settings:)` has let through.
  func frontier<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel]

  /// Where the options have the dial.
  var setting: Double { get throws }

  /// Rows of this process in the cells that the method sums over.
  func source<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) -> any RowSource
}

extension SourceFrontierMitigation {
  public func fit<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    try frontier(source, rows, settings: [setting], context)[0]
  }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    try frontier(rows, settings: [setting], context)[0]
  }

  public func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    try frontier(source(rows, context), rows, settings: settings, context)
  }

  public func source<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) -> any RowSource {
    rows.problem.source(context.pool)
  }
}

extension Mitigations {
  /// The names of the methods that fit to rows which lie in several parts.
  public static var overParts: [String] {
    all.filter { $0 is any SourceMitigation.Type }.map { $0.name }
  }
}
