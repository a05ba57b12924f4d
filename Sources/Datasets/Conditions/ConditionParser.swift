/// Reads a condition by descent: `or` of `and` of `not` of comparisons.
struct ConditionParser {
  private let text: String
  private let tokens: [ConditionToken]
  private var position = 0
  private var depth = 0

  /// Parentheses and `not` within one another: more are no work of people.
  private static let deepest = 100

  init(_ text: String) throws(DataError) {
    self.text = text
    tokens = try ConditionToken.tokens(of: text)
    guard tokens.count > 1 else {
      throw .option(
        RowCondition.option, value: text, "a condition on columns is needed, such as age < 30")
    }
  }

  mutating func condition() throws(DataError) -> RowCondition.Node {
    let node = try either()
    let rest = next
    guard rest.kind != .end else { return node }
    guard rest.kind == .sign else {
      throw error(
        rest, "\(rest.shown) is one word too many: a value with blanks stands in quotes, as \"a b\""
      )
    }
    throw error(rest, "\(rest.shown) does not fit here")
  }

  // MARK: Levels of binding

  private mutating func either() throws(DataError) -> RowCondition.Node {
    var parts = [try both()]
    while next.isSign("|") || next.isWord("or") {
      position += 1
      parts.append(try both())
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func both() throws(DataError) -> RowCondition.Node {
    var parts = [try single()]
    while next.isSign("&") || next.isWord("and") {
      position += 1
      parts.append(try single())
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func single() throws(DataError) -> RowCondition.Node {
    let start = next
    guard start.isSign("!", "(") || start.isWord("not") else { return try comparison() }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw error(start, "more than \(Self.deepest) conditions within one another")
    }
    position += 1
    guard start.isSign("(") else { return .not(try single()) }
    let node = try either()
    try require(")", after: start)
    return node
  }

  // MARK: Comparisons

  private mutating func comparison() throws(DataError) -> RowCondition.Node {
    if let chain = try chain() { return chain }
    let column = try name()
    let verb = next
    position += 1
    if verb.isWord("is") { return try missing(column) }
    if verb.isWord("not") {
      let test = try set(column, verb: next)
      return .not(test)
    }
    if verb.isWord("in") || verb.isWord("between") {
      position -= 1
      return try set(column, verb: verb)
    }
    if verb.isSign("=") { return test(column, .isIn([.one(try value(after: verb))])) }
    if verb.isSign("!=") { return .not(test(column, .isIn([.one(try value(after: verb))]))) }
    guard let order = order(verb) else {
      throw error(
        verb,
        """
        \(verb.shown) follows '\(column.text)', where a comparison is needed: = != < <= > >= in \
        between is
        """)
    }
    return test(column, .compares(order, try value(after: verb)))
  }

  /// `25 <= age < 40`, or `25 <= age`; nil where no value comes first.
  private mutating func chain() throws(DataError) -> RowCondition.Node? {
    let first = next
    let isValue = first.kind == .text || (first.kind == .word && Double(first.text) != nil)
    guard isValue, let order = order(tokens[min(position + 1, tokens.count - 1)]) else {
      return nil
    }
    position += 2
    let column = try name()
    let lower = test(column, .compares(order.mirrored, word(first)))
    let sign = next
    guard let upper = self.order(sign) else { return lower }
    guard (upper == .less || upper == .atMost) == (order == .less || order == .atMost) else {
      throw error(sign, "both signs of a range point the same way, as in 25 <= age < 40")
    }
    position += 1
    return .all([lower, test(column, .compares(upper, try value(after: sign)))])
  }

  private mutating func missing(_ column: RowCondition.Word) throws(DataError) -> RowCondition.Node
  {
    let isNot = next.isWord("not")
    if isNot { position += 1 }
    guard next.isWord("missing") else {
      throw error(next, "'is' is followed by 'missing' or 'not missing'; values are compared by =")
    }
    position += 1
    let test = test(column, .isMissing)
    return isNot ? .not(test) : test
  }

  private mutating func set(
    _ column: RowCondition.Word, verb: ConditionToken
  ) throws(DataError) -> RowCondition.Node {
    position += 1
    if verb.isWord("between") {
      let low = try value(after: verb), sign = next
      guard sign.isWord("and") else {
        throw error(sign, "'between' takes two values with 'and' between them, ends included")
      }
      position += 1
      return test(column, .isIn([.range(low, try value(after: sign))]))
    }
    guard verb.isWord("in") else {
      throw error(verb, "\(verb.shown) follows 'not', where 'in' or 'between' is needed")
    }
    return test(column, .isIn(try list()))
  }

  /// `{A, B, 18..25}`, in any kind of brackets.
  private mutating func list() throws(DataError) -> [RowCondition.Values] {
    let opening = next
    let closings = ["{": "}", "(": ")", "[": "]"]
    guard opening.kind == .sign, let closing = closings[opening.text] else {
      // A range may stand alone.
      let low = try value(after: opening)
      guard next.isSign("..") else {
        throw error(opening, "'in' takes values in braces, as {A, B}, or a range, as 18..25")
      }
      return [try range(from: low)]
    }
    position += 1
    var values: [RowCondition.Values] = []
    repeat {
      if !values.isEmpty { position += 1 }
      let low = try value(after: next)
      values.append(next.isSign("..") ? try range(from: low) : .one(low))
    } while next.isSign(",")
    if [.word, .text, .name].contains(next.kind) {
      throw error(next, "commas stand between values; one with blanks stands in quotes, as \"a b\"")
    }
    try require(closing, after: opening)
    return values
  }

  private mutating func range(from low: RowCondition.Word) throws(DataError) -> RowCondition.Values
  {
    let sign = next
    position += 1
    return .range(low, try value(after: sign))
  }

  // MARK: Words

  private var next: ConditionToken { tokens[min(position, tokens.count - 1)] }

  private func order(_ token: ConditionToken) -> RowCondition.Order? {
    token.kind == .sign ? RowCondition.Order(rawValue: token.text) : nil
  }

  private func word(_ token: ConditionToken) -> RowCondition.Word {
    RowCondition.Word(text: token.text, place: token.place, isQuoted: token.kind == .text)
  }

  private func test(
    _ column: RowCondition.Word, _ question: RowCondition.Question
  ) -> RowCondition.Node { .test(RowCondition.Test(column: column, question: question)) }

  private mutating func name() throws(DataError) -> RowCondition.Word {
    let token = next
    guard token.kind == .word || token.kind == .name else {
      throw error(
        token,
        token.kind == .text
          ? "a column is needed before its value; a name with blanks or signs stands in backticks"
          : "a column is needed here, not \(token.shown)")
    }
    position += 1
    return word(token)
  }

  private mutating func value(after sign: ConditionToken) throws(DataError) -> RowCondition.Word {
    let token = next
    guard token.kind == .word || token.kind == .text else {
      throw error(
        token,
        token.kind == .name
          ? "a value is needed here: columns are compared with values, not with each other"
          : "a value is needed here, not \(token.shown); one with signs stands in quotes")
    }
    position += 1
    return word(token)
  }

  private mutating func require(_ sign: String, after opening: ConditionToken) throws(DataError) {
    guard next.isSign(sign) else {
      throw error(
        next,
        next.kind == .end
          ? "the end comes before the '\(sign)' of the '\(opening.text)' at character \(opening.place)"
          : "\(next.shown) does not fit here, where '\(sign)' or a further condition may stand")
    }
    position += 1
  }

  private func error(_ token: ConditionToken, _ reason: Phrase) -> DataError {
    RowCondition.error(text, at: token.place, reason)
  }
}
