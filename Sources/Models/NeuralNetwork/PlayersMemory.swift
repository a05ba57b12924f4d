import LinearAlgebra

/// What the shards of a batch add up to.
struct BatchSums: Equatable {
  var loss = 0.0
  var weight = 0.0
  var adversaryLoss = 0.0
  var adversaryWeight = 0.0
  /// The gradient of the adversary's loss in its sharpness.
  var sharpness = 0.0

  var isFinite: Bool {
    loss.isFinite && weight.isFinite && adversaryLoss.isFinite && sharpness.isFinite
  }
}

/// The memory of a run of steps: every buffer with its shape, allocated once.
///
/// P is the number of the predictor's parameters, L of those outside the tables of levels, A of the
/// adversary's.
final class PlayersMemory<Scalar: KernelScalar> {
  /// A range of parameters of one tensor.
  struct Chunk {
    var tensor: Int
    /// Within the flat vector.
    var range: Range<Int>
    /// Where it begins in a shard's gradient, and how far behind it the other player's lies; nil for
    /// tables of levels, which shards do not hold.
    var source: Int?
    var otherOffset: Int
  }

  /// The scratch of one member of the team.
  final class Member {
    let predictor: NetworkWorkspace<Scalar>
    let adversary: AdversaryWorkspace<Scalar>?
    /// (tile, q, outputs)
    let upstream: Buffer<Scalar>
    /// (tile, q, last hidden layer); only the other player's block is ever written.
    let injected: Buffer<Scalar>
    /// (tile)
    let weights: Buffer<Scalar>
    let attribute: Buffer<Scalar>
    /// (4, tile)
    let scratch: Buffer<Scalar>

    init(
      _ architecture: NetworkArchitecture, _ adversary: AdversaryModel<Scalar>?, tile: Int,
      blocks: Int
    ) {
      predictor = NetworkWorkspace(architecture, rows: tile, blocks: blocks)
      self.adversary = adversary.map { AdversaryWorkspace($0, rows: tile) }
      upstream = Buffer(zeroed: tile * blocks * architecture.outputs)
      injected = Buffer(zeroed: tile * blocks * (architecture.hidden.last ?? 0))
      weights = Buffer(zeroed: tile)
      attribute = Buffer(zeroed: tile)
      scratch = Buffer(zeroed: 4 * tile)
    }
  }

  static var sumsPerShard: Int { 8 }
  /// Parameters of one chunk: their inner products are summed by themselves.
  static var chunkLimit: Int { 8_192 }

  let batchRows: Int
  let members: [Member]
  let chunks: [Chunk]
  /// The chunks of each task of a step.
  let tasks: [Range<Int>]

  /// (batch): labels, and the gradients of the two losses in a single output.
  let labels, own, other: Buffer<Scalar>
  /// (batch), all 1
  let ones: Buffer<Scalar>
  /// (batch, categorical columns)
  let codes: Buffer<Int32>
  /// (levels + 1) and (batch · categorical columns): which rows have each level
  let levelStarts, levelRows: Buffer<Int32>
  /// Elements of a row of `firstDelta`.
  let firstDeltaWidth: Int
  /// (batch, firstDeltaWidth): gradients in the inputs of the first layer's units
  let firstDelta: Buffer<Scalar>
  /// (shards, q·L) and (shards, A)
  let shardGradients, adversaryShardGradients: Buffer<Scalar>
  let shardGradientCount, adversaryCount: Int
  /// (shards, adversary outputs, inputs + 1, inputs + 1): Hessians of a linear adversary
  let shardCurvatures: Buffer<Scalar>
  let curvatureCount: Int
  /// (shards, sumsPerShard)
  let shardSums: Buffer<Double>
  /// (P) each; the other player's gradient only when there is one
  let gradient, otherGradient, direction: Buffer<Scalar>
  /// (A)
  let adversaryGradient, adversaryScaled: Buffer<Scalar>
  /// (chunks, 3)
  let products: Buffer<Double>
  let emptyOrder = Buffer<UInt32>(zeroed: 1)

