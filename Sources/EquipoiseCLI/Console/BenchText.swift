import Equipoise

/// A suite on a terminal: a table of each problem, and why cells have no numbers.
enum BenchText {
  static func text(_ document: BenchDocument) -> String {
    let problems = document.problems.map { problem in
      let cells = document.cells.filter { $0.problem == problem.name }
      return heading(problem) + "\n" + table(cells, sides: document.sides.count)
    }
    return (problems + reasons(document.cells) + [machine(document)]).joined(separator: "\n")
  }

  private static func heading(_ problem: BenchDocument.Problem) -> String {
    TextWrap.paragraph(
      "\(DisplayText.name(problem.name)): \(NumberText.counted(problem.rows, "row")) to train, "
        + "\(NumberText.count(problem.testRows)) to test; "
        + "\(NumberText.counted(problem.columns, "column")), "
        + NumberText.counted(problem.groups, "group"), indent: "  ")
  }

  private static let headers = [
    "fit s", "cpu s", "MB", "readings", "roof", "test error", "gap", "violation", "status",
  ]

  /// - Parameter sides: how many there are; a lone one is not named.
  private static func table(_ cells: [BenchCell], sides: Int) -> String {
    let names = sides > 1 ? ["method", "side"] : ["method"]
    let rows = cells.map { cell -> [String] in
      let constraint = cell.test?.constraint, isFit = cell.isSolved && !cell.isNull
      func quality(_ value: Double?) -> String { Tables.number(isFit ? value : nil, decimals: 4) }
      return (sides > 1 ? [cell.method, cell.adapter] : [cell.method]) + [
        Tables.number(cell.seconds["fit"]?.median, decimals: 3),
        Tables.number(cell.processorSeconds?.median, decimals: 3),
        cell.peakAnonymousBytes.map { Tables.number(Double($0) / 1e6, decimals: 0) } ?? "–",
        Tables.number(isFit ? cell.readings : nil, decimals: 1),
        Tables.number(cell.roof?.fraction, decimals: 2), quality(cell.test?.error),
        quality(constraint?.differenceBetweenGroups), quality(constraint?.violation),
        cell.status.rawValue,
      ]
    }
    let numbers = names.count..<names.count + headers.count - 1
    return Tables.text(names + headers, rows, alignedRight: Set(numbers))
  }

  private static func reasons(_ cells: [BenchCell]) -> [String] {
    cells.filter { $0.reason != nil }.map { cell in
      TextWrap.paragraph(
        "\(cell.method) by \(DisplayText.name(cell.adapter)) on \(DisplayText.name(cell.problem)), "
          + "\(cell.status.rawValue): \(DisplayText.visible(cell.reason ?? ""))", indent: "  ")
    }
  }

  private static func machine(_ document: BenchDocument) -> String {
    let machine = document.machine
    return TextWrap.paragraph(
      "\(machine.processor), \(NumberText.counted(machine.threads, "thread")), OpenBLAS kernels "
        + "\(machine.openblasCore), memory read at "
        + "\(NumberText.fixed(machine.gigabytesPerSecond, 1)) GB/s; other programs took "
        + "\(document.takenByOthers.map(NumberText.percent) ?? "–") of the cores. Medians of "
        + "\(document.repetitions): 'fit s' is of the fit alone, 'cpu s' and 'MB' of its process.",
      indent: "  ")
  }
}
