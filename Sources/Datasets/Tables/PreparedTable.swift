import CText
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
    // Of a part of the rows only a stated value can be told to be positive.
    let wanted = positive ?? options.positive
    if let label = options.label, wanted != nil || !options.mode.isPart {
      try setLabels(label, wanted, known: [positive, negative])
    }
    if let name = options.prediction { try setPredictions(name) }
    sampleWeights = try Self.weights(raw, options)
    attributes = try Self.crosses(options.sensitive, raw, options)
    controls = try Self.crosses(options.controls, raw, options)
    // Rows that are only counted may all be of one group: there is nothing to fit.
    let mayBeOne = options.mode.countsOnly || options.mode.isPart
    for attribute in attributes where attribute.count < leastGroups && !mayBeOne {
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
      if category.name == options.label && options.mode.leavesOutUnlabelled { continue }
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
    if drops {
      try dropIncomplete(&raw, mayBeAll: options.mode.isPart)
    } else if options.mode.leavesOutUnlabelled {
      try dropIncomplete(
        &raw, in: raw.plan.coded.filter { $0.name == options.label }.map(\.column),
        mayBeAll: options.mode.isPart)
    }
  }

  /// - Parameters:
  ///   - judged: columns whose missing values leave a row out; nil: all that are read.
  ///   - mayBeAll: whether no row may be left.
  private static func dropIncomplete(
    _ raw: inout RawTable<Scalar>, in judged: [Int]? = nil, mayBeAll: Bool
  ) throws(DataError) {
    var complete = [Bool](repeating: true, count: raw.rows)
    var causes: [Int: Int] = [:]
    func leaveOut(_ column: Int, _ isMissing: (Int) -> Bool) {
      guard causes[column] == nil, judged?.contains(column) ?? true else { return }
      for i in 0..<raw.rows where isMissing(i) {
        complete[i] = false
        causes[column, default: 0] += 1
      }
    }
    for (place, column) in raw.coded where column.missingCount > 0 {
      leaveOut(place) { column.codes[$0] == CodedColumn.missing }
    }
    for (place, values) in raw.plain { leaveOut(place) { values[$0].isNaN } }
    if let name = raw.plan.identifier, let keys = raw.keys {
      leaveOut(name.column) { keys[$0] == 0 }
    }
    for (j, missing) in raw.missingNumbers.enumerated() where missing.count > 0 {
      leaveOut(raw.plan.numbers[j].column) { raw.dense[$0, j].isNaN }
    }
    let kept = complete.indices.filter { complete[$0] }
    guard !kept.isEmpty || mayBeAll else { throw .noRowsLeft(file: raw.file) }
    guard kept.count < raw.rows else { return }
    raw.keep(
      kept,
      causes: causes.sorted { $0.key < $1.key }.map { (raw.plan.name(of: $0.key), $0.value) })
  }

  // MARK: Labels, weights, groups

  private static func weights(
    _ raw: RawTable<Scalar>, _ options: DataOptions
  ) throws(DataError) -> [Double]? {
    guard let name = options.weights, let column = raw.plainColumn(named: name) else { return nil }
    let weights = column.array
    guard options.mode.isPart || weights.contains(where: { $0 > 0 }) else {
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
      let row = raw.origin.place(ofRow: i), value = NumberText.shown(column[i])
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
    let known = seen.last == Int(CodedColumn.missing) ? map.count : column.levels.count
    // SAFETY: a code is that of a level or of a missing value.
    eqp_codes_renumber(
      column.codes.pointer, Int64(raw.rows), map, Int64(known), codes.pointer)
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
    for flags in raw.absences.values { flags.exchange(i, j) }
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
