import ArgumentParser
import Equipoise

struct InferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inference",
    abstract: "Times the cell bootstrap and counts the false alarms of watched fair streams.",
    discussion: """
      The bootstrap draws every metric that is a function of counts in ten groups, at three sizes: its
      time does not depend on them. Fair streams, whose common rate drifts, are looked at after every
      record.
      """)

  @Option(help: "Replicates of the bootstrap.") var replicates = CellBootstrap.defaultReplicates
  @Option(help: "Fair streams to watch.") var streams = 100_000
  @Option(help: "Records of each stream.") var records = 500
  @Option(help: "Level of the watches.") var alpha = 0.05
  @Option(help: "Times each bootstrap runs; the median counts.") var repetitions = 9
  @OptionGroup var arguments: MeasureArguments

  private struct Bootstrap: Encodable {
    var name = "bootstrap of every count metric, 10 groups"
    var rows: Int
    var replicates: Int
    var metrics: Int
    /// Of drawing and measuring all replicates.
    var seconds: Double
    /// Of the bias-corrected and accelerated intervals besides.
    var interval_seconds: Double
  }

  private struct Watch: Encodable {
    var name = "watch of fair streams, looked at after every record"
    var streams: Int
    var records: Int
    var alpha: Double
    var false_alarms: Int
    var seconds: Double
  }

  func run() throws {
    for scale in [10, 10_000, 10_000_000] { try bootstrap(rowsPerCell: scale) }
    var alarms = 0
    let time = seconds { alarms = falseAlarms() }
    try printLine(
      Watch(
        streams: streams, records: records, alpha: alpha, false_alarms: alarms, seconds: time))
  }

  private func bootstrap(rowsPerCell: Int) throws {
    let groups = (0..<10).map { g in
      Tally(
        trueNegatives: rowsPerCell * (10 + g), falsePositives: rowsPerCell * 4,
        falseNegatives: rowsPerCell * 3, truePositives: rowsPerCell * (8 + g % 3))
    }
    let bootstrap = CellBootstrap(replicates: replicates, pool: arguments.pool)
    let metrics = Metrics.available(for: [.labels, .predictions])
    var drawn = bootstrap.run(groups, metrics: metrics, weighted: false)
    let draws = (0..<repetitions).map { _ in
      seconds { drawn = bootstrap.run(groups, metrics: metrics, weighted: false) }
    }
    let limits = (0..<repetitions).map { _ in seconds { _ = drawn.intervals() } }
    try printLine(
      Bootstrap(
        rows: groups.reduce(0) { $0 + $1.rowCount }, replicates: replicates,
        metrics: drawn.metrics.count, seconds: draws.sorted()[repetitions / 2],
        interval_seconds: limits.sorted()[repetitions / 2]))
  }

  /// Of streams whose groups are treated alike.
  private func falseAlarms() -> Int {
    let streams = streams, records = records, alpha = alpha, blocks = 1_000
    let found = Buffer<Int>(zeroed: blocks)
    arguments.pool.forEach(blocks) { block in
      for stream in stride(from: block, to: streams, by: blocks) {
        var random = CounterRandom(seed: 1, stream: UInt64(stream))
        let base = [0.02, 0.2, 0.5, 0.8][stream % 4], drift = 0.15 * random.uniform()
        var watch = GapWatch(first: "a", second: "b", alpha: alpha)
        for t in 0..<records where !watch.isRaised {
          let rate = base + drift * Double(t) / Double(records)
          watch.take(group: random.uniform() < 0.3 ? 0 : 1, success: random.uniform() < rate)
        }
        if watch.isRaised { found[block] += 1 }
      }
    }
    return found.array.reduce(0, +)
  }
}
