import LinearAlgebra

/// What fits ask of their rows.
extension Dataset {
  /// Throws when no row has weight, or all that do have one label.
  public func requireTwoClasses() throws(DataError) {
    guard let labels else { return }
    let weights = classWeights(labels)
    guard weights[0] + weights[1] > 0 else { throw noWeight }
    for only in 0..<2 where weights[1 - only] == 0 {
      throw .oneClass(
        file: source, column: encoder.label ?? Self.labelColumn, value: labelNames[only])
    }
  }

  private func classWeights(_ labels: Buffer<UInt8>) -> [Double] {
    let bits = labels.pointer, n = rows
    guard let weights = sampleWeights else {
      var positives = 0
      for i in 0..<n { positives += Int(bits[i]) }
      return [Double(n - positives), Double(positives)]
    }
    var sums = [0.0, 0.0]
    for i in 0..<n { sums[Int(bits[i])] += weights[i] }
    return sums
  }

  /// Throws when no row has weight.
  public func requireWeight() throws(DataError) {
    guard sampleWeights.map({ $0.contains { $0 > 0 } }) ?? (rows > 0) else { throw noWeight }
  }

  private var noWeight: DataError {
    .noWeight(file: source, column: encoder.options.weights ?? Self.weightName)
  }

  /// Throws when all numbers to predict of rows with weight are alike, or next to alike.
  public func requireVaryingTargets() throws(DataError) {
    guard let targets, let name = encoder.options.target else { return }
    guard let first = (0..<rows).first(where: { (sampleWeights?[$0] ?? 1) > 0 }) else {
      throw noWeight
    }
    let varies = (first..<rows).contains { row in
      targets[row] != targets[first] && (sampleWeights?[row] ?? 1) > 0
    }
    guard varies else {
      throw .constantTarget(file: source, column: name, value: "\(targets[first])")
    }
    let low = targets.min() ?? 0, high = targets.max() ?? 0
    if high - low < 1 / NumberRange.largestTarget, let row = targets.firstIndex(of: high) {
      throw .outOfRange(
        file: source, row: line(ofRow: row), column: name, value: "\(targets[row])",
        rule: Self.targetRule)
    }
  }

  /// Throws when an attribute has a group without rows of a label that is asked for: rates given
  /// the label, which equal opportunity and equalized odds compare, do not exist there.
  ///
  /// - Parameters:
  ///   - wanted: labels, 0 or 1.
  ///   - leastGroup: groups of fewer rows are not looked at, nor are rows of unknown groups unless
  ///     they are a group of their own.
  public func requireLabelsInEachGroup(
    _ wanted: Set<Int> = [0, 1], leastGroup: Int = 0
  ) throws(DataError) {
    guard let labels, !wanted.isEmpty else { return }
    for attribute in attributes {
      var weights = [Double](repeating: 0, count: 2 * attribute.count)
      var counts = [Int](repeating: 0, count: attribute.count)
      for i in 0..<rows {
        counts[attribute[i]] += multiplicities?[i] ?? 1
        weights[2 * attribute[i] + Int(labels.pointer[i])] += sampleWeights?[i] ?? 1
      }
      for group in 0..<attribute.count where weights[2 * group] + weights[2 * group + 1] > 0 {
        let isUnknown = !unknown.compares && group == attribute.unknownLevel
        guard counts[group] >= leastGroup, !isUnknown else { continue }
        for label in wanted.sorted() where weights[2 * group + label] == 0 {
          throw .oneClassInGroup(
            file: source, column: attribute.attribute, group: attribute.names[group],
            value: labelNames[1 - label])
        }
      }
    }
  }

  /// Throws when there is no sensitive attribute with groups.
  public func requireGroups(for method: String) throws(DataError) {
    guard attributes.isEmpty else { return }
    throw .needsGroups(method: method, hasNumbers: !encoder.options.continuous.isEmpty)
  }

  /// Throws when the attributes and controls have more combinations than there can be groups.
  public func requireCombinations() throws(DataError) {
    try GroupIndex.requireCombinations(attributes + controls, of: source)
  }

  /// The values that labels 0 and 1 have in the table.
  public var labelNames: [String] { [encoder.negative ?? "0", encoder.positive ?? "1"] }
}

extension GroupIndex {
  /// Throws when several attributes have more combinations than there can be groups.
  public static func requireCombinations(
    _ parts: [GroupIndex], of file: String
  ) throws(DataError) {
    guard parts.count > 1, combinations(parts) > maximumCount else { return }
    throw .tooManyGroups(
      file: file, column: parts.map(\.attribute).joined(separator: "×"), limit: maximumCount)
  }
}
