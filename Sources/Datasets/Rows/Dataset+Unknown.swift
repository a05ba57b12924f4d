import LinearAlgebra

/// Rows whose sensitive attributes are not all known.
extension Dataset {
  /// Whether an attribute has a level of unknown values that is no group like any other.
  public var hasUnknown: Bool {
    !unknown.compares && attributes.contains { $0.unknownLevel != nil }
  }

  /// How many rows have no value of each attribute, in the attributes' order; those that all rows
  /// have are not there.
  public var unknownCounts: [(attribute: String, rows: Int)] {
    attributes.compactMap { attribute in
      guard let level = attribute.unknownLevel else { return nil }
      let count = (0..<rows).count { attribute[$0] == level }
      return count > 0 ? (attribute.attribute, count) : nil
    }
  }

  /// The rows whose attributes are all known.
  public var knownRows: [Int] {
    let unknown = attributes.compactMap { part in part.unknownLevel.map { (part, $0) } }
    return (0..<rows).filter { row in unknown.allSatisfy { $0[row] != $1 } }
  }

  /// The rows whose attributes are all known, without a group for the others; itself where the table
  /// has no unknown value.
  public func withKnownGroups() throws(DataError) -> Dataset {
    let names = attributes.filter { $0.unknownLevel != nil }.map(\.attribute)
    guard !names.isEmpty else { return self }
    let known = knownRows
    guard !known.isEmpty else { throw UnknownGroups.noneKnown(names, rows: rows) }
    var part = known.count == rows ? self : selecting(known)
    part.leaveOutUnknownLevels()
    return part
  }
}

extension UnknownGroups {
  /// How many rows of several parts have no value of each attribute.
  public static func counts<Scalar>(
    _ parts: [Dataset<Scalar>]
  ) -> [(attribute: String, rows: Int)] {
    var counts: [(attribute: String, rows: Int)] = []
    for (attribute, rows) in parts.flatMap(\.unknownCounts) {
      if let known = counts.firstIndex(where: { $0.attribute == attribute }) {
        counts[known].rows += rows
      } else {
        counts.append((attribute, rows))
      }
    }
    return counts
  }
}

extension GroupIndex {
  /// The code of the rows without a value.
  public var unknownLevel: Int? { names.firstIndex(of: UnknownGroups.levelName) }

  /// The same rows with the groups alone that they have.
  public func withUsedNames() -> GroupIndex {
    var isUsed = [Bool](repeating: false, count: count)
    for row in 0..<rows { isUsed[self[row]] = true }
    guard isUsed.contains(false) else { return self }
    let used = isUsed.indices.filter { isUsed[$0] }
    var code = [UInt16](repeating: 0, count: count)
    for (position, group) in used.enumerated() { code[group] = UInt16(position) }
    return GroupIndex(
      attribute: attribute, codes: Buffer((0..<rows).map { code[self[$0]] }),
      names: used.map { names[$0] })
  }

  /// The same rows without the level of unknown values, which none of them has.
  func withoutUnknownLevel() -> GroupIndex {
    guard let level = unknownLevel else { return self }
    let moved = Buffer<UInt16>(uninitialized: rows)
    for row in 0..<rows {
      let code = codes.pointer[row]
      precondition(Int(code) != level, "a row of the level that goes")
      moved.pointer[row] = Int(code) > level ? code - 1 : code
    }
    var kept = names
    kept.remove(at: level)
    return GroupIndex(attribute: attribute, codes: moved, names: kept)
  }
}
