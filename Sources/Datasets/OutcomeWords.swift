/// Words for what was decided about somebody, or came of it: which of two is the favorable one is then
/// known, whatever their order.
enum OutcomeWords {
  private static let favorable: Set<String> = [
    "accept", "accepted", "admit", "admitted", "approve", "approved", "eligible", "favorable",
    "favourable", "good", "grant", "granted", "hire", "hired", "interviewed", "invited", "offered",
    "paid", "pass", "passed", "promoted", "qualified", "repaid", "select", "selected",
    "shortlisted", "succeeded", "success", "successful", "t", "true", "y", "yes",
  ]

  private static let unfavorable: Set<String> = [
    "bad", "declined", "default", "defaulted", "denied", "deny", "f", "fail", "failed", "failure",
    "false", "ineligible", "n", "no", "refuse", "refused", "reject", "rejected", "unfavorable",
    "unfavourable", "unpaid", "unqualified", "unsuccessful",
  ]

  private static let negations: Set<String> = ["not", "no", "non", "never"]

  /// The favorable one of two outcomes where the other is unfavorable; nil where that is not known.
  static func favorable(_ a: String, _ b: String) -> String? {
    switch (isFavorable(a), isFavorable(b)) {
    case (true, false): a
    case (false, true): b
    default: nil
    }
  }

  /// nil for a word that is not known. `not hired` is the opposite of `hired`.
  private static func isFavorable(_ text: String) -> Bool? {
    var words = text.lowercased().split { " _-".contains($0) }.map(String.init)
    let isNegated = words.count > 1 && negations.contains(words[0])
    if isNegated { words.removeFirst() }
    guard words.count == 1 else { return nil }
    let isFavorable =
      favorable.contains(words[0]) ? true : unfavorable.contains(words[0]) ? false : nil
    return isFavorable.map { $0 != isNegated }
  }
}
