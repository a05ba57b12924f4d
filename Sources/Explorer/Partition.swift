import Datasets
import LinearAlgebra

/// One way to divide the rows into groups that are compared: by an attribute, or by a cross of two.
public struct Partition: Sendable {
  /// `sex`, or `sex × race`.
  public let name: String
  public let attributes: [GroupIndex]
  /// All groups, those of unknown attributes among them.
  public let groups: GroupIndex
  /// The groups that are compared, in order.
  public let listed: [Int]
  /// The groups' rows, positives and negatives, in the order of `listed`; rows of weight 0 are none.
  let counts: [[Int]]
  /// Why a group is not told, in the order of `listed`; nil where it is.
  public let withheld: [String?]
  /// Cells along each level of each attribute of a cross.
  let lines: [[Int]]

  public var names: [String] { listed.map { groups.names[$0] } }

  public init(_ attributes: [GroupIndex], of table: ExploredTable, leastCell: Int) {
    self.attributes = attributes
    name =
      attributes.isEmpty
      ? "all rows" : attributes.map(\.attribute).joined(separator: " × ")
    let groups =
      attributes.isEmpty
      ? GroupIndex(attribute: "all", codes: Buffer(zeroed: table.rows), names: ["all"])
      : GroupIndex.cross(attributes)
    self.groups = groups
    let places = groups.names.indices.filter {
      table.unknown.compares || !UnknownGroups.isUnknown(groups.names[$0], of: groups.attribute)
    }
    listed = places
    let counted = Self.count(table, groups)
    let cells = places.map { counted[$0] }
    counts = cells
    lines = Self.lines(attributes, groups, listed: places)
    let unlisted = counted.indices.filter { !places.contains($0) }
    let hidden = (0..<3).map { m in unlisted.reduce(0) { $0 + counted[$1][m] } }
    let isWithheld = SmallCells(least: leastCell).withheld(cells, lines: lines, hidden: hidden)
    withheld = cells.indices.map { k in
      isWithheld[k] ? Self.reason(cells[k], leastCell) : nil
    }
  }

  /// Every attribute, and every cross of two; one of all rows where there are no attributes.
  public static func all(of table: ExploredTable, _ settings: ExplorationSettings) -> [Partition] {
    func made(_ attributes: [GroupIndex]) -> Partition {
      Partition(attributes, of: table, leastCell: settings.leastCell)
    }
    guard !table.attributes.isEmpty else { return [made([])] }
    var found = table.attributes.map { made([$0]) }
    for (place, first) in table.attributes.enumerated() {
      for second in table.attributes.dropFirst(place + 1)
      where first.count * second.count <= GroupIndex.maximumCount {
        let cross = made([first, second])
        if cross.listed.count <= settings.mostGroups { found.append(cross) }
      }
    }
    return found
  }

  /// Place of each row among the groups that are compared, −1 for none.
  package func places() -> [Int32] {
    var place = [Int32](repeating: -1, count: groups.count)
    for (k, group) in listed.enumerated() { place[group] = Int32(k) }
    return (0..<groups.rows).map { place[groups[$0]] }
  }

  private static func count(_ table: ExploredTable, _ groups: GroupIndex) -> [[Int]] {
    var counts = [[Int]](repeating: [0, 0, 0], count: groups.count)
    for row in 0..<table.rows where table.isThere(row) {
      counts[groups[row]][0] += 1
      if let labels = table.labels { counts[groups[row]][labels[row] == 1 ? 1 : 2] += 1 }
    }
    return counts
  }

  private static func lines(
    _ attributes: [GroupIndex], _ groups: GroupIndex, listed: [Int]
  ) -> [[Int]] {
    guard attributes.count > 1 else { return [] }
    var first = [Int](repeating: -1, count: groups.count)
    for row in 0..<groups.rows where first[groups[row]] < 0 { first[groups[row]] = row }
    return attributes.flatMap { attribute in
      (0..<attribute.count).map { level in
        listed.indices.filter { attribute[first[listed[$0]]] == level }
      }.filter { !$0.isEmpty }
    }
  }

  private static func reason(_ counts: [Int], _ least: Int) -> String {
    let cells = SmallCells(least: least)
    if !cells.isTold(counts[0]) { return "fewer than \(least) rows" }
    if !cells.isTold(counts[1]) { return "fewer than \(least) rows with the positive label" }
    if !cells.isTold(counts[2]) { return "fewer than \(least) rows with the negative label" }
    return "it would tell how many a smaller group has"
  }
}
