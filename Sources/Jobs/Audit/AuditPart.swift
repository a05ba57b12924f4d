import Auditing

/// A part of an audit as a table, whose columns are in the order in which they are read.
enum AuditPart: String, CaseIterable {
  case overall
  case groups
  case disparities
  case indices
  case aequitas
  case gates

  func table(of result: AuditResult, _ gates: [GateFinding]) -> JobTable {
    switch self {
    case .overall: Self.estimates(result.overall)
    case .indices: Self.estimates(result.indices)
    case .groups: Self.groups(result)
    case .disparities: Self.disparities(result)
    case .gates: Self.gates(gates)
    case .aequitas: Self.aequitas(result.findings?.aequitas ?? [])
    }
  }

  private struct Row {
    var attribute: String?
    var group: String?
    var metric: String
    var rows: Int
    var weight: Double
    var estimate: Estimate
  }

  private static func rows(
    _ metrics: [String: Estimate], attribute: String? = nil, group: String? = nil, rows: Int = 0,
    weight: Double = 0
  ) -> [Row] {
    metrics.sorted { $0.key < $1.key }.map { metric, estimate in
      Row(
        attribute: attribute, group: group, metric: metric, rows: rows, weight: weight,
        estimate: estimate)
    }
  }

  private static func estimates(_ metrics: [String: Estimate]) -> JobTable {
    JobTable(
      rows(metrics),
      [
        "metric": .text(\.metric), "value": .number(\.estimate.value),
        "low": .number(\.estimate.low), "high": .number(\.estimate.high),
        "interval": .text(\.estimate.interval), "status": .text(\.estimate.status.rawValue),
        "reason": .text(\.estimate.reason),
      ])
  }

  private static func groups(_ result: AuditResult) -> JobTable {
    JobTable(
      result.groups.flatMap { group in
        rows(
          group.metrics, attribute: group.attribute, group: group.value, rows: group.rows,
          weight: group.weight)
      },
      [
        "attribute": .text(\.attribute), "group": .text(\.group), "metric": .text(\.metric),
        "value": .number(\.estimate.value), "low": .number(\.estimate.low),
        "high": .number(\.estimate.high), "rows": .whole(\.rows), "weight": .number(\.weight),
        "interval": .text(\.estimate.interval), "status": .text(\.estimate.status.rawValue),
        "reason": .text(\.estimate.reason),
      ])
  }

  /// One row a group, under Aequitas's names of columns.
  private static func aequitas(_ found: [AequitasFinding]) -> JobTable {
    let rows = found.flatMap { table in table.rows.map { (table.attribute, $0) } }
    func numbers(
      _ names: [String], _ suffix: String,
      _ part: KeyPath<AequitasFinding.Row, [String: Double]>
    ) -> [(name: String, values: JobTable.Column)] {
      names.map { name in
        (name + suffix, .numbers(rows.map { $0.1[keyPath: part][name] ?? .nan }))
      }
    }
    let compared = AequitasTable.Column.compared.map(\.rawValue)
    let parities = compared + AequitasTable.Parity.allCases.map(\.rawValue)
    return JobTable(
      columns: [
        ("attribute_name", .texts(rows.map(\.0))), ("attribute_value", .texts(rows.map(\.1.group))),
      ] + numbers(AequitasFinding.countNames, "", \.counts)
        + numbers(AequitasTable.Column.allCases.map(\.rawValue), "", \.metrics)
        + numbers(compared, "_disparity", \.disparities)
        + compared.map { name in
          (name + "_ref_group_value", .texts(rows.map { $0.1.references[name] }))
        }
        + parities.map { name in
          let title = compared.contains(name) ? name + "_parity" : name
          return (title, .texts(rows.map { row in row.1.parities[name].map { "\($0)" } }))
        })
  }

  private static func gates(_ found: [GateFinding]) -> JobTable {
    JobTable(
      found,
      [
        "condition": .text(\.condition), "attribute": .text(\.attribute),
        "low_group": .text(\.lowGroup), "high_group": .text(\.highGroup),
        "value": .number(\.value), "low": .number(\.low), "high": .number(\.high),
        "limit": .number(\.limit), "exceeded": .text { $0.isExceeded ? "true" : "false" },
        "reason": .text(\.reason), "message": .text(\.message),
      ])
  }

  private static func disparities(_ result: AuditResult) -> JobTable {
    JobTable(
      result.disparities,
      [
        "attribute": .text(\.attribute), "metric": .text(\.metric), "kind": .text(\.kind.rawValue),
        "method": .text(\.method.rawValue), "group": .text(\.group),
        "reference": .text(\.reference), "low_group": .text(\.lowGroup),
        "high_group": .text(\.highGroup), "value": .number(\.value), "low": .number(\.low),
        "high": .number(\.high), "p_value": .number(\.pValue),
        "adjusted_p": .number(\.adjustedP), "test": .text(\.test), "tau": .text(\.tau),
        "groups": .whole(\.groups), "of": .whole(\.of), "interval": .text(\.interval),
        "reason": .text(\.reason),
      ])
  }
}
