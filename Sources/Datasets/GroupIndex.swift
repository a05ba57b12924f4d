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

  /// The groups of all observed combinations of several attributes, named `"Female×Black"`.
  public static func cross(_ parts: [GroupIndex]) -> GroupIndex {
    precondition(!parts.isEmpty, "a cross needs at least one attribute")
    guard parts.count > 1 else { return parts[0] }
    let n = parts[0].rows
    precondition(parts.allSatisfy { $0.rows == n }, "attributes of different lengths")
    var seen: [Int: UInt16] = [:]
    var keys: [Int] = []
    let raw = (0..<n).map { i in parts.reduce(0) { $0 * $1.count + Int($1.codes.pointer[i]) } }
    for key in Set(raw).sorted() {
      seen[key] = UInt16(keys.count)
      keys.append(key)
    }
    let names = keys.map { key in
      var rest = key
      var words: [String] = []
      for part in parts.reversed() {
        words.append(part.names[rest % part.count])
        rest /= part.count
      }
      return words.reversed().joined(separator: "×")
    }
    return GroupIndex(
      attribute: parts.map(\.attribute).joined(separator: "×"),
      codes: Buffer(raw.map { seen[$0]! }), names: names)
  }

  /// The same groups over a choice of the rows.
  public func selecting(_ rows: [Int]) -> GroupIndex {
    GroupIndex(attribute: attribute, codes: Buffer(rows.map { codes[$0] }), names: names)
  }
}
