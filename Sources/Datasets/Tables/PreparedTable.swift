import LinearAlgebra

/// A table whose missing values are dealt with and whose labels, groups and weights are known, but
/// whose features are not encoded yet: the state in which rows are split.
struct PreparedTable<Scalar: KernelScalar> {
  var raw: RawTable<Scalar>
  var options: DataOptions
  /// Shape `(n)`, 0 or 1; nil without a label column.
  var labels: Buffer<UInt8>?
  var positive: String?
  var negative: String?
  var attributes: [GroupIndex]
  /// Attributes whose combinations are strata.
  var controls: [GroupIndex]
  var sampleWeights: [Double]?
  /// Shape `(n)`, 0 or 1.
  var predictions: Buffer<UInt8>?
  /// The value of decisions that is positive.
  var selected: String?

  var rows: Int { raw.rows }

  /// - Parameters:
  ///   - positive: the positive value of a model that the rows are meant for; nil: the option's, or
  ///     the larger.
  ///   - leastGroups: an attribute with fewer groups is an error; predicting needs but one.
  init(
    _ table: RawTable<Scalar>, options: DataOptions, positive: String? = nil,
    negative: String? = nil, leastGroups: Int = 2
  ) throws(DataError) {
    raw = table
    self.options = options
    attributes = []
    controls = []
    try Self.checkWeights(raw, options)
    try Self.applyMissingPolicy(&raw, options)
    if let label = options.label {
      try setLabels(label, positive ?? options.positive, known: [positive, negative])
    }
    if let name = options.prediction { try setPredictions(name) }
    sampleWeights = try Self.weights(raw, options)
    attributes = try Self.crosses(options.sensitive, raw, options)
    controls = try Self.crosses(options.controls, raw, options)
    // Rows that are only counted may all be of one group: there is nothing to fit.
    for attribute in attributes where attribute.count < leastGroups && !options.mode.countsOnly {
      throw .oneGroup(
        file: raw.file, column: attribute.attribute, value: attribute.names[0])
    }
    // Counting has a key of its own for crosses of any number of groups.
    if !options.mode.countsOnly {
      try GroupIndex.requireCombinations(attributes + controls, of: raw.file)
    }
  }

  private static func crosses(
    _ names: [String], _ raw: RawTable<Scalar>, _ options: DataOptions
  ) throws(DataError) -> [GroupIndex] {
    var crosses: [GroupIndex] = []
    for name in names {
      var parts: [GroupIndex] = []
      for part in DataOptions.crossParts(name) { parts.append(try attribute(part, raw, options)) }
      try GroupIndex.requireCombinations(parts, of: raw.file)
      crosses.append(GroupIndex.cross(parts))
    }
    return crosses
  }

  // MARK: Missing values

  private static func applyMissingPolicy(
    _ raw: inout RawTable<Scalar>, _ options: DataOptions
  ) throws(DataError) {
    for (number, missing) in zip(raw.plan.numbers, raw.missingNumbers) where missing.count > 0 {
      guard options.missingForNumbers == .error else { continue }
      throw .missingValue(
        file: raw.file, row: missing.firstLine, column: number.name, count: missing.count)
    }
    let drops = options.missing == .drop
    for category in raw.plan.codeColumns {
      let column = raw.coded[category.column]!
      guard column.missingCount > 0 && !drops else { continue }
      if category.name == options.label && options.mode.keepsUnknownLabels { continue }
      let line = raw.firstMissingLine[category.column] ?? 0, count = column.missingCount
      if category.name == options.label || category.name == options.prediction {
        throw .missingInRole(file: raw.file, row: line, column: column.name, count: count)
      }
      guard options.missingForCategories == .error else { continue }
      throw .missingValue(file: raw.file, row: line, column: column.name, count: count)
    }
    for category in raw.plan.plain where !drops {
      guard let line = raw.firstMissingLine[category.column] else { continue }
      let missing = raw.plain[category.column]!.array.count { $0.isNaN }
      throw .missingInRole(file: raw.file, row: line, column: category.name, count: missing)
    }
    if let name = raw.plan.identifier, let keys = raw.keys, !drops {
      let missing = keys.array.count { $0 == 0 }
      if missing > 0 {
        throw .missingValue(
          file: raw.file, row: raw.firstMissingLine[name.column] ?? 0, column: name.name,
          count: missing)
      }
    }
    if drops { try dropIncomplete(&raw) }
  }

