import ArgumentParser
import Equipoise

struct AdversarialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adversarial",
    abstract: "Steps of a predictor network against an adversary, shuffled, whole epochs.")

  @Argument(help: "Folder with X.npy, C.npy if there are categories, group.npy and label.npy.")
  var folder: String
  @Option(help: "Units of the predictor's hidden layers.") var hidden: [Int] = [200]
  @Option(help: "Units of the adversary's hidden layer; 0 makes it linear.") var adversary = 0
  @Option(help: "Epochs; the median counts.") var epochs = 5
  @Option(help: "Most rows in a batch.") var batch = 1024
  @OptionGroup var arguments: MeasureArguments

  private struct Row: Encodable {
    var peer = "equipoise"
    var rows: Int
    var columns: Int
    var adversary: Int
    var rowsPerSecond: Double
    /// Of the products that a step needs, forward and backward, both players' gradients counted.
    var gigaflops: Double
    /// Of large products alone, as many at once as there are threads.
    var productGigaflops: Double
    var core = OpenBLAS.core
    var packedBytes: Int
    var peakMemoryBytes: Int
  }

  func run() throws {
    let pool = arguments.pool
    let options = DataOptions(label: "label", sensitive: ["group"])
    let data: Dataset<Float> = try DataReader(options: options, pool: pool).read(.path(folder))
    let features = data.features, labels = data.labels!
    let rows = NetworkRows(
      features: features, targets: Buffer((0..<data.rows).map { Float(labels[$0]) }),
      attributes: [Buffer((0..<data.rows).map { data.attributes[0][$0] > 0 ? 1 : 0 })])
    let engine = PlayersEngine(
      PlayersConfiguration(
        predictor: NetworkArchitecture(for: features, hidden: hidden),
        adversary: AdversaryDesign(
          heads: [.binary], goal: .demographicParity, input: .prediction,
          hidden: adversary > 0 ? [adversary] : []), coupling: .projectionPerTensor,
        batchRows: batch, seed: 1), rows: rows, threads: pool.threads)
    let order = BatchOrder(rows: (0..<UInt32(data.rows)).map { $0 }, seed: 1)
    let batches = BatchOrder.batches(data.rows, limit: batch)
    let times = pool.withTeam { team in
      (0..<epochs).map { epoch in
        seconds {
          order.shuffle(epoch: epoch)
          for batch in batches {
            _ = engine.step(batch, of: order, rate: 1e-3, alpha: 1, team: team)
          }
        }
      }
    }
    let median = times.sorted()[epochs / 2], peak = ProcessMemory.peakBytes
    try printLine(
      Row(
        rows: data.rows, columns: features.columns, adversary: adversary,
        rowsPerSecond: Double(data.rows) / median,
        gigaflops: flops(features.dense.columns) * Double(data.rows) / median / 1e9,
        productGigaflops: Self.productRate(pool) / 1e9,
        packedBytes: data.rows * (4 * features.dense.columns + 2 * features.categorical.count),
        peakMemoryBytes: peak))
  }

  /// Multiplications and additions a second of products of square matrices, the best of five runs.
  private static func productRate(_ pool: WorkerPool) -> Double {
    let size = 1024, width = Int32(size)
    let factors = (0..<pool.threads).map { _ in
      (0..<3).map { _ in Buffer<Float>([Float](repeating: 1, count: size * size)) }
    }
    let best = (0..<5).map { _ in
      seconds {
        pool.forEach(pool.threads) { thread in
          let parts = factors[thread]
          Float.gemm(
            false, false, width, width, width, 1, parts[0].pointer, width, parts[1].pointer, width, 0,
            parts[2].pointer, width)
        }
      }
    }.min()!
    return 2 * Double(size * size * size * pool.threads) / best
  }

  /// Multiplications and additions a row: one product forward, two for the two gradients of each
  /// layer, and one that pushes deltas back through each layer but the first.
  private func flops(_ inputs: Int) -> Double {
    let widths = [inputs] + hidden + [1]
    return zip(widths, widths.dropFirst()).enumerated().reduce(0) { sum, layer in
      let (index, (inputs, units)) = layer
      return sum + 2 * Double(inputs * units) * (index == 0 || units == 1 ? 3 : 4)
    }
  }
}
