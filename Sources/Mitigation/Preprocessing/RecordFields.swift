import Datasets
import Essentials
import LinearAlgebra

/// Some columns of the features as a few values each, and the combinations of them that occur: what
/// makes a record one of finitely many.
struct RecordFields: Sendable, Codable, Equatable {
  enum Column: Sendable, Codable, Equatable {
    /// A dense column cut at ascending edges, and the mean of each bin.
    case numeric(column: Int, edges: [Double], means: [Double])
    case categorical(column: Int, levels: Int)

    var count: Int {
      switch self {
      case .numeric(_, _, let means): means.count
      case .categorical(_, let levels): levels
      }
    }
  }

  var names: [String]
  var columns: [Column]
  /// The combinations that occur, in lexicographic order.
  var combinations: [[Int]]

  /// What a row is in a column.
  static func code<Scalar: KernelScalar>(
    _ column: Column, _ features: DesignMatrix<Scalar>, row: Int
  ) -> Int {
    switch column {
    case .numeric(let index, let edges, _):
      let x = Double(features.dense[row, index])
      return edges.count { $0 <= x }
    case .categorical(let index, _): return Int(features.categorical[index].codes[row])
    }
  }

  /// The number of each row's combination, −1 for one that is not among them, shape `(n)`.
  func codes<Scalar: KernelScalar>(_ features: DesignMatrix<Scalar>) -> [Int] {
    let place = Dictionary(
      uniqueKeysWithValues: combinations.enumerated().map { ($1, $0) })
    return (0..<features.rows).map { row in
      place[columns.map { Self.code($0, features, row: row) }] ?? -1
    }
  }

  /// What a move costs by the columns' kind: the bins between, and 1 for another category.
  func distortion(_ from: Int, _ to: Int) -> Double {
    zip(columns, zip(combinations[from], combinations[to])).reduce(0) { sum, entry in
      switch entry.0 {
      case .numeric: sum + Double(abs(entry.1.0 - entry.1.1))
      case .categorical: sum + (entry.1.0 == entry.1.1 ? 0 : 1)
      }
    }
  }

  /// The features with each row moved to a combination: a number that changes its bin becomes the
  /// mean of the new one.
  ///
  /// - Parameters:
  ///   - from: the rows' combinations, shape `(n)`.
  ///   - to: those that they move to, shape `(n)`.
  func moved<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, from: [Int], to: [Int]
  ) -> DesignMatrix<Scalar> {
    var dense = features.dense, categorical = features.categorical
    let changed = from.indices.filter { from[$0] >= 0 && from[$0] != to[$0] }
    if columns.contains(where: { if case .numeric = $0 { true } else { false } }) {
      dense = Matrix(copying: dense)
    }
    for (place, column) in columns.enumerated() {
      switch column {
      case .numeric(let index, _, let means):
        for row in changed {
          let old = combinations[from[row]][place], new = combinations[to[row]][place]
          if old != new { dense[row, index] = Scalar(means[new]) }
        }
      case .categorical(let index, let levels):
        let codes = Buffer(categorical[index].codes.array)
        for row in changed { codes[row] = UInt16(combinations[to[row]][place]) }
        categorical[index] = CodeColumn(codes: codes, levels: levels)
      }
    }
    return DesignMatrix(dense: dense, categorical: categorical)
  }
}

/// How columns become fields.
struct FieldChoice {
  /// Columns by name; nil chooses those that say most about the label.
  var names: [String]?
  /// Most fields that are chosen.
  var fields: Int
  /// Bins of a number.
  var bins: Int
  /// Most combinations.
  var limit: Int

  /// - Throws: a name that no column has, or more combinations than the limit.
  func fields<Scalar: KernelScalar>(_ rows: FitRows<Scalar>) throws(DataError) -> RecordFields {
    let data = rows.data
    let all = candidates(data)
    if let names {
      var chosen: [(name: String, column: RecordFields.Column)] = []
      for name in names {
        guard let found = all.first(where: { $0.name == name }) else {
          throw .unknownColumn(
            file: data.source, column: name, role: "\(option: "columns")",
            nearest: NearestName.of(name, among: all.map(\.name)))
        }
        chosen.append(found)
      }
      let fields = Self.record(chosen, data)
      guard fields.combinations.count <= limit else {
        throw .option(
          "columns", value: names.joined(separator: ","),
          """
          \(fields.combinations.count) combinations occur, and \(option: "combinations") allows \
          \(limit): name fewer columns or ask for fewer bins
          """)
      }
      return fields
    }
    let ranked = all.map { ($0, Self.information($0.column, rows)) }
      .sorted { $0.1 > $1.1 }.map(\.0)
    var chosen: [(name: String, column: RecordFields.Column)] = []
    for candidate in ranked where chosen.count < fields {
      if Self.record(chosen + [candidate], data).combinations.count <= limit {
        chosen.append(candidate)
      }
    }
    guard !chosen.isEmpty else {
      throw .option("combinations", value: "\(limit)", "every column has more values than that")
    }
    return Self.record(chosen, data)
  }

