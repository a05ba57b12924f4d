import LinearAlgebra

/// Which group of a sensitive attribute each row belongs to: one small code a row, with names.
///
/// Codes are `0..<count`; every name occurs in at least one row unless the index was built with
/// `init(codes:names:)` by someone who wants empty groups.
public struct GroupIndex: Sendable {
  /// Codes are 16-bit: cells (group, label) must fit as well.
  public static let maximumCount = 32_767

  /// The attribute's name: `"sex"`, or `"sex×race"` for a cross.
  public let attribute: String
  public let names: [String]
  /// Shape `(n)`.
  public let codes: Buffer<UInt16>

  public var count: Int { names.count }
  public var rows: Int { codes.count }

  public init(attribute: String, codes: Buffer<UInt16>, names: [String]) {
    precondition(names.count <= Self.maximumCount, "more than \(Self.maximumCount) groups")
    self.attribute = attribute
    self.codes = codes
    self.names = names
  }

  /// Groups of the distinct values, named by them, in code-point order.
  public init(attribute: String, values: [String]) {
    let names = Set(values).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    let code = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt16($0)) })
    self.init(attribute: attribute, codes: Buffer(values.map { code[$0]! }), names: names)
  }

  public subscript(row: Int) -> Int { Int(codes[row]) }

  /// Groups of a numeric column cut at ascending edges: `"<25"`, `"25–40"` for 25 ≤ x < 40, `"≥40"`.
  ///
  /// Intervals without a row are left out.
  public init(attribute: String, values: Buffer<Double>, edges: [Double]) {
    let names = Self.intervals(edges)
    let bins = (0..<values.count).map { i in edges.count { $0 <= values.pointer[i] } }
    let used = Set(bins).sorted()
    var code = [UInt16](repeating: 0, count: names.count)
    for (group, bin) in used.enumerated() { code[bin] = UInt16(group) }
    self.init(
      attribute: attribute, codes: Buffer(bins.map { code[$0] }), names: used.map { names[$0] })
  }

  /// The names of the intervals that ascending edges make.
  static func intervals(_ edges: [Double]) -> [String] {
    func text(_ edge: Double) -> String {
      edge == edge.rounded() && abs(edge) < 1e15 ? "\(Int(edge))" : "\(edge)"
    }
    return (0...edges.count).map { k in
      if k == 0 { return "<" + text(edges[0]) }
      if k == edges.count { return "≥" + text(edges[k - 1]) }
      return text(edges[k - 1]) + "–" + text(edges[k])
    }
  }

  /// The groups of all observed combinations of several attributes, named `"Female×Black"`.
  public static func cross(_ parts: [GroupIndex]) -> GroupIndex {
    precondition(!parts.isEmpty, "a cross needs at least one attribute")
    guard parts.count > 1 else { return parts[0] }
    let combinations = keys(of: parts), n = parts[0].rows
    var seen: [Int: UInt16] = [:]
    for i in 0..<n where seen[combinations.pointer[i]] == nil { seen[combinations.pointer[i]] = 0 }
    let keys = seen.keys.sorted()
    precondition(keys.count <= maximumCount, "more than \(maximumCount) groups")
    for (group, key) in keys.enumerated() { seen[key] = UInt16(group) }
    let codes = Buffer<UInt16>(uninitialized: n)
    for i in 0..<n { codes.pointer[i] = seen[combinations.pointer[i]]! }
    return GroupIndex(
      attribute: parts.map(\.attribute).joined(separator: "×"), codes: codes,
      names: crossNames(keys.map { combination($0, parts) }))
  }

  /// How many groups the cross of several attributes has.
  static func combinations(_ parts: [GroupIndex]) -> Int {
    let possible = parts.reduce(1.0) { $0 * Double($1.count) }
    if possible <= Double(maximumCount) { return Int(possible) }
    // Keys beyond 64 bits cannot be told apart, and so many combinations are too many anyway.
    return possible < 0x1p62 ? Set(keys(of: parts).array).count : .max
  }

  /// A number for each row that tells the combinations apart.
  private static func keys(of parts: [GroupIndex]) -> Buffer<Int> {
    let n = parts[0].rows
    precondition(parts.allSatisfy { $0.rows == n }, "attributes of different lengths")
    let keys = Buffer<Int>(zeroed: n)
    for part in parts {
      let count = part.count
      for i in 0..<n { keys.pointer[i] = keys.pointer[i] * count + Int(part.codes.pointer[i]) }
    }
    return keys
  }

  private static func combination(_ key: Int, _ parts: [GroupIndex]) -> [String] {
    var rest = key
    var words: [String] = []
    for part in parts.reversed() {
      words.append(part.names[rest % part.count])
      rest /= part.count
    }
    return words.reversed()
  }

  /// The name of a cross as it is typed, `sex*race`, in the spelling of results, `sex×race`.
  public static func crossName(_ typed: String) -> String { typed.replacing("*", with: "×") }

  /// The names of crossed groups, `"Female×Black"` each.
  ///
  /// Where names contain "×" and two combinations would be called alike, "×" and "\\" inside a part
  /// are escaped by a "\\" in all of them.
  public static func crossNames(_ combinations: [[String]]) -> [String] {
    let plain = combinations.map { $0.joined(separator: "×") }
    guard Set(plain).count < plain.count else { return plain }
    return combinations.map { parts in
      parts.map {
        $0.replacing("\\", with: "\\\\").replacing("×", with: "\\×")
      }.joined(separator: "×")
    }
  }

  /// The groups that rows have, and no others.
  func withoutEmptyGroups() -> GroupIndex {
    var isUsed = [Bool](repeating: false, count: count)
    for i in 0..<rows { isUsed[Int(codes[i])] = true }
    let used = isUsed.indices.filter { isUsed[$0] }
    guard used.count < count else { return self }
    var renumbered = [UInt16](repeating: 0, count: count)
    for (group, code) in used.enumerated() { renumbered[code] = UInt16(group) }
    return GroupIndex(
      attribute: attribute, codes: Buffer((0..<rows).map { renumbered[Int(codes[$0])] }),
      names: used.map { names[$0] })
  }

  /// The same groups over a range of the rows, in the same memory.
  public func slice(_ range: Range<Int>) -> GroupIndex { RowChoice.range(range).of(self) }

  /// The same groups over a choice of the rows.
  public func selecting(_ rows: [Int]) -> GroupIndex { RowChoice.rows(rows).of(self) }
}
