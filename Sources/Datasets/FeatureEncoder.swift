import CText
import LinearAlgebra

/// How a table's columns become the design matrix; it is fitted to the training rows and kept with
/// the model, so that new data are encoded alike.
///
/// A numeric column x becomes (x − mean)/deviation, both weighted; a constant column becomes 0. A
/// categorical column becomes one code a row: the levels of the training rows in code-point order,
/// then, if the training rows had any, a missing value, then a level of its own for values never
/// seen, which no training row has and whose coefficient a penalized fit therefore leaves at 0.
/// A missing number becomes the mean; where training rows had missing numbers, a categorical column
/// "NAME is missing" of two levels stands beside it.
public struct FeatureEncoder: Codable, Sendable, Equatable {
  /// A numeric feature: ((x − origin) + shift)·scale, rounded to the storage type after each step.
  public struct Numeric: Codable, Sendable, Equatable {
    public var name: String
    public var origin: Double
    public var shift: Double
    public var scale: Double
    public var hasMissing: Bool

    public init(
      name: String, origin: Double = 0, shift: Double = 0, scale: Double = 1,
      hasMissing: Bool = false
    ) {
      self.name = name
      self.origin = origin
      self.shift = shift
      self.scale = scale
      self.hasMissing = hasMissing
    }

    public var mean: Double { origin - shift }
    /// The standard deviation over the training rows; nil for a constant column.
    public var deviation: Double? { scale > 0 ? 1 / scale : nil }
  }

  /// A categorical feature.
  public struct Categorical: Codable, Sendable, Equatable {
    public var name: String
    public var levels: [String]
    public var hasMissing: Bool

    public init(name: String, levels: [String], hasMissing: Bool = false) {
      self.name = name
      self.levels = levels
      self.hasMissing = hasMissing
    }

    /// Levels, the missing one if any, and the unseen one.
    public var codeCount: Int { levels.count + (hasMissing ? 2 : 1) }
    var missingCode: UInt16 { UInt16(hasMissing ? levels.count : codeCount - 1) }
    var unseenCode: UInt16 { UInt16(codeCount - 1) }
  }

  public static let missingName = "(missing)"
  public static let unseenName = "(unseen)"

  public var numeric: [Numeric]
  public var categorical: [Categorical]
  /// The label's column and its positive value.
  public var label: String?
  public var positive: String?
  public var negative: String?
  /// The options the training table was read with: roles of columns, missing texts and policies.
  public var options: DataOptions

  /// Columns as they stand for rows that were never in a table: by default nothing is known.
  public init(
    numeric: [Numeric] = [], categorical: [Categorical] = [], label: String? = nil,
    positive: String? = nil, negative: String? = nil, options: DataOptions = DataOptions()
  ) {
    self.numeric = numeric
    self.categorical = categorical
    self.label = label
    self.positive = positive
    self.negative = negative
    self.options = options
  }

  /// The names of the table's columns that are features.
  public var featureNames: [String] { numeric.map(\.name) + categorical.map(\.name) }

  /// A name for each column of the design matrix: `age`, `sex=Female`.
  public var columnNames: [String] {
    var names = numeric.map(\.name)
    for column in categorical {
      names += column.levels.map { "\(column.name)=\($0)" }
      if column.hasMissing { names.append("\(column.name)=\(Self.missingName)") }
      names.append("\(column.name)=\(Self.unseenName)")
    }
    for column in numeric where column.hasMissing {
      names += ["\(column.name) is present", "\(column.name) is missing"]
    }
    return names
  }

  /// The numbers of levels of the categorical columns of the design matrix.
  public var levelCounts: [Int] {
    categorical.map(\.codeCount) + numeric.filter(\.hasMissing).map { _ in 2 }
  }

  /// Leaves numbers as they stand in the table; those with missing values become differences from
  /// the mean, which then stands for a missing one.
  mutating func keepUnits() {
    for j in numeric.indices {
      numeric[j].shift = numeric[j].hasMissing ? numeric[j].shift : 0
      numeric[j].scale = 1
    }
  }

  /// A column whose deviation is below this share of its mean's size is constant but for rounding.
  static let constantShare = 1e-12
}

