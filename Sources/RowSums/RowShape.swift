/// What is known of rows without reading them.
public struct RowShape: Sendable, Equatable {
  public var rows: Int
  public var denseColumns: Int
  /// Levels of each categorical column.
  public var levels: [Int]
  /// The label of each cell, 0 or 1.
  public var labels: [Double]
  /// Σ of sample weights in each cell.
  public var cellWeights: [Double]
  /// Whether rows have scores of their own, to which a model's are added.
  public var hasOffset: Bool
  /// How many continuous attributes there are, centred and weighted.
  public var attributes: Int
  /// The share of a sum below which its changes are rounding of the scores.
  public var resolution: Double

  public init(
    rows: Int, denseColumns: Int, levels: [Int], labels: [Double], cellWeights: [Double],
    hasOffset: Bool = false, attributes: Int = 0, resolution: Double
  ) {
    self.rows = rows
    self.denseColumns = denseColumns
    self.levels = levels
    self.labels = labels
    self.cellWeights = cellWeights
    self.hasOffset = hasOffset
    self.attributes = attributes
    self.resolution = resolution
  }

  public var cells: Int { labels.count }
  /// All columns, levels counted one by one.
  public var columns: Int { denseColumns + levels.reduce(0, +) }
  /// Entries of a coefficient vector: every column and the intercept.
  public var width: Int { columns + 1 }
  public var totalWeight: Double { cellWeights.reduce(0, +) }
}
