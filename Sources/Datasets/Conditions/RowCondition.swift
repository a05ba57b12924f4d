import Essentials

/// Which rows of a table are meant: `age < 30 & sex = F & !(race in {A, B})`.
///
/// | form | rows |
/// | --- | --- |
/// | `region = north`, `region != north` | with the value, or with any other |
/// | `age < 30`, `<=`, `>`, `>=`, `25 <= age < 40` | numbers in order, or texts in code-point order |
/// | `race in {A, B}`, `age not in {18..25, 60..99}`, `age between 25 and 40` | ends included |
/// | `income is missing`, `income is not missing` | |
/// | `&` `and`, `|` `or`, `!` `not`, `( )` | `not` binds closer than `and`, `and` closer than `or` |
///
/// A name or value with blanks or signs stands in quotes, a name in backticks. A missing value equals
/// nothing and is neither less nor greater than anything, so that a condition and its opposite
/// divide the rows. `row` is the place of a row as errors give it, where no column has that name.
public struct RowCondition: Sendable, Equatable {
  /// As it was stated.
  public let text: String
  let root: Node

  /// - Throws: an error that says at which character something is wrong.
  public init(_ text: String) throws(DataError) {
    self.text = text.trimmingBlanks
    var parser = try ConditionParser(self.text)
    root = try parser.condition()
  }

  /// What documents call the rows of a source that fulfil all of some conditions.
  public static func source(_ name: String, _ conditions: [RowCondition?]) -> String {
    let texts = conditions.compactMap { $0?.text }
    guard !texts.isEmpty else { return name }
    return "\(name) where "
      + (texts.count == 1 ? texts[0] : texts.map { "(\($0))" }.joined(separator: " & "))
  }

  /// The columns that are named, each once, in their order.
  public var columns: [String] {
    var seen = Set<String>()
    return tests.map(\.column.text).filter { seen.insert($0).inserted }
  }

  indirect enum Node: Sendable, Equatable {
    case all([Node])
    case any([Node])
    case not(Node)
    case test(Test)
  }

  /// What is asked of one column.
  struct Test: Sendable, Equatable {
    var column: Word
    var question: Question
  }

  enum Question: Sendable, Equatable {
    case isMissing
    case isIn([Values])
    case compares(Order, Word)
  }

  enum Values: Sendable, Equatable {
    case one(Word)
    /// Both ends are included.
    case range(Word, Word)
  }

  enum Order: String, Sendable {
    case less = "<"
    case atMost = "<="
    case more = ">"
    case atLeast = ">="

    func holds<Value: Comparable>(_ value: Value, _ bound: Value) -> Bool {
      switch self {
      case .less: value < bound
      case .atMost: value <= bound
      case .more: value > bound
      case .atLeast: value >= bound
      }
    }

    /// The same seen from the other side: 25 < age is age > 25.
    var mirrored: Order {
      switch self {
      case .less: .more
      case .atMost: .atLeast
      case .more: .less
      case .atLeast: .atMost
      }
    }
  }

  /// A name or a value, and the character of the condition at which it stands, counted from 1.
  struct Word: Sendable, Equatable {
    var text: String
    var place: Int
    /// In quotes it is a text, whatever it looks like.
    var isQuoted = false

    var number: Double? {
      guard let value = NumberText.number(text) ?? Double(KnownValues.key(text)) else { return nil }
      return value.isFinite ? value : nil
    }
  }

  /// Every question, in the order of the text.
  var tests: [Test] { Self.tests(of: root) }

  private static func tests(of node: Node) -> [Test] {
    switch node {
    case .all(let parts), .any(let parts): parts.flatMap(tests)
    case .not(let part): tests(of: part)
    case .test(let test): [test]
    }
  }
}

extension RowCondition {
  /// What the option is called in every door.
  static let option = "where"

  /// What is wrong with a condition, and where in it.
  func error(at word: Word, _ reason: Phrase) -> DataError {
    Self.error(text, at: word.place, reason)
  }

  static func error(_ text: String, at place: Int, _ reason: Phrase) -> DataError {
    .option(option, value: text, "at character \(place): \(reason)")
  }
}
