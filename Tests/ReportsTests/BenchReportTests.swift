import LinearAlgebra
import Reports
import Testing

@Suite struct BenchReportTests {
  private func cell(
    _ problem: String, _ method: String, _ adapter: String, _ seconds: Double?,
    _ status: BenchCell.Status = .ok
  ) -> BenchCell {
    var cell = BenchCell(
      problem: problem, method: method, options: [:], criterion: "demographic_parity", bound: 0.01,
      adapter: adapter, status: status, reason: status == .ok ? nil : "because")
    cell.seconds["process"] = BenchCell.Spread([1])
    if let seconds { cell.seconds["fit"] = BenchCell.Spread([seconds]) }
    return cell
  }

  private func suite(_ cells: [BenchCell]) -> BenchDocument {
    let problem = BenchDocument.Problem(
      name: "a", digest: String(repeating: "0", count: 64), rows: 70, testRows: 30, columns: 9,
      dense: 4, levels: [5], groups: 2, isWeighted: false, bytesAReading: 1_260)
    return BenchDocument(
      version: "0", machine: MachineInfo.measured(pool: WorkerPool(threads: 1)), seed: 0,
      repetitions: 1, budget: 1, takenByOthers: 0.25, problems: [problem], cells: cells)
  }

  @Test func mediansAndTheRoof() {
    #expect(BenchCell.Spread([3, 1, 2, 10])?.median == 2.5)
    #expect(BenchCell.Spread([3, 1, 2])?.median == 2)
    #expect(BenchCell.Spread([]) == nil)
    let roof = BenchCell.Roof(readings: 4, bytes: 1_000_000, gigabytesPerSecond: 10, fit: 0.001)
    #expect(abs((roof?.seconds ?? 0) - 4e-4) < 1e-12 && abs((roof?.fraction ?? 0) - 0.4) < 1e-9)
    #expect(BenchCell.Roof(readings: nil, bytes: 1, gigabytesPerSecond: 10, fit: 1) == nil)
  }

  /// A cell that was not solved counts against its side, one that was refused does not.
  @Test func profilesCountFailures() {
    let profiles = suite([
      cell("a", "null", "x", nil), cell("a", "m", "x", 1), cell("a", "m", "y", 3),
      cell("b", "m", "x", nil, .timeout), cell("b", "m", "y", 2),
      cell("b", "n", "x", 5), cell("b", "n", "y", nil, .refused),
    ]).profiles
    #expect(profiles.map(\.name) == ["x", "y"])
    #expect(profiles[0].ratios == [1, nil, 1] && profiles[1].ratios == [3, 1])
    #expect(abs(profiles[0].share(within: 1) - 2.0 / 3) < 1e-12)
    #expect(profiles[1].share(within: 2.9) == 0.5 && profiles[1].share(within: 3) == 1)
    let alone = suite([cell("a", "m", "x", 1), cell("a", "n", "x", 4)]).profiles
    #expect(alone.map(\.name) == ["m", "n"] && alone[1].ratios == [4])
  }

  @Test func thePageShowsEveryCellAndWhyItFailed() throws {
    let document = suite([
      cell("a", "null", "x", nil), cell("a", "m", "x", 1), cell("a", "n", "x", nil, .outOfMemory),
    ])
    #expect(document.wasBusy)
    let page = BenchReport(document, command: "run it").document()
    #expect(page.tables.first?.rows.count == 3 && page.figures.count == 1)
    let text = try page.rendered(as: .html)
    for word in ["out_of_memory: because", "run it", "seconds are too long", "Dolan"] {
      #expect(text.contains(word), "\(word)")
    }
  }
}
