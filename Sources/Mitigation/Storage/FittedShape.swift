import Datasets
import LinearAlgebra

/// The columns and rows that a transform was fitted to: it changes others of the same columns.
public struct FittedShape: Codable, Equatable, Sendable {
  /// Numeric columns.
  public var numbers: Int
  /// Levels of each categorical column.
  public var levels: [Int]
  /// nil in files of 0.1.0 that did not keep it.
  public var rows: Int?

  public init<Scalar: KernelScalar>(_ data: Dataset<Scalar>) {
    numbers = data.features.dense.columns
    levels = data.features.categorical.map(\.levels)
    rows = data.rows
  }

  /// Whether there are no columns.
  var isEmpty: Bool { numbers == 0 && levels.isEmpty }

  /// The columns that an encoder makes.
  init(_ encoder: FeatureEncoder) {
    numbers = encoder.numeric.count
    levels = encoder.levelCounts
  }
}

extension FittedTransform {
  /// Throws when rows have other columns, or columns in other units, and for training when they are
  /// other rows.
  public func requireLike<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, forTraining: Bool
  ) throws(TransformError) {
    let found = FittedShape(data)
    guard shape.numbers == found.numbers, shape.levels == found.levels else {
      throw .otherColumns(fitted: shape, found: found)
    }
    for (fitted, given) in zip(encoder.numeric, data.encoder.numeric) {
      guard fitted.mean == given.mean, fitted.scale == given.scale else {
        throw .otherUnits(column: given.name)
      }
    }
    guard forTraining else { return }
    guard let rows = shape.rows else { throw .unknownRows(method: method) }
    guard rows == data.rows else { throw .otherRows(fitted: rows, found: data.rows) }
  }
}

/// Why a fitted transform cannot be applied to rows.
public enum TransformError: UserError, Equatable, Sendable {
  case otherColumns(fitted: FittedShape, found: FittedShape)
  /// The column was standardized with other numbers, or is not standardized.
  case otherUnits(column: String)
  case otherRows(fitted: Int, found: Int)
  /// The file is of 0.1.0 and does not say how many rows the transform was fitted to.
  case unknownRows(method: String)
  /// The transform was fitted to an array whose columns have no names.
  case unnamedColumns(method: String)
  /// A model was not fitted to the columns that the transform makes.
  case otherModel(transform: String, model: String)
}

extension TransformError: CustomStringConvertible {
  public var blame: Blame { .data }

  public var culprit: String {
    if case .otherUnits(let column) = self { column } else { "" }
  }

  public var description: String {
    switch self {
    case .otherColumns(let fitted, let found):
      "the transform was fitted to \(fitted.columns), and the data have \(found.columns)"
    case .otherUnits(let column):
      "the transform was fitted to column '\(column)' in other units: read the rows as those were "
        + "that it was fitted to"
    case .otherRows(let fitted, let found):
      "the transform was fitted to \(fitted) rows, and the data have \(found)"
    case .unknownRows(let method):
      "the transform's file is of version 0.1.0 and does not say which rows it was fitted to: fit "
        + "'\(method)' again to change the rows for training"
    case .unnamedColumns(let method):
      "'\(method)' was fitted to an array whose columns have no names, so the columns of a table "
        + "cannot be found"
    case .otherModel(let transform, let model):
      "the model '\(model)' was fitted to other columns, or to other levels of a category, than "
        + "'\(transform)' makes"
    }
  }
}

extension FittedShape {
  fileprivate var columns: String {
    "\(numbers) numbers" + (levels.isEmpty ? "" : " and categories of \(levels) levels")
  }
}
