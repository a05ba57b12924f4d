import Datasets
import Essentials
import LinearAlgebra
import Models

/// What is left of each column when the part that the sensitive columns explain is taken.
public struct ResidualTransform: Transform {
  public static let kind = "residual"

  let attributes: [FittedGroups]
  let continuous: [String]
  let unseen: UnseenGroupPolicy
  /// Whether categorical columns become one number a level.
  let expandsCategories: Bool
  /// A table for each attribute, with a last row of 0 for groups that were not fitted.
  let effects: RowEffects
  /// The mean of each number.
  let centers: [Double]

  public var needsAttributes: Bool { true }
  public var changesFeatures: Bool { true }

  /// Rows that a worker changes at once.
  private static let chunkRows = 1_024

  public func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    try applied(to: data, pool: pool)
  }

  public func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> DesignMatrix<Scalar> {
    let codes = try attributes.map {
      try $0.codes(among: data.attributes, unseen: unseen)
    }
    let numbers = try numbers(data)
    let x = data.features
    let width = expandsCategories ? x.columns : x.dense.columns
    guard width == effects.columns else {
      throw PredictorError.badConfiguration(
        kind: Self.kind, detail: "\(width) columns where \(effects.columns) were fitted")
    }
    let block = Matrix<Scalar>(
      buffer: Buffer(uninitialized: x.rows * width), rows: x.rows, columns: width,
      rowStride: width)
    let expands = expandsCategories && !x.categorical.isEmpty
    pool.forEach((x.rows + Self.chunkRows - 1) / Self.chunkRows) { chunk in
      let rows = chunk * Self.chunkRows..<min(x.rows, (chunk + 1) * Self.chunkRows)
      if expands { expand(x, rows, into: block) }
      effects.subtract(
        rows, from: expands ? block : x.dense, codes: codes, numbers: numbers, into: block)
    }
    return DesignMatrix(dense: block, categorical: expandsCategories ? [] : x.categorical)
  }

  private func numbers<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>
  ) throws -> Matrix<Double> {
    let matrix = Matrix<Double>(
      rows: continuous.isEmpty ? 0 : data.rows, columns: continuous.count)
    for (c, name) in continuous.enumerated() {
      guard let column = data.columns[name] else { throw PredictorError.missingAttribute(name) }
      for i in column.indices { matrix[i, c] = column[i] - centers[c] }
    }
    return matrix
  }

  private func expand<Scalar: KernelScalar>(
    _ x: DesignMatrix<Scalar>, _ rows: Range<Int>, into block: Matrix<Scalar>
  ) {
    for i in rows {
      for j in 0..<x.dense.columns { block[i, j] = x.dense[i, j] }
      for j in x.dense.columns..<x.columns { block[i, j] = 0 }
      for (column, first) in zip(x.categorical, x.firstColumns) {
        block[i, first + Int(column.codes[i])] = 1
      }
    }
  }

  public func encoder(_ encoder: FeatureEncoder) -> FeatureEncoder {
    let names = encoder.columnNames
    guard expandsCategories, names.count == effects.columns else { return encoder }
    var changed = encoder
    changed.categorical = []
    for j in changed.numeric.indices { changed.numeric[j].hasMissing = false }
    changed.numeric += names.dropFirst(changed.numeric.count).map {
      FeatureEncoder.Numeric(name: $0)
    }
    return changed
  }
}

/// In files: the names as JSON, the effects as arrays.
extension ResidualTransform: Codable {
  private enum Key: String, CodingKey {
    case attributes, continuous, unseen, expands, columns, centers
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(attributes, forKey: .attributes)
    try container.encode(continuous, forKey: .continuous)
    try container.encode(unseen, forKey: .unseen)
    try container.encode(expandsCategories, forKey: .expands)
    try container.encode(effects.columns, forKey: .columns)
    try container.encode(centers, forKey: .centers)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    attributes = try container.decode([FittedGroups].self, forKey: .attributes)
    continuous = try container.decode([String].self, forKey: .continuous)
    unseen = try container.decode(UnseenGroupPolicy.self, forKey: .unseen)
    expandsCategories = try container.decode(Bool.self, forKey: .expands)
    centers = try container.decode([Double].self, forKey: .centers)
    let columns = try container.decode(Int.self, forKey: .columns)
    guard columns >= 0, centers.count == continuous.count else {
      throw JSONFault("'centers' are not one for each continuous column")
    }
    effects = RowEffects(
      columns: columns,
      tables: attributes.map { Matrix(rows: $0.count + 1, columns: columns) },
      slopes: Matrix(rows: continuous.count, columns: columns))
  }

  public var tensors: [NamedTensor] {
    let all = effects.tables + [effects.slopes]
    let rows = all.reduce(0) { $0 + $1.rows }
    return [
      NamedTensor(
        "effects", shape: [rows, effects.columns],
        .float64(all.flatMap { matrix in (0..<matrix.rows).flatMap { matrix.row($0) } }))
    ]
  }

  public func restored(tensors: [NamedTensor]) throws -> ResidualTransform {
    let stored = try PredictorState(kind: Self.kind, tensors: tensors).tensor("effects").doubles
    let all = effects.tables + [effects.slopes]
    guard stored.count == all.reduce(0, { $0 + $1.rows }) * effects.columns else {
      throw PredictorError.badConfiguration(kind: Self.kind, detail: "effects are cut off")
    }
    var next = 0
    for matrix in all {
      for i in 0..<matrix.rows {
        for j in 0..<matrix.columns {
          matrix[i, j] = stored[next]
          next += 1
        }
      }
    }
    return self
  }
}
