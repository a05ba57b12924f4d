import Auditing

/// Aequitas's ratios and joint parities.
extension AuditReport {
  func aequitasBlocks(_ tables: [AequitasFinding]) -> [ReportBlock] {
    let columns = AequitasTable.Column.compared.map(\.rawValue)
    let parities = AequitasTable.Parity.allCases.map(\.rawValue)
    let rows = tables.flatMap { table in table.rows.map { (table.attribute, $0) } }
    guard !rows.isEmpty else { return [] }
    let shown = rows.prefix(Self.mostListed)
    let omission = Self.omission(shown.count, of: rows.count)
    func names(_ attribute: String, _ group: String) -> [ReportCell] {
      [Self.nameCell(attribute), Self.nameCell(group)]
    }
    let tau = tables.first?.tau ?? AequitasTable.defaultTau
    return [
      .heading("Aequitas's ratios and parities"),
      .table(
        ReportTable(
          "aequitas", caption: "Ratios to the reference group under Aequitas's names",
          columns: [.text("Attribute"), .text("Group")] + columns.map { .number($0) },
          rows: shown.map { attribute, row in
            ReportRow(
              names(attribute, row.group) + columns.map { Self.plainCell(row.disparities[$0]) })
          }, notes: omission)),
      .table(
        ReportTable(
          "aequitas-parities", caption: "Parities under Aequitas's names",
          columns: [.text("Attribute"), .text("Group")] + parities.map { .text($0) },
          rows: shown.map { attribute, row in
            ReportRow(
              names(attribute, row.group)
                + parities.map { name in
                  ReportCell(row.parities[name].map { $0 ? "within" : "outside" } ?? "–")
                })
          },
          notes: [
            "Within: every ratio of the parity lies from \(NumberText.fixed(tau, 2)) to its inverse; "
              + "a dash is not estimable."
          ] + omission)),
    ]
  }
}
