import Datasets
import LinearAlgebra

/// The groups of attributes and controls that rows had so far, numbered as they came.
struct GroupLists {
  private let options: DataOptions
  private var lists: [GroupList] = []

  /// - Parameter options: the roles of the columns of all rows.
  init(_ options: DataOptions) { self.options = options }

  /// Adds the rows that come next.
  ///
  /// - Returns: of each attribute and control, the numbers here of its groups.
  mutating func add<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>
  ) throws(DataError) -> [[UInt16]] {
    let parts = rows.attributes + rows.controls
    if lists.isEmpty {
      lists = parts.map { part in
        GroupList(
          attribute: part.attribute,
          order: GroupOrder(part.attribute.replacing("×", with: "*"), options))
      }
    }
    var numbers: [[UInt16]] = []
    for (k, part) in parts.enumerated() {
      numbers.append(part.names.map { lists[k].number(of: $0) })
      guard lists[k].names.count <= GroupIndex.maximumCount else {
        throw .tooManyGroups(
          file: rows.source, column: part.attribute, limit: GroupIndex.maximumCount)
      }
    }
    return numbers
  }

  var attributes: [String] { lists.map(\.attribute) }
  /// As they are numbered.
  var names: [[String]] { lists.map(\.names) }
  /// As a table has them that is read at once.
  var sorted: [[String]] { lists.map { $0.order.sorted(Set($0.names)) } }
  /// How many combinations there may be.
  var combinations: Int {
    lists.reduce(1) { $0.multipliedReportingOverflow(by: max(1, $1.names.count)).partialValue }
  }
}

private struct GroupList {
  let attribute: String
  let order: GroupOrder
  private(set) var names: [String] = []
  private var places: [String: UInt16] = [:]

  init(attribute: String, order: GroupOrder) {
    self.attribute = attribute
    self.order = order
  }

  mutating func number(of name: String) -> UInt16 {
    if let known = places[name] { return known }
    let number = UInt16(truncatingIfNeeded: names.count)
    places[name] = number
    names.append(name)
    return number
  }
}
