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
  /// - Parameter acceptsUnknown: gives −1 for a combination that is not among the groups, instead of
  ///   an error that names it.
  public static func codes(
    of names: [String], as groups: [String], among found: [GroupIndex],
    acceptsUnknown: Bool = false
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
    if !acceptsUnknown, let row = codes.firstIndex(of: -1) {
      throw .unknownGroup(
        attribute: joint.attribute, group: joint.names[joint[row]], known: groups)
    }
    return codes
  }
}