  /// Every column as a field; a number with one bin is none.
  private func candidates<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>
  ) -> [(name: String, column: RecordFields.Column)] {
    let encoder = data.encoder, features = data.features
    let numeric = (0..<features.dense.columns).compactMap {
      index -> (name: String, column: RecordFields.Column)? in
      let name = index < encoder.numeric.count ? encoder.numeric[index].name : "x\(index)"
      return binned(features, index, data.sampleWeights).map { (name, $0) }
    }
    return numeric
      + features.categorical.indices.filter { features.categorical[$0].levels > 1 }.map { index in
        let missing = encoder.numeric.filter(\.hasMissing)
        let beyond = index - encoder.categorical.count
        let name =
          index < encoder.categorical.count
          ? encoder.categorical[index].name
          : beyond < missing.count ? missing[beyond].name + " is missing" : "c\(index)"
        return (name, .categorical(column: index, levels: features.categorical[index].levels))
      }
  }

  /// A column cut at its weighted quantiles.
  private func binned<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, _ column: Int, _ weights: [Double]?
  ) -> RecordFields.Column? {
    let values = (0..<features.rows).map { Double(features.dense[$0, column]) }
    let order = values.indices.filter { weights?[$0] ?? 1 > 0 }.sorted { values[$0] < values[$1] }
    let total = order.reduce(0) { $0 + (weights?[$1] ?? 1) }
    var edges: [Double] = [], passed = 0.0, next = 1
    for (place, row) in order.enumerated() where place > 0 {
      passed += weights?[order[place - 1]] ?? 1
      guard next < bins, values[row] > values[order[place - 1]] else { continue }
      if passed >= Double(next) / Double(bins) * total * (1 - Self.rounding) {
        edges.append(values[row])
        while next < bins, passed >= Double(next) / Double(bins) * total * (1 - Self.rounding) {
          next += 1
        }
      }
    }
    guard !edges.isEmpty else { return nil }
    var sums = [Double](repeating: 0, count: edges.count + 1), masses = sums
    for row in order {
      let bin = edges.count { $0 <= values[row] }
      sums[bin] += (weights?[row] ?? 1) * values[row]
      masses[bin] += weights?[row] ?? 1
    }
    return .numeric(
      column: column, edges: edges, means: zip(sums, masses).map { $1 > 0 ? $0 / $1 : 0 })
  }

  /// Quantiles of repeated and of weighted rows are to be the same.
  private static let rounding = 1e-12

  private static func record<Scalar: KernelScalar>(
    _ chosen: [(name: String, column: RecordFields.Column)], _ data: Dataset<Scalar>
  ) -> RecordFields {
    var seen: Set<[Int]> = []
    for row in 0..<data.rows where data.sampleWeights?[row] ?? 1 > 0 {
      seen.insert(chosen.map { RecordFields.code($0.column, data.features, row: row) })
    }
    return RecordFields(
      names: chosen.map(\.name), columns: chosen.map(\.column),
      combinations: seen.sorted { $0.lexicographicallyPrecedes($1) })
  }

  /// The mutual information of a field and the label, in nats.
  private static func information<Scalar: KernelScalar>(
    _ column: RecordFields.Column, _ rows: FitRows<Scalar>
  ) -> Double {
    let data = rows.data, labels = rows.labels
    var table = [Double](repeating: 0, count: 2 * column.count)
    for row in 0..<data.rows {
      let code = RecordFields.code(column, data.features, row: row)
      table[2 * code + Int(labels[row])] += data.sampleWeights?[row] ?? 1
    }
    let total = table.reduce(0, +)
    let sides = (0...1).map { side in
      stride(from: side, to: table.count, by: 2).reduce(0) { $0 + table[$1] }
    }
    return table.indices.reduce(0) { sum, k in
      let both = table[k], own = table[2 * (k / 2)] + table[2 * (k / 2) + 1]
      return both > 0 ? sum + both / total * log(both * total / (own * sides[k % 2])) : sum
    }
  }
}