extension FeatureEncoder {
  /// Fits to rows `range` of a table. Throws when the squares of a column have no finite sum.
  static func fit<Scalar: KernelScalar>(
    _ table: PreparedTable<Scalar>, rows range: Range<Int>, pool: WorkerPool
  ) throws(DataError) -> FeatureEncoder {
    let block = table.raw.dense.slice(rows: range)
    let weights = table.sampleWeights.map { Array($0[range]) }
    let zeros = [Double](repeating: 0, count: block.columns)
    let first = PackKernels.columnSums(block, weights: weights, center: zeros, pool: pool)
    let means = zip(first.sum, first.weight).map { $1 > 0 ? $0 / $1 : 0 }
    let second = PackKernels.columnSums(block, weights: weights, center: means, pool: pool)
    if let j = second.square.firstIndex(where: { !$0.isFinite }) {
      throw tooLarge(table, column: j, rows: range)
    }
    let total = weights?.reduce(0, +) ?? Double(range.count)
    let numeric = table.raw.plan.numbers.indices.map { j in
      let number = table.raw.plan.numbers[j]
      let variance = second.weight[j] > 0 ? second.square[j] / second.weight[j] : 0
      let deviation = variance.squareRoot()
      let size = max(abs(means[j]), abs(number.origin + means[j]))
      return Numeric(
        name: number.name, origin: number.origin, shift: -means[j],
        scale: deviation > constantShare * size ? 1 / deviation : 0,
        hasMissing: table.raw.missingNumbers[j].count > 0 && second.weight[j] < total)
    }
    let categorical = table.raw.plan.categories.map { category in
      let column = table.raw.coded[category.column]!
      let seen = column.counts(range)
      return Categorical(
        name: category.name,
        levels: column.levels.indices.filter { seen[$0] > 0 }.map { column.levels[$0] },
        hasMissing: seen[Int(CodedColumn.missing)] > 0)
    }
    return FeatureEncoder(
      numeric: numeric, categorical: categorical, label: table.options.label,
      positive: table.positive, negative: table.negative, options: table.options)
  }

  private static func tooLarge<Scalar: KernelScalar>(
    _ table: PreparedTable<Scalar>, column j: Int, rows: Range<Int>
  ) -> DataError {
    let number = table.raw.plan.numbers[j], block = table.raw.dense
    let row = rows.max { a, b in
      let (x, y) = (block[a, j].magnitude, block[b, j].magnitude)
      return x.isNaN || x < y
    }
    return .outOfRange(
      file: table.raw.file, row: row.map { table.raw.origin.place(ofRow: $0) } ?? 0,
      column: number.name,
      value: row.map { "\(Double(block[$0, j]) + number.origin)" } ?? "",
      rule: "numbers lie within ±\(NumberRange.largest)")
  }

  /// Turns the table's own memory into the design matrix: nothing is copied.
  func encode<Scalar: KernelScalar>(
    _ table: PreparedTable<Scalar>, pool: WorkerPool
  ) -> DesignMatrix<Scalar> {
    let block = table.raw.dense
    var columns = categorical.enumerated().map { index, feature in
      let column = table.raw.coded[table.raw.plan.categories[index].column]!
      var map = [UInt16](repeating: feature.unseenCode, count: 65_536)
      let known = KnownValues(feature.levels)
      for (code, level) in column.levels.enumerated() {
        map[code] = known.position(of: level).map { UInt16($0) } ?? feature.unseenCode
      }
      map[Int(CodedColumn.missing)] = feature.missingCode
      PackKernels.renumber(column.codes, map: map, pool: pool)
      return CodeColumn(codes: column.codes, levels: feature.codeCount)
    }
    for (j, feature) in numeric.enumerated() where feature.hasMissing {
      columns.append(CodeColumn(codes: missingFlags(block, column: j), levels: 2))
    }
    PackKernels.standardize(
      block, shift: numeric.map(\.shift), scale: numeric.map(\.scale), pool: pool)
    return DesignMatrix(dense: block, categorical: columns)
  }

  private func missingFlags<Scalar: KernelScalar>(
    _ block: Matrix<Scalar>, column: Int
  ) -> Buffer<UInt16> {
    let flags = Buffer<UInt16>(zeroed: block.rows)
    for i in 0..<block.rows where block[i, column].isNaN { flags[i] = 1 }
    return flags
  }
}

extension CodedColumn {
  /// How many rows of a range have each code; index `CodedColumn.missing` counts missing values.
  func counts(_ range: Range<Int>) -> [Int] {
    var counts = [Int](repeating: 0, count: Int(Self.missing) + 1)
    let parts = Buffer<Int64>(zeroed: levels.count)
    // SAFETY: the range is of rows.
    eqp_codes_count(
      codes.pointer + range.lowerBound, Int64(range.count), Int64(levels.count), parts.pointer)
    for level in levels.indices { counts[level] = Int(parts[level]) }
    counts[Int(Self.missing)] = range.count - counts.reduce(0, +)
    return counts
  }
}
