import Datasets

/// Numbers of groups as people type them: `Female=0.45,Male=0.5`.
enum GroupNumbers {
  /// The numbers by group, from `a=0.4,b=0.5`. A name may hold commas and equals signs: it ends at
  /// the last sign before a number that a comma or the end follows.
  ///
  /// - Throws: `DataError` of the option, if a group is not among `groups` or occurs twice, or if a
  ///   number lacks.
  static func read(
    _ text: String, of option: String, groups: [String]
  ) throws(DataError) -> [String: Double] {
    func bad(_ reason: Phrase) -> DataError { .option(option, value: text, reason) }
    var found: [String: Double] = [:]
    var name = ""
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      name += (name.isEmpty ? "" : ",") + piece
      guard let sign = name.lastIndex(of: "="),
        let value = Double(name[name.index(after: sign)...]), !value.isNaN
      else { continue }
      let typed = String(name[..<sign])
      let group = groups.contains(typed) ? typed : GroupIndex.crossName(typed)
      guard groups.contains(group) else {
        throw bad(
          "no group '\(group)'\(NearestName.suggestionOrList(for: group, among: groups))")
      }
      guard found.updateValue(value, forKey: group) == nil else {
        throw bad("'\(group)' occurs twice")
      }
      name = ""
    }
    guard name.isEmpty, !text.isEmpty, !text.hasSuffix(",") else {
      throw bad("expected GROUP=NUMBER, not '\(name)'")
    }
    return found
  }
}