  private static func dropIncomplete(_ raw: inout RawTable<Scalar>) throws(DataError) {
    var complete = [Bool](repeating: true, count: raw.rows)
    for column in raw.coded.values where column.missingCount > 0 {
      for i in 0..<raw.rows where column.codes[i] == CodedColumn.missing { complete[i] = false }
    }
    for column in raw.plain.values {
      for i in 0..<raw.rows where column[i].isNaN { complete[i] = false }
    }
    if let keys = raw.keys {
      for i in 0..<raw.rows where keys[i] == 0 { complete[i] = false }
    }
    for (j, missing) in raw.missingNumbers.enumerated() where missing.count > 0 {
      for i in 0..<raw.rows where raw.dense[i, j].isNaN { complete[i] = false }
    }
    let kept = complete.indices.filter { complete[$0] }
    guard !kept.isEmpty else { throw .noRowsLeft(file: raw.file) }
    guard kept.count < raw.rows else { return }
    PackKernels.compact(raw.dense, keeping: kept.map(Int64.init))
    raw.dense = raw.dense.slice(rows: 0..<kept.count)
    for key in raw.coded.keys {
      raw.coded[key]!.codes = Buffer(kept.map { raw.coded[key]!.codes[$0] })
      raw.coded[key]!.missingCount = 0
    }
    for key in raw.plain.keys { raw.plain[key] = Buffer(kept.map { raw.plain[key]![$0] }) }
    raw.keys = raw.keys.map { keys in Buffer(kept.map { keys[$0] }) }
    raw.origin = raw.origin.keeping(
      kept, leavingOut: complete.indices.filter { !complete[$0] })
    raw.missingNumbers = raw.missingNumbers.map { _ in (0, 0) }
    raw.rows = kept.count
  }

  // MARK: Labels, weights, groups

  /// - Parameter known: the positive and the negative value that a model was fitted to.
  private mutating func setLabels(
    _ name: String, _ wanted: String?, known: [String?]
  ) throws(DataError) {
    let column = raw.codedColumn(named: name)!
    let counts = column.counts(0..<raw.rows)
    let values = column.levels.indices.filter { counts[$0] > 0 }.map { column.levels[$0] }
    if let positive = known[0], let negative = known[1] {
      try requireLabels(column, [positive, negative])
    }
    if wanted == nil {
      if values.count > 2 {
        throw .notTwoClasses(
          file: raw.file, column: name, values: Array(values.prefix(3)),
          rare: rareValue(of: column, counts))
      }
      if values.count == 1 && !options.mode.countsOnly {
        throw .oneClass(file: raw.file, column: name, value: values[0])
      }
    }
    let usual = values.count > 1 ? Self.larger(values) : nil
    let positive: String
    if let known = wanted ?? usual {
      positive = known
    } else {
      positive = try usualPositive(values)
    }
    guard let code = column.levels.firstIndex(where: { Self.same($0, positive) }) else {
      if options.mode.countsOnly, values.count <= 1 {
        // A batch in which nobody is positive can be counted.
        labels = labels(column) { _ in false }
        self.positive = positive
        negative = values.first
        return
      }
      throw .unknownValue(
        file: raw.file, column: name, value: positive,
        nearest: NearestName.of(positive, among: values))
    }
    labels = labels(column) { $0 == code }
    self.positive = column.levels[code]
    let others = values.filter { $0 != column.levels[code] }
    noteOthers(of: column, others, than: "negative")
    negative = others.count == 1 ? others[0] : nil
  }

  /// 0 and 1, and ``ReadMode/unknownLabel`` where a value is missing.
  private func labels(
    _ column: CodedColumn, isPositive: (_ code: Int) -> Bool
  ) -> Buffer<UInt8> {
    let labels = Buffer<UInt8>(zeroed: raw.rows)
    var values = column.levels.indices.map { isPositive($0) ? UInt8(1) : 0 }
    values.append(ReadMode.unknownLabel)
    for i in 0..<raw.rows {
      labels.pointer[i] = values[min(Int(column.codes.pointer[i]), column.levels.count)]
    }
    return labels
  }

  /// The value that fewest rows have, where they are as few as mistakes are.
  private func rareValue(of column: CodedColumn, _ counts: [Int]) -> RareValue? {
    let present = column.levels.indices.filter { counts[$0] > 0 }
    guard let code = present.min(by: { counts[$0] < counts[$1] }),
      counts[code] * Self.rareShare <= raw.rows,
      let row = (0..<raw.rows).first(where: { Int(column.codes[$0]) == code })
    else { return nil }
    return RareValue(
      column.levels[code], rows: counts[code], row: raw.origin.place(ofRow: row))
  }

  /// A value of fewer than one row in so many may be a mistake.
  private static var rareShare: Int { 20 }

  /// The positive value where every label is one value, and rows are only counted: a truth value
  /// tells, and so do decisions of two values of which it is one.
  private func usualPositive(_ labels: [String]) throws(DataError) -> String {
    guard let value = labels.first, let name = options.label else { return "1" }
    if let truth = Self.decision(value) { return truth == 1 ? value : Self.usualSelected([value]) }
    let decisions = options.prediction.flatMap { raw.codedColumn(named: $0) }?.levels ?? []
    let all = Set(decisions).union(labels)
    guard all.count == 2 else {
      throw .option(
        "positive", "every label of '\(name)' is '\(value)': say which value is positive")
    }
    return Self.larger(all.sorted())
  }

