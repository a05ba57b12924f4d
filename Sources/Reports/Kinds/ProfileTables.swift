import Auditing
import Criteria
import Datasets

/// What a table holds, as tables: its columns, and its groups with their labels.
struct ProfileTables {
  let profile: TableProfile
  /// Labels by sensitive attribute; nil without groups.
  let counts: OutcomeCounts?

  init(_ profile: TableProfile) throws(CountingError) {
    self.profile = profile
    counts =
      profile.attributes.isEmpty
      ? nil
      : try OutcomeCounts(
        counting: Outcomes(attributes: profile.attributes, labels: profile.labels))
  }

  func facts(source: String) -> [ReportFact] {
    let used = profile.columns.count { $0.role != .leftOut }
    let missing = profile.columns.reduce(0) { $0 + $1.missing }
    return [
      ReportFact("Rows", NumberText.count(profile.rows), source),
      ReportFact("Columns", NumberText.count(used), "in use"),
      ReportFact(
        "Missing values", NumberText.count(missing),
        ReportCell.share(missing, of: profile.rows * used).text + " of all"),
    ]
  }

  /// - Parameter tellsKinds: adds what the columns seem to be beyond their kinds.
  func columns(tellsKinds: Bool = false) -> ReportTable {
    ReportTable(
      "columns", caption: "Every column",
      columns: [
        .text("Column"), .text("Role"), .text("Kind"), .number("Missing"),
        .number("Missing share"), .number("Distinct"), .text("Values"),
      ] + (tellsKinds ? [.text("To look at")] : []),
      rows: profile.columns.map { row($0, tellsKinds: tellsKinds) })
  }

  private func row(_ column: ColumnProfile, tellsKinds: Bool) -> ReportRow {
    var distinct = ReportCell("–")
    var missing: [ReportCell] = [.count(column.missing), .share(column.missing, of: profile.rows)]
    var kind = "number", values = "none"
    switch column.contents {
    case .numbers(let numbers):
      if let numbers {
        values =
          "\(NumberText.measured(numbers.least)) to \(NumberText.measured(numbers.most))"
        // A mean of names says nothing.
        if column.role != .identifier && !column.notes.contains(where: { $0.kind == .key }) {
          values +=
            ", mean \(NumberText.measured(numbers.mean)), "
            + "deviation \(NumberText.measured(numbers.deviation))"
        }
      }
    case .categories(let count, let frequent):
      kind = "category"
      distinct = .count(count)
      values =
        frequent.map {
          "\(DisplayText.name($0.name)) "
            + "(\(ReportCell.share($0.rows, of: profile.rows).text))"
        }.joined(separator: ", ") + (count > frequent.count ? ", …" : "")
    case .unread(let what):
      kind = what
      values = "not read"
      missing = [ReportCell("–"), ReportCell("–")]
    }
    let kinds = column.notes.map(\.kind.rawValue).joined(separator: ", ")
    return ReportRow(
      [
        ReportCell(DisplayText.visible(column.name)), ReportCell(column.role.rawValue),
        ReportCell(kind),
      ] + missing + [distinct, ReportCell(values)]
        + (tellsKinds ? [ReportCell(kinds.isEmpty ? "–" : kinds)] : []))
  }

  /// Rows and labels of every group, then of every cross of up to k attributes.
  func groups(upTo k: Int, id: String) -> [ReportTable] {
    guard let counts else { return [] }
    return ReportGroups.all(of: counts, upTo: k).enumerated().map { index, group in
      table(group, counts, id: "\(id)-\(index)")
    }
  }

  private func table(_ group: ReportGroups, _ counts: OutcomeCounts, id: String) -> ReportTable {
    let isLabelled = counts.inputs.contains(.labels)
    func row(_ name: String, _ tally: Tally, isTotal: Bool) -> ReportRow {
      var cells = [
        ReportCell(name), .count(tally.rowCount), .share(tally.rowCount, of: counts.rows),
      ]
      if isLabelled {
        cells += [
          .count(tally.rowCount(of: .positives)),
          .share(tally.rowCount(of: .positives), of: tally.rowCount),
        ]
      }
      return ReportRow(cells, isTotal: isTotal)
    }
    var rows = group.shown.map {
      row(DisplayText.visible(group.names[$0]), group.tallies[$0], isTotal: false)
    }
    rows.append(row("All", counts.overall, isTotal: true))
    let label = profile.label.map { name in
      DisplayText.visible(name) + (profile.positive.map { " = \(DisplayText.visible($0))" } ?? "")
    }
    return ReportTable(
      id, caption: "Rows by \(DisplayText.visible(group.attribute))",
      columns: [.text("Group"), .number("Rows"), .number("Share of rows")]
        + (isLabelled ? [.number(label ?? "Positive"), .number("Share positive")] : []),
      rows: rows, notes: group.omission)
  }
}
