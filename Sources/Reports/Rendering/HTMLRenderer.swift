import Auditing

/// A document as one HTML page that opens from a disk: styles and pictures are inside, there is no
/// script, and the page's own policy forbids every request.
enum HTMLRenderer {
  /// Tables with more rows are closed until they are asked for; they print open.
  static let longestOpenTable = 60

  static func render(_ document: ReportDocument) throws -> String {
    let context: [String: Any] = [
      "title": document.title, "subtitle": document.subtitle, "kind": kindName(document.kind),
      "style": HTMLStyle.sheet, "hasFacts": !document.facts.isEmpty,
      "facts": document.facts.map { fact in
        ["label": fact.label, "value": fact.value, "detail": fact.detail] as [String: Any]
      },
      "sections": document.sections.map(section), "footer": footer,
    ]
    guard let page = HTMLTemplates.library.render(context, withTemplate: "page") else {
      preconditionFailure("there is a template for the page")
    }
    return page
  }

  private static let footer =
    "Measured values with their uncertainty. What they mean for a decision is for people to judge."

  private static func kindName(_ kind: String) -> String {
    [
      "audit": "Audit report", "compare": "Comparison", "frontier": "Frontier",
      "ll144": "NYC Local Law 144", "four-fifths": "Selection rates", "model-card": "Model card",
      "datasheet": "Datasheet", "pipeline": "Pipeline",
    ][kind] ?? kind
  }

  private static func section(_ section: ReportSection) -> [String: Any] {
    ["id": section.id, "title": section.title, "blocks": section.blocks.map(block)]
  }

  /// All kinds of block but one are absent, so that nothing shows through from the page.
  private static func block(_ block: ReportBlock) -> [String: Any] {
    var context: [String: Any] = [:]
    for kind in [
      "heading", "text", "note", "list", "definitions", "blanks", "table", "figures", "code",
    ] { context[kind] = false }
    switch block {
    case .heading(let text): context["heading"] = text
    case .text(let text): context["text"] = text
    case .note(let text): context["note"] = text
    case .list(let items): context["list"] = ["items": items]
    case .definitions(let items):
      context["definitions"] = [
        "items": items.map { ["term": $0.term, "text": $0.text] as [String: Any] }
      ]
    case .blanks(let labels): context["blanks"] = ["items": labels]
    case .table(let table): context["table"] = self.table(table)
    case .figures(let figures): context["figures"] = ["items": figures.map(figure)]
    case .code(let text): context["code"] = text
    }
    return context
  }

  private static func figure(_ figure: ReportFigure) -> [String: Any] {
    [
      "id": figure.id, "title": figure.title, "description": figure.description,
      "svg": figure.svg,
    ]
  }

  private static func table(_ table: ReportTable) -> [String: Any] {
    [
      "id": table.id, "caption": table.caption, "notes": table.notes,
      "isLong": table.rows.count > longestOpenTable, "rowCount": table.rows.count,
      "columns": table.columns.map { column in
        ["title": column.title, "isNumeric": column.isNumeric] as [String: Any]
      },
      "rows": table.rows.map { row in
        [
          "isTotal": row.isTotal,
          "cells": zip(table.columns, row.cells).enumerated().map { index, pair in
            HTMLCell.text(pair.1, isHead: index == 0, isNumeric: pair.0.isNumeric)
          }.joined(),
        ] as [String: Any]
      },
    ]
  }
}
