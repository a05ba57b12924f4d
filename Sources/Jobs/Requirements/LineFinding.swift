import Criteria
import Essentials
import Reports

/// A measure that a pack names, as an audit has it: which side of the text's number its interval lies on, and
/// no verdict.
public struct LineFinding: Sendable, Equatable, Encodable {
  /// Where an interval lies.
  public enum Side: String, Sendable, Encodable {
    case above, below
    /// On both sides: the data do not tell.
    case both
  }

  public var pack: String
  public var clause: String
  public var term: String?
  public var basis: LegalBasis
  public var status: LegalStatus
  public var isVerified: Bool
  public var metric: String
  /// nil where the audit does not have the number.
  public var attribute: String?
  public var lowGroup: String?
  public var highGroup: String?
  public var value: Double?
  public var low: Double?
  public var high: Double?
  /// The text's number; nil where it has none.
  public var line: Double?
  /// On which side of its number the text wants the measure.
  public var bound: RuleMeasure.Bound?
  public var side: Side?
  public var message: String

  enum CodingKeys: String, CodingKey {
    case pack, clause, term, basis, status, metric, attribute, value, low, high, line, bound, side
    case message
    case isVerified = "verified"
    case lowGroup = "low_group"
    case highGroup = "high_group"
  }

  init(_ pack: String, _ rule: Rule, _ measure: RuleMeasure, _ found: AuditNumbers.Disparity?) {
    self.pack = pack
    clause = rule.clause
    term = rule.term
    basis = rule.basis
    status = rule.status
    isVerified = rule.isVerified
    metric = measure.metric
    attribute = found?.attribute
    lowGroup = found?.lowGroup
    highGroup = found?.highGroup
    value = found?.value
    low = found?.low
    high = found?.high
    line = rule.line?.value
    bound = measure.bound
    if let line, let low, let high {
      side = low > line ? .above : high < line ? .below : .both
    }
    message = ""
    message = words(rule)
  }

  private func words(_ rule: Rule) -> String {
    let source = "\(rule.clause); \(rule.standing)"
    guard let value else {
      return "\(metric): this audit does not have it (\(source))"
    }
    var text = "\(metric) of \(DisplayText.name(attribute ?? "")) is \(NumberText.fixed(value, 3))"
    if let low, let high {
      text += " [\(NumberText.fixed(low, 3)), \(NumberText.fixed(high, 3))]"
    }
    guard let line else { return text + "; the text has no number (\(source))" }
    let number = NumberText.plain(line)
    switch side {
    case .above: text += "; the interval lies above \(number)"
    case .below: text += "; the interval lies below \(number)"
    case .both: text += "; the interval lies on both sides of \(number)"
    case nil: text += "; it has no interval to hold against \(number)"
    }
    return text + " (\(source))"
  }
}

/// What checks read of an audit's document.
struct AuditNumbers: Decodable {
  struct Disparity: Decodable {
    var attribute: String
    var metric: String
    var kind: String
    var method: String
    var value: Double?
    var low: Double?
    var high: Double?
    var lowGroup: String?
    var highGroup: String?

    enum CodingKeys: String, CodingKey {
      case attribute, metric, kind, method, value, low, high
      case lowGroup = "low_group"
      case highGroup = "high_group"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      attribute = try values.decode(String.self, forKey: .attribute)
      metric = try values.decode(String.self, forKey: .metric)
      kind = try values.decode(String.self, forKey: .kind)
      method = try values.decode(String.self, forKey: .method)
      lowGroup = try values.decodeIfPresent(String.self, forKey: .lowGroup)
      highGroup = try values.decodeIfPresent(String.self, forKey: .highGroup)
      /// A document that came as an option has its numbers as texts.
      func number(_ key: CodingKeys) throws -> Double? {
        if let text = try? values.decodeIfPresent(String.self, forKey: key) { return Double(text) }
        return try values.decodeIfPresent(Double.self, forKey: key)
      }
      value = try number(.value)
      low = try number(.low)
      high = try number(.high)
    }
  }

  var disparities: [Disparity]

  /// The numbers of a measure between the groups of each attribute.
  func numbers(of measure: RuleMeasure) -> [Disparity] {
    let name = MeasureName(measure.metric)
    return disparities.filter { found in
      found.metric == name.metric && found.kind == name.kind?.rawValue
        && found.method == "between_groups"
    }
  }

  /// What packs' lines measure, in the order of the packs; withdrawn and repealed lines are left out.
  func findings(_ packs: [NamedPack]) -> [LineFinding] {
    packs.flatMap { named in
      named.pack.rules.filter { $0.isLive && $0.applies(under: named.answers) }.flatMap { rule in
        guard let measure = rule.measure else { return [LineFinding]() }
        let found = numbers(of: measure)
        return found.isEmpty
          ? [LineFinding(named.id, rule, measure, nil)]
          : found.map { LineFinding(named.id, rule, measure, $0) }
      }
    }
  }
}
