import ArgumentParser
import Equipoise

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Metrics by group of arrays in memory: this side of audit-side-by-side.py.",
    discussion: """
      The folder has group.npy and, of one byte, label.npy and prediction.npy, and score.npy. With
      --attributes the crosses of up to three of that many random attributes are counted, too.
      """)

  @Argument(help: "Folder of the case.") var folder: String
  @Option(help: "Times each measurement runs; the median counts.") var repetitions = 9
  @Option(
    parsing: .upToNextOption, help: "Levels of attributes whose crosses are counted.")
  var attributes: [Int] = [2, 5, 7, 10, 6]
  @OptionGroup var arguments: MeasureArguments

  private struct Row: Encodable {
    var name: String
    var seconds: Double
    /// How far the peak of the process rose above what held the arrays.
    var memory_megabytes: Double
  }

  func run() throws {
    let files = try CaseFolder(folder)
    let codes = try files.array("group", as: UInt16.self).numbers
    let labels = try files.array("label", as: UInt8.self).numbers
    let predictions = try files.array("prediction", as: UInt8.self).numbers
    let scores = try files.array("score", as: Double.self).numbers
    let count = Int(largestCode(of: codes) ?? 0) + 1
    let group = GroupIndex(attribute: "group", codes: codes, names: (0..<count).map { "\($0)" })
    let decided = Outcomes(attributes: [group], labels: labels, predictions: predictions)
    let scored = Outcomes(attributes: [group], labels: labels, scores: scores)
    let pool = arguments.pool
    try measure("all rates by group") {
      let frame = MetricFrame(try OutcomeCounts(counting: decided, pool: pool))
      for metric in frame.metrics { _ = (frame.difference(metric), frame.ratio(metric)) }
    }
    let many = Outcomes(
      attributes: attributes.enumerated().map { random($0, levels: $1, rows: codes.count) },
      labels: labels,
      predictions: predictions)
    try measure("all crosses of up to 3 of \(attributes.count) attributes") {
      let counts = try OutcomeCounts(counting: many, pool: pool)
      for chosen in choices(attributes.count) { _ = counts.marginal(of: chosen) }
    }
    try measure("audit with intervals, tests and indices") {
      _ = try Audit().run(decided, pool: pool)
    }
    try measure("audit with exact scores") { _ = try Audit().run(scored, pool: pool) }
    try measure("audit with binned scores") {
      _ = try Audit(options: AuditOptions(ranking: .histogram(bins: 1_000))).run(scored, pool: pool)
    }
  }

  private func measure(_ name: String, _ body: () throws -> Void) throws {
    let before = ProcessMemory.peakBytes
    let times = try (0..<repetitions).map { _ in try seconds(body) }
    let rise = Double(ProcessMemory.peakBytes - before) / 1_048_576
    try printLine(
      Row(name: name, seconds: times.sorted()[repetitions / 2], memory_megabytes: rise))
  }

  private func random(_ number: Int, levels: Int, rows: Int) -> GroupIndex {
    let codes = Buffer<UInt16>(uninitialized: rows)
    var generator = CounterRandom(seed: UInt64(levels), stream: UInt64(number))
    for i in 0..<rows { codes[i] = UInt16(generator.next() % UInt64(levels)) }
    return GroupIndex(attribute: "a\(number)", codes: codes, names: (0..<levels).map { "\($0)" })
  }

  /// One, two or three of n.
  private func choices(_ n: Int) -> [[Int]] {
    (1..<(1 << n)).map { bits in (0..<n).filter { bits >> $0 & 1 == 1 } }.filter { $0.count <= 3 }
  }
}