  init(
    _ architecture: NetworkArchitecture, _ layout: NetworkLayout,
    _ adversary: AdversaryModel<Scalar>?, batchRows: Int, blocks: Int, deltaBlocks: Int,
    members: Int,
    tileRows: Int, shardRows: Int, parametersPerTask: Int
  ) {
    self.batchRows = batchRows
    let shards = (batchRows + shardRows - 1) / shardRows
    let tile = min(tileRows, batchRows)
    self.members = (0..<members).map { _ in
      Member(architecture, adversary, tile: tile, blocks: blocks)
    }
    chunks = Self.chunks(layout, blocks: blocks)
    tasks = Self.tasks(chunks, limit: parametersPerTask)
    labels = Buffer(zeroed: batchRows)
    own = Buffer(zeroed: batchRows)
    other = Buffer(zeroed: batchRows)
    ones = Buffer([Scalar](repeating: 1, count: batchRows))
    codes = Buffer(zeroed: batchRows * architecture.levels.count)
    levelStarts = Buffer(zeroed: layout.levelCount + 1)
    levelRows = Buffer(zeroed: batchRows * architecture.levels.count)
    let needsDelta = !architecture.levels.isEmpty
    firstDeltaWidth = deltaBlocks * architecture.units(of: 0)
    firstDelta = Buffer(zeroed: needsDelta ? batchRows * firstDeltaWidth : 0)
    shardGradientCount = blocks * layout.layersEnd
    shardGradients = Buffer(zeroed: shards * shardGradientCount)
    adversaryCount = adversary?.parameters.count ?? 0
    adversaryShardGradients = Buffer(zeroed: shards * adversaryCount)
    let width = (adversary?.architecture.denseInputs ?? 0) + 1
    let isLinear = adversary?.design.hidden.isEmpty == true
    curvatureCount = isLinear ? adversary!.design.outputs * width * width : 0
    shardCurvatures = Buffer(zeroed: shards * curvatureCount)
    shardSums = Buffer(zeroed: shards * Self.sumsPerShard)
    gradient = Buffer(zeroed: layout.count)
    otherGradient = Buffer(zeroed: blocks == 2 ? layout.count : 1)
    direction = Buffer(zeroed: layout.count)
    adversaryGradient = Buffer(zeroed: adversaryCount)
    adversaryScaled = Buffer(zeroed: adversaryCount)
    products = Buffer(zeroed: 3 * chunks.count)
  }

  private static func chunks(_ layout: NetworkLayout, blocks: Int) -> [Chunk] {
    var chunks: [Chunk] = []
    for (index, tensor) in layout.tensors.enumerated() {
      let layer = layout.layers.last { $0.offset <= tensor.offset }!
      let isTable = tensor.offset >= layout.layersEnd
      var next = tensor.offset
      while next < tensor.range.upperBound {
        let end = min(tensor.range.upperBound, next + chunkLimit)
        chunks.append(
          Chunk(
            tensor: index, range: next..<end,
            source: isTable ? nil : blocks * layer.offset + next - layer.offset,
            otherOffset: layer.count))
        next = end
      }
    }
    return chunks
  }

  private static func tasks(_ chunks: [Chunk], limit: Int) -> [Range<Int>] {
    var tasks: [Range<Int>] = []
    var first = 0
    var size = 0
    for (index, chunk) in chunks.enumerated() {
      size += chunk.range.count
      if size >= limit || index == chunks.count - 1 {
        tasks.append(first..<(index + 1))
        first = index + 1
        size = 0
      }
    }
    return tasks
  }

  /// Empties what a shard adds up.
  func clear(shard: Int) {
    Scalar.Kernels.fill(
      0, 1, shardGradientCount, shardGradients.pointer + shard * shardGradientCount, 0)
    Scalar.Kernels.fill(
      0, 1, adversaryCount, adversaryShardGradients.pointer + shard * adversaryCount, 0)
    Scalar.Kernels.fill(0, 1, curvatureCount, shardCurvatures.pointer + shard * curvatureCount, 0)
    Double.Kernels.fill(
      0, 1, Self.sumsPerShard, shardSums.pointer + shard * Self.sumsPerShard, 0)
  }

  /// The shards' sums in their order.
  func batchSums(shards: Int) -> BatchSums {
    var sums = BatchSums()
    for shard in 0..<shards {
      let part = shardSums.pointer + shard * Self.sumsPerShard
      sums.loss += part[0]
      sums.weight += part[1]
      sums.adversaryLoss += part[2]
      sums.adversaryWeight += part[3]
      sums.sharpness += part[4]
    }
    return sums
  }
}
