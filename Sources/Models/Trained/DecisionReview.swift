import Essentials

/// What decisions come to, group by group: by which rule, how many are drawn by lot, and who is
/// decided otherwise than by the base scores at the usual threshold.
public struct DecisionReview: Sendable, Equatable, Codable {
  /// The rows of a group, or of all.
  ///
  /// Counts are whole where every decision was made; of decisions that are still to be drawn they
  /// are expectations.
  public struct Group: Sendable, Equatable, Codable {
    /// nil for all rows.
    public var attribute: String?
    public var value: String?
    /// Who is selected, as `≥ 0.3551`; nil where groups have rules of their own.
    public var rule: String?
    public var rows: Int
    /// Rows whose decision is drawn by lot.
    public var drawn: Int
    public var selected: Double
    /// Rows that the base scores select at the usual threshold; nil where there are none.
    public var before: Double?
    /// Rows that are selected and were not before, and those that are no longer.
    public var gained: Double?
    public var lost: Double?
    /// Of those the rows with the positive label; nil without labels.
    public var gainedPositives: Double?
    public var lostPositives: Double?

    public init(attribute: String? = nil, value: String? = nil, rule: String?) {
      self.attribute = attribute
      self.value = value
      self.rule = rule
      rows = 0
      drawn = 0
      selected = 0
    }

    enum CodingKeys: String, CodingKey {
      case attribute, value, rule, rows, drawn, selected, before, gained, lost
      case gainedPositives = "gained_positives"
      case lostPositives = "lost_positives"
    }

    /// The share of the rows whose decision is drawn by lot.
    public var drawnShare: Double { rows > 0 ? Double(drawn) / Double(rows) : 0 }
  }

  /// What a rule cuts.
  public enum Scale: String, Sendable, Codable {
    /// Of the positive label, as the base model gives it.
    case probability
    /// Any numbers, as a file has them.
    case score
  }

  public var scale: Scale
  public var all: Group
  /// The groups that the rule tells apart; else those of each sensitive attribute.
  public var groups: [Group]

  public init(on scale: Scale, all: Group, groups: [Group]) {
    self.scale = scale
    self.all = all
    self.groups = groups
  }

  /// What stands before a rule, as `≥ 0.3551`.
  public static func condition(_ scale: Scale?) -> String {
    "where the \((scale ?? .score).rawValue) is"
  }

  /// Whether groups have rules of their own.
  public var dependsOnGroup: Bool { all.rule == nil }

  /// Whether decisions are anything but the scores at one threshold.
  public var isPlain: Bool {
    !dependsOnGroup && all.drawn == 0 && all.gained ?? 0 == 0 && all.lost ?? 0 == 0
  }

  /// The decisions of rows, as a review counts them.
  public struct Rows {
    /// The chance of a positive decision of each row, shape `(n)`, or the decisions made.
    public var decided: [Double]
    /// Rows whose decision is drawn.
    public var isDrawn: (Int) -> Bool
    /// The decisions of the base scores at the usual threshold.
    public var before: [UInt8]?
    /// 0 or 1.
    public var label: ((Int) -> UInt8)?

    public init(
      decided: [Double], isDrawn: @escaping (Int) -> Bool, before: [UInt8]?,
      label: ((Int) -> UInt8)?
    ) {
      self.decided = decided
      self.isDrawn = isDrawn
      self.before = before
      self.label = label
    }
  }
}

extension DecisionReview.Group {
  /// Counts a row in.
  public mutating func count(_ row: Int, of rows: DecisionReview.Rows) {
    let chance = rows.decided[row]
    self.rows += 1
    if rows.isDrawn(row) { drawn += 1 }
    selected += chance
    guard let before = rows.before else { return }
    let was = Double(before[row])
    self.before = (self.before ?? 0) + was
    gained = (gained ?? 0) + chance * (1 - was)
    lost = (lost ?? 0) + (1 - chance) * was
    guard let label = rows.label else { return }
    let positive = label(row) == 1 ? 1.0 : 0
    gainedPositives = (gainedPositives ?? 0) + positive * chance * (1 - was)
    lostPositives = (lostPositives ?? 0) + positive * (1 - chance) * was
  }
}

extension DecisionReview {
  /// A chance this close to 0 or 1 is one of them: weights that add up to 1 do so in rounding.
  private static let certainty = 1e-9

