import Datasets
import Essentials
import RowSums

/// What a site lets leave of its rows: the columns that may be used and what may be known of them, the
/// fewest rows behind an answer, and the questions that are answered.
///
/// What is public of a column stands here, and not in the rows: an answer tells the levels and the
/// bounds of the policy, whatever the rows have.
public struct SitePolicy: Codable, Sendable, Equatable {
  /// What is public of a column.
  public struct Column: Codable, Sendable, Equatable {
    /// Of a column of texts, of a sensitive one and of the label: all values that there may be.
    public var levels: [String]?
    /// Of a column of numbers: no value lies outside.
    public var smallest: Double?
    public var largest: Double?

    public init(levels: [String]? = nil, smallest: Double? = nil, largest: Double? = nil) {
      self.levels = levels
      self.smallest = smallest
      self.largest = largest
    }

    var bounds: ClosedRange<Double>? {
      guard let smallest, let largest, smallest <= largest, smallest.isFinite, largest.isFinite
      else { return nil }
      return smallest...largest
    }
  }

  /// A site of fewer rows answers nothing.
  public var leastRows = 100
  /// No level and no combination of groups and label may have fewer rows, but for none.
  public var leastCell = 11
  /// Sums of products of columns need this many rows a column: those of fewer tell of single rows.
  public var rowsPerColumn = 10
  /// How many requests are answered.
  public var mostRounds = 200
  /// The column that may be weights, which is no feature; nil: rows have none.
  public var weights: String?
  /// No weight is larger.
  public var largestWeight: Double?
  /// The questions that are answered, by the words for them.
  public var questions = Self.usualQuestions
  public var columns: [String: Column] = [:]

  public init() {}

  /// All but samples of rows, and largest values that bounds do not stand for.
  public static let usualQuestions = [
    "survey", "open", "moments", "pack", "cells", "sizes", "scores", "gram", "diagonal", "product",
    "cell-moments", "scan", "positives", "histograms", "class-grams", "level-curvatures", "squares",
  ]
  private static let knownQuestions = usualQuestions + ["margins", "level-labels"]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case leastRows = "least_rows"
    case leastCell = "least_cell"
    case rowsPerColumn = "rows_per_column"
    case mostRounds = "most_rounds"
    case largestWeight = "largest_weight"
    case questions, columns, weights
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    leastRows = try values.decodeIfPresent(Int.self, forKey: .leastRows) ?? leastRows
    leastCell = try values.decodeIfPresent(Int.self, forKey: .leastCell) ?? leastCell
    rowsPerColumn = try values.decodeIfPresent(Int.self, forKey: .rowsPerColumn) ?? rowsPerColumn
    mostRounds = try values.decodeIfPresent(Int.self, forKey: .mostRounds) ?? mostRounds
    weights = try values.decodeIfPresent(String.self, forKey: .weights)
    largestWeight = try values.decodeIfPresent(Double.self, forKey: .largestWeight)
    questions = try values.decodeIfPresent([String].self, forKey: .questions) ?? questions
    columns = try values.decode([String: Column].self, forKey: .columns)
  }

  /// Reads a policy.
  ///
  /// - Parameter json: an object with `columns`, and any of the other keys.
  public init(json: String) throws(RoundFault) {
    let policy: SitePolicy
    do {
      let keys: [String: AnyKey] = try CanonicalJSON.value(from: json.utf8)
      let known = CodingKeys.allCases.map(\.rawValue)
      if let key = keys.keys.sorted().first(where: { !known.contains($0) }) {
        throw RoundFault("a policy has no '\(key)', but \(known.joined(separator: ", "))")
      }
      policy = try CanonicalJSON.value(from: json.utf8)
    } catch let fault as RoundFault { throw fault } catch {
      throw RoundFault("this is no policy: \(error)")
    }
    self = policy
    try check()
  }

  /// A value of any kind, which is not looked at.
  private struct AnyKey: Decodable { init(from decoder: any Decoder) throws {} }

  private func check() throws(RoundFault) {
    let numbers = [
      (CodingKeys.leastRows, leastRows, 1), (.leastCell, leastCell, 1),
      (.rowsPerColumn, rowsPerColumn, 0), (.mostRounds, mostRounds, 1),
    ]
    if let bad = numbers.first(where: { $0.1 < $0.2 }) {
      throw RoundFault("\(bad.0.rawValue) is \(bad.1): at least \(bad.2) is needed")
    }
    guard (weights == nil) == (largestWeight == nil) else {
      throw RoundFault("weights and largest_weight need each other")
    }
    if let weight = largestWeight, !(weight > 0 && weight.isFinite) {
      throw RoundFault("largest_weight is \(weight): a number above 0 is needed")
    }
    if let question = questions.first(where: { !Self.knownQuestions.contains($0) }) {
      throw RoundFault(
        "no question is called '\(question)', but \(Self.knownQuestions.joined(separator: ", "))")
    }
    for (name, column) in columns.sorted(by: { $0.key < $1.key }) {
      guard (column.levels != nil) != (column.bounds != nil) else {
        throw RoundFault(
          "column '\(name)' needs levels, or a smallest and a largest value, and not both")
      }
    }
  }
}
