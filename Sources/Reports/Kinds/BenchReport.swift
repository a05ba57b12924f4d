/// A suite as a document: how fast and how well each side solved each problem, failures included.
public struct BenchReport {
  let suite: BenchDocument
  let command: String?

  /// - Parameter command: what makes the document again.
  public init(_ suite: BenchDocument, command: String?) {
    self.suite = suite
    self.command = command
  }

  public func document() -> ReportDocument {
    let fits = suite.fits
    return ReportDocument(
      kind: "bench", title: "Methods and sides on a suite of problems",
      subtitle: "\(suite.machine.processor) · equipoise \(suite.version)",
      facts: [
        ReportFact("Problems", NumberText.count(suite.problems.count)),
        ReportFact(
          "Fits", NumberText.count(fits.count),
          NumberText.counted(suite.repetitions, "process", "processes") + " each"),
        ReportFact(
          "Ended well", NumberText.count(fits.count { $0.status == .ok }),
          "\(NumberText.count(fits.count { !$0.isSolved })) without a model"),
        ReportFact(
          "Taken by others", suite.takenByOthers.map(NumberText.percent) ?? "–",
          suite.wasBusy ? "seconds are too long" : "of the cores"),
      ],
      sections: [speed, quality, problems, machine])
  }

  private var speed: ReportSection {
    var blocks: [ReportBlock] = [
      .text(
        "Each fit ran in a process of its own, all cells in turns; seconds are medians. The null "
          + "cells load, predict and fit nothing: they are what a side costs besides its fits.")
    ]
    if suite.profiles.count > 1 { blocks.append(.figures([profile])) }
    blocks.append(.table(speedTable))
    return ReportSection("speed", "Speed and memory", blocks)
  }

  private var profile: ReportFigure {
    let what = suite.sides.count == 1 ? "method" : "side"
    return ProfilePlot(
      id: "profile", title: "Performance profile",
      description: "For each \(what) the share of problems that it solved within a factor of the "
        + "fastest; a fit that did not end well counts as never solved (Dolan and Moré, 2002).",
      profiles: suite.profiles
    ).figure()
  }

  private static func seconds(_ value: Double?) -> ReportCell {
    .number(value) { NumberText.fixed($0, 3) }
  }

  private var speedTable: ReportTable {
    ReportTable(
      "speed-table", caption: "What each cell took",
      columns: [.text("Problem"), .text("Method"), .text("Side")]
        + ["Load, s", "Fit, s", "Process, s", "Processor, s", "Own memory, MB", "Readings", "Roof"]
        .map { .number($0) } + [.text("Status")],
      rows: suite.cells.map { cell in
        let fit = cell.seconds["fit"]
        return ReportRow([
          ReportCell(DisplayText.visible(cell.problem)), ReportCell(cell.method),
          ReportCell(DisplayText.visible(cell.adapter)), Self.seconds(cell.seconds["load"]?.median),
          fit.map { .estimated($0.median, $0.least, $0.most) { NumberText.fixed($0, 3) } }
            ?? ReportCell("–"),
          Self.seconds(cell.seconds["process"]?.median),
          Self.seconds(cell.processorSeconds?.median),
          .number(cell.peakAnonymousBytes.map { Double($0) / 1e6 }) { NumberText.fixed($0, 0) },
          .number(cell.readings) { NumberText.fixed($0, 1) },
          .number(cell.roof?.fraction) { NumberText.fixed($0, 2) },
          ReportCell(cell.status.rawValue),
        ])
      },
      notes: [
        "In brackets the least and the most of the repetitions. Roof: what the readings of the "
          + "features would take at the speed of memory, over the fit's time; above 1 where features "
          + "stay in a cache."
      ] + reasons)
  }

  private var reasons: [String] {
    suite.cells.compactMap { cell in
      cell.reason.map {
        "\(cell.method) by \(DisplayText.name(cell.adapter)) on \(DisplayText.name(cell.problem)), "
          + "\(cell.status.rawValue): \(DisplayText.visible($0))."
      }
    }
  }

  private var quality: ReportSection {
    func cells(_ quality: BenchCell.Quality?) -> [ReportCell] {
      [
        quality?.error, quality?.constraint?.differenceBetweenGroups,
        quality?.constraint?.violation,
      ].map { .number($0) { NumberText.fixed($0, 4) } }
    }
    let criterion = suite.cells.first?.criterion ?? ""
    let table = ReportTable(
      "quality-table", caption: "Error and \(criterion.replacing("_", with: " "))",
      columns: [.text("Problem"), .text("Method"), .text("Side")]
        + [
          "Test error", "Test gap", "Test violation", "Error", "Gap", "Violation", "Proved within",
        ]
        .map { .number($0) },
      rows: suite.fits.filter(\.isSolved).map { cell in
        ReportRow(
          [
            ReportCell(DisplayText.visible(cell.problem)), ReportCell(cell.method),
            ReportCell(DisplayText.visible(cell.adapter)),
          ] + cells(cell.test) + cells(cell.train)
            + [.number(cell.certificate?.boundOnSuboptimality, NumberText.small)])
      },
      notes: [
        "Measured here from the decisions of every row, in expectation where they are drawn; without "
          + "a mark of the training rows. Violation: by how much a group's rate is farther from that "
          + "of all rows than the bound of \(NumberText.plain(suite.cells.first?.bound ?? 0)) allows; "
          + "not above 0 where all are within."
      ])
    return ReportSection("quality", "Quality", [.table(table)])
  }

  /// Of a digest in a table; the document has all.
  private static let shownDigits = 16

  private var problems: ReportSection {
    let table = ReportTable(
      "problems-table", caption: "The rows",
      columns: [.text("Problem")]
        + ["Rows to train", "Rows to test", "Columns", "Of numbers", "Categorical", "Groups"]
        .map { .number($0) } + [.text("SHA-256 of the arrays")],
      rows: suite.problems.map { problem in
        let counts = [
          problem.rows, problem.testRows, problem.columns, problem.dense, problem.levels.count,
          problem.groups,
        ]
        return ReportRow(
          [ReportCell(DisplayText.visible(problem.name))] + counts.map { .count($0) }
            + [ReportCell(String(problem.digest.prefix(Self.shownDigits)))])
      },
      notes: ["Columns: levels counted one by one."])
    return ReportSection("problems", "Problems", [.table(table)])
  }

  private var machine: ReportSection {
    let machine = suite.machine
    let sides = suite.sides.map { side in
      let told = suite.cells.first { $0.adapter == side && $0.version != nil }
      return ReportDefinition(
        DisplayText.name(side),
        [told?.version, told?.core].compactMap(\.self).joined(separator: ", "))
    }
    return ReportSection(
      "machine", "Machine and sides",
      (command.map { [.text("Measured with:"), .code($0)] } ?? []) + [
        .definitions(
          [
            ReportDefinition("Processor", machine.processor),
            ReportDefinition("Threads", NumberText.count(machine.threads)),
            ReportDefinition(
              "Reading memory", NumberText.fixed(machine.gigabytesPerSecond, 1) + " GB/s"),
            ReportDefinition(
              "Multiplying matrices", NumberText.fixed(machine.gigaflops, 0) + " GFLOP/s"),
          ] + sides)
      ])
  }
}