  /// Every label is one of those that a model was fitted to.
  private func requireLabels(_ column: CodedColumn, _ known: [String]) throws(DataError) {
    let others = column.levels.indices.filter { code in
      !known.contains { Self.same($0, column.levels[code]) }
    }
    guard !others.isEmpty else { return }
    let row = (0..<raw.rows).first { i in others.contains { column.codes[i] == $0 } }
    guard let row else { return }
    throw .unseenLabel(
      file: raw.file, row: raw.origin.place(ofRow: row), column: column.name,
      value: column.levels[Int(column.codes[row])], known: known)
  }

  /// The larger of two numbers, or the later of two texts in code-point order.
  private static func larger(_ values: [String]) -> String {
    let numbers = values.compactMap { Double($0) }
    guard numbers.count == values.count else { return values.last! }
    return zip(values, numbers).max { $0.1 < $1.1 }!.0
  }

  /// `1`, `1.0` and `true` are the same value.
  static func same(_ a: String, _ b: String) -> Bool {
    if a == b { return true }
    guard let x = Double(a), let y = Double(b) else {
      return KnownValues.key(a) == KnownValues.key(b)
    }
    return x == y
  }

  private static func weights(
    _ raw: RawTable<Scalar>, _ options: DataOptions
  ) throws(DataError) -> [Double]? {
    guard let name = options.weights, let column = raw.plainColumn(named: name) else { return nil }
    let weights = column.array
    guard weights.contains(where: { $0 > 0 }) else {
      throw .noWeight(file: raw.file, column: name)
    }
    return weights
  }

  /// Before rows are dropped, so that a row still has its place.
  private static func checkWeights(
    _ raw: RawTable<Scalar>, _ options: DataOptions
  ) throws(DataError) {
    guard let name = options.weights, let column = raw.plainColumn(named: name) else { return }
    for i in 0..<raw.rows where !NumberRange.isWeight(column[i]) {
      guard !column[i].isNaN else { continue }
      let row = raw.origin.place(ofRow: i), value = "\(column[i])"
      if column[i] < 0 {
        throw .negativeWeight(file: raw.file, row: row, column: name, value: value)
      }
      throw column[i].isFinite
        ? .outOfRange(
          file: raw.file, row: row, column: name, value: value,
          rule: "weights are 0 or lie within \(NumberRange.weights)")
        : .notFinite(file: raw.file, row: row, column: name, value: value)
    }
  }

  private static func attribute(
    _ name: String, _ raw: RawTable<Scalar>, _ options: DataOptions
  ) throws(DataError) -> GroupIndex {
    if let edges = options.bins[name], let values = raw.plainColumn(named: name) {
      return GroupIndex(attribute: name, values: values, edges: edges)
    }
    let column = raw.codedColumn(named: name)!
    let counts = column.counts(0..<raw.rows)
    let seen = counts.indices.filter { counts[$0] > 0 }
    guard seen.count <= GroupIndex.maximumCount else {
      throw .tooManyGroups(file: raw.file, column: name, limit: GroupIndex.maximumCount)
    }
    var map = [UInt16](repeating: 0, count: counts.count)
    for (group, code) in seen.enumerated() { map[code] = UInt16(group) }
    let codes = Buffer<UInt16>(uninitialized: raw.rows)
    for i in 0..<raw.rows { codes.pointer[i] = map[Int(column.codes.pointer[i])] }
    return GroupIndex(
      attribute: name, codes: codes,
      names: seen.map {
        $0 == Int(CodedColumn.missing) ? FeatureEncoder.missingName : column.levels[$0]
      })
  }
}

extension PreparedTable {
  /// Exchanges rows so that those marked come last; the others stay in front. Only rows that stand
  /// on the wrong side move.
  ///
  /// - Parameter marked: of the first rows.
  /// - Returns: how many of them are not marked.
  mutating func moveToBack(_ marked: [Bool]) -> Int {
    raw.origin = raw.origin.moving(marked)
    return RowChoice.exchanges(marked) { exchange($0, $1) }
  }

  private mutating func exchange(_ i: Int, _ j: Int) {
    let a = raw.dense.pointer(row: i), b = raw.dense.pointer(row: j)
    for k in 0..<raw.dense.columns { (a[k], b[k]) = (b[k], a[k]) }
    for column in raw.coded.values { column.codes.exchange(i, j) }
    for column in raw.plain.values { column.exchange(i, j) }
    raw.keys?.exchange(i, j)
    labels?.exchange(i, j)
    for attribute in attributes + controls { attribute.codes.exchange(i, j) }
    sampleWeights?.swapAt(i, j)
    predictions?.exchange(i, j)
  }
}

extension Buffer {
  fileprivate func exchange(_ i: Int, _ j: Int) {
    (self[i], self[j]) = (self[j], self[i])
  }
}
