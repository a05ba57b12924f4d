import Criteria

/// Aequitas's tables of an attribute as an audit tells them: counts and group metrics, ratios to the
/// reference group, and which of them lie within τ…1/τ (``AequitasTable``).
public struct AequitasFinding: Sendable, Equatable, Codable {
  /// Whom groups are compared with, and the band.
  public struct Options: Sendable {
    /// The audit's own; without one the largest group.
    public var reference: AuditOptions.Reference
    public var tau: Double

    public init(
      reference: AuditOptions.Reference = .none, tau: Double = AequitasTable.defaultTau
    ) {
      self.reference = reference
      self.tau = tau
    }

    /// nil where the attribute has no reference group.
    func rule(of attribute: String) -> AequitasTable.Reference? {
      switch reference {
      case .none, .largest: .largest
      case .named(let groups): groups[attribute].map { .named($0) }
      case .leastOfMetric: .leastOfMetric
      case .greatestOfMetric: .greatestOfMetric
      }
    }
  }

  /// A group. Names are those of Aequitas; what cannot be estimated is absent.
  public struct Row: Sendable, Equatable, Codable {
    public var group: String
    /// Weights of `tp`, `fp`, `tn`, `fn` and their sums.
    public var counts: [String: Double]
    public var metrics: [String: Double]
    public var disparities: [String: Double]
    public var references: [String: String]
    /// Of single metrics and of several together.
    public var parities: [String: Bool]
  }

  public var attribute: String
  public var tau: Double
  public var rows: [Row]

  private static let counted: [(name: String, set: OutcomeSet)] = [
    ("tp", .truePositive), ("fp", .falsePositive), ("tn", .trueNegative), ("fn", .falseNegative),
    ("pp", .selected), ("pn", .rejected), ("group_label_pos", .positives),
    ("group_label_neg", .negatives), ("group_size", .all),
  ]

  /// The tables of all attributes and their crosses; empty without labels and decisions.
  public static func all(
    of counts: OutcomeCounts, intersections: Int = 1, options: Options = Options()
  ) -> [AequitasFinding] {
    guard counts.inputs.isSuperset(of: [.labels, .predictions]) else { return [] }
    return Audit.choices(of: counts.attributes.count, upTo: intersections).map { choice in
      let attribute = choice.map { counts.attributes[$0] }.joined(separator: "×")
      let table = AequitasTable(counts.marginal(of: choice))
      let rule = options.rule(of: attribute)
      return AequitasFinding(
        attribute: attribute, tau: options.tau,
        rows: table.names.indices.map { row(table, $0, rule, options.tau) })
    }
  }

  private static func row(
    _ table: AequitasTable, _ group: Int, _ rule: AequitasTable.Reference?, _ tau: Double
  ) -> Row {
    var row = Row(
      group: table.names[group],
      counts: Dictionary(
        uniqueKeysWithValues: counted.map {
          ($0.name, table.tallies[group].weight(of: $0.set))
        }), metrics: [:], disparities: [:], references: [:], parities: [:])
    for column in AequitasTable.Column.allCases {
      row.metrics[column.rawValue] = table.value(column, of: group).value
    }
    guard let rule else { return row }
    for column in AequitasTable.Column.compared {
      let name = column.rawValue
      row.disparities[name] = table.disparity(column, of: group, rule).value
      row.references[name] = table.reference(column, rule).map { table.names[$0] }
      row.parities[name] = table.isWithin(column, of: group, rule, tau: tau)
    }
    for parity in AequitasTable.Parity.allCases {
      row.parities[parity.rawValue] = table.isWithin(parity, of: group, rule, tau: tau)
    }
    return row
  }

  /// Names of the counts, in the order of a table.
  public static let countNames = counted.map(\.name)
}
