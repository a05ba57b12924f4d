/// Finds the name that somebody who mistyped probably meant.
public enum NearestName {
  /// A name is offered when at most this share of the shorter would have to change: beyond a half,
  /// the offer is as likely to mislead.
  static let largestShare = 0.5
  /// A beginning of at least so many letters, or of all but one, is enough to know a name by.
  static let leastPart = 3
  /// Longer names are compared by their beginnings: the time grows with the square.
  static let comparedLength = 100

  /// The candidate at the smallest edit distance, case ignored; the first of equals.
  public static func of(_ name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.prefix(comparedLength).lowercased().unicodeScalars)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let scalars = Array(candidate.lowercased().unicodeScalars)
      let distance = editDistance(wanted, scalars)
      let shorter = min(wanted.count, scalars.count)
      // Beside a name that is cut short or has an end too much, nothing is wrong.
      let isPart = wanted.starts(with: scalars) || scalars.starts(with: wanted)
      let isEnough = shorter >= leastPart || abs(wanted.count - scalars.count) == 1
      let allowed = isPart && isEnough ? .max : Int(Double(shorter) * largestShare)
      if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The end of a sentence that offers the nearest name; empty where none is near.
  public static func suggestion(for name: some StringProtocol, among candidates: [String]) -> String
  {
    suggestion(of(String(name), among: candidates))
  }

  /// The same, and all names where none is near.
  public static func suggestionOrList(
    for name: some StringProtocol, among candidates: [String]
  ) -> String {
    of(String(name), among: candidates).map { suggestion($0) }
      ?? "; there are \(candidates.joined(separator: ", "))"
  }

  /// The same for a name that was found before.
  public static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The same for names of options, as each door spells them.
  public static func suggestion(forOption name: String, among candidates: [String]) -> Phrase {
    let plain = name.replacing("-", with: "_")
    return of(plain, among: candidates).map { "; did you mean \(option: $0)?" } ?? ""
  }

  /// The element with the name, or an error that offers the nearest one.
  ///
  /// - Parameters:
  ///   - what: what the elements are, in the singular.
  ///   - hint: where they are listed, say.
  public static func find<Element>(
    _ wanted: String, in elements: [Element], what: String, hint: Phrase = "",
    name: (Element) -> String
  ) throws(DataError) -> Element {
    if let found = elements.first(where: { name($0) == wanted }) { return found }
    throw .unknownName(
      wanted, what: what, nearest: of(wanted, among: elements.map { name($0) }), hint: hint)
  }

  /// Insertions, deletions and substitutions that turn one text into the other: Levenshtein,
  /// *Binary codes capable of correcting deletions, insertions and reversals*, 1966.
  static func editDistance<T: Equatable>(_ a: [T], _ b: [T]) -> Int {
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let change = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, min(row[j], row[j + 1]) + 1)
      }
    }
    return row[b.count]
  }
}