  public static func isDrawn(_ chance: Double) -> Bool {
    chance > certainty && chance < 1 - certainty
  }

  /// A threshold with as many digits as tell it from its neighbours in a table.
  public static func text(threshold: Double) -> String {
    let text = threshold.fixed(shownDecimals)
    guard text.contains(".") else { return text }
    guard threshold == 0 || abs(threshold) >= leastShown else { return threshold.brief() }
    let trimmed = text.reversed().drop { $0 == "0" }.reversed()
    return String(trimmed.last == "." ? trimmed.dropLast() : trimmed[...])
  }

  private static let shownDecimals = 6
  /// A smaller one has too few of these decimals.
  private static let leastShown = 1e-3

  /// One sentence for people: whether decisions depend on the group, and how many are drawn.
  public var sentences: [String] {
    var sentences: [String] = []
    if dependsOnGroup { sentences.append("Decisions depend on the group.") }
    if all.drawn > 0 {
      sentences.append(
        "\((100 * all.drawnShare).fixed(1))% of the decisions are drawn by lot (\(all.drawn.grouped) of "
          + "\(all.rows.grouped)).")
    }
    if let gained = all.gained, let lost = all.lost, gained + lost > 0 {
      sentences.append(
        "Compared with the base scores at a threshold of 0.5, \(Self.rows(gained)) newly selected"
          + "\(counts(\.gained)), and \(Self.rows(lost)) selected no longer\(counts(\.lost)).")
    }
    return sentences
  }

  /// ` (female 21, male 3)` where groups have rules of their own; nothing where none is counted.
  private func counts(_ count: KeyPath<Group, Double?>) -> String {
    guard dependsOnGroup else { return "" }
    let counted = groups.filter { $0[keyPath: count] ?? 0 > 0 }
      .sorted { $0[keyPath: count]! > $1[keyPath: count]! }
    guard !counted.isEmpty, counted.count <= Self.mostCounted else { return "" }
    let named = counted.map { "\($0.value ?? "") \(Self.persons($0[keyPath: count]!))" }
    return " (\(named.joined(separator: ", ")))"
  }

  /// Groups that are named in a sentence.
  private static let mostCounted = 4

  /// A count, with one decimal where it is an expectation.
  public static func persons(_ count: Double) -> String {
    let rounded = (count * 10).rounded() / 10
    let whole = Int(rounded.rounded(.down))
    return rounded == rounded.rounded()
      ? whole.grouped : whole.grouped + rounded.fixed(1).suffix(2)
  }

  /// `1 row is`, `11 rows are`
  private static func rows(_ count: Double) -> String {
    let text = persons(count)
    return text + (text == "1" ? " row is" : " rows are")
  }
}

extension DecisionReview {
  /// Adds the review of other rows by the same rules. A group that these alone have comes behind the
  /// others of its attribute.
  public mutating func add(_ other: DecisionReview) {
    all.add(other.all)
    for group in other.groups {
      let known = groups.firstIndex {
        $0.attribute == group.attribute && $0.value == group.value
      }
      if let known {
        groups[known].add(group)
      } else {
        let last = groups.lastIndex { $0.attribute == group.attribute }
        groups.insert(group, at: last.map { $0 + 1 } ?? groups.count)
      }
    }
  }

  /// The same with the groups of attributes in another order; itself where there are other groups.
  public func ordered(by attributes: [(name: String, groups: [String])]) -> DecisionReview {
    let order = attributes.flatMap { attribute in attribute.groups.map { [attribute.name, $0] } }
    let place = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
    let places = groups.map { place[[$0.attribute ?? "", $0.value ?? ""]] }
    guard !places.contains(nil) else { return self }
    var review = self
    review.groups = zip(places, groups).sorted { $0.0! < $1.0! }.map(\.1)
    return review
  }
}

extension DecisionReview.Group {
  fileprivate mutating func add(_ other: Self) {
    rows += other.rows
    drawn += other.drawn
    selected += other.selected
    for path in [\Self.before, \.gained, \.lost, \.gainedPositives, \.lostPositives] {
      guard let more = other[keyPath: path] else { continue }
      self[keyPath: path] = (self[keyPath: path] ?? 0) + more
    }
  }
}
