import Datasets
import LinearAlgebra

extension Dataset {
  /// The position in `groups` of each row's combination of the attributes, shape `(n)`.
  public func codes(of names: [String], as groups: [String]) throws -> [Int] {
    try GroupIndex.codes(of: names, as: groups, among: attributes)
  }
}

extension GroupIndex {
  /// The position in `groups` of each row's combination of the attributes, shape `(n)`.
  ///
  /// - Parameter accepts: combinations that are not among the groups and get −1; others are an error
  ///   that names the group.
  public static func codes(
    of names: [String], as groups: [String], among found: [GroupIndex],
    accepting accepts: (_ group: String) -> Bool = { _ in false }
  ) throws(PredictorError) -> [Int] {
    var parts: [GroupIndex] = []
    for name in names {
      guard let part = found.first(where: { $0.attribute == name }) else {
        throw PredictorError.missingAttribute(name)
      }
      parts.append(part)
    }
    let joint = GroupIndex.cross(parts)
    let known = KnownValues(groups)
    let map = joint.names.map { known.position(of: $0) ?? -1 }
    let codes = (0..<joint.rows).map { map[joint[$0]] }
    let refused = joint.names.indices.map { map[$0] < 0 && !accepts(joint.names[$0]) }
    if refused.contains(true), let row = codes.indices.first(where: { refused[joint[$0]] }) {
      throw .unknownGroup(
        attribute: joint.attribute, group: joint.names[joint[row]], known: groups)
    }
    return codes
  }
}
