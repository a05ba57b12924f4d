import Datasets
import Essentials
import LinearAlgebra
import Optimization

/// Runs steps of a predictor against an adversary on batches of rows.
///
/// A batch is cut into shards of a fixed number of rows, and a shard into tiles that fit in cache.
/// Shards are the tasks of a team; each adds its tiles' gradients up by itself, and the sums over
/// shards are taken in their order, so that the numbers do not depend on how many threads there
/// are. The tables of categorical columns are the exception: there a task owns a range of units
/// and goes through the whole batch, so no task needs tables of its own.
///
/// Nothing is allocated in a step.
public final class PlayersEngine<Scalar: KernelScalar> {
  /// Rows of a tile: a product of this height runs at nearly the full rate and stays in cache.
  static var tileRows: Int { 128 }
  static var shardRows: Int { 256 }
  /// Units of the first layer that one task adds up tables for.
  static var levelUnits: Int { 32 }
  /// Parameters of one task of a step; a smaller network is moved by the leader alone.
  static var parametersPerTask: Int { 32_768 }

  public let configuration: PlayersConfiguration
  let rows: NetworkRows<Scalar>
  let pass: NetworkPass<Scalar>
  let adversary: AdversaryModel<Scalar>?
  /// 2 with an adversary whose gradient reaches the predictor, else 1.
  let blocks: Int
  /// Whether gradients are rows' factors times the gradient of the only output.
  let hasSingleOutput: Bool
  let memory: PlayersMemory<Scalar>
  let vectors: OptimizerVectors<Scalar>
  let adversaryVectors: OptimizerVectors<Scalar>?
  var newton: RunningNewton?
  let groupFactors: [GroupFactors]

  /// Steps that were finite; those of each player.
  public internal(set) var stepCount = 0
  var predictorSteps = 0
  var adversarySteps = 0
  /// Batches of the step that runs.
  var order: UnsafePointer<UInt32>
  var batchRows = 0
  /// For each tensor: the factors of the two gradients in the direction, and their products.
  var coefficients: [(own: Double, other: Double)]
  var products: [SIMD3<Double>]
  var rate = 0.0
  private var shardBody: Team.Body = { _, _ in }
  private var levelBody: Team.Body = { _, _ in }
  private var sumBody: Team.Body = { _, _ in }
  private var moveBody: Team.Body = { _, _ in }

  public init(_ configuration: PlayersConfiguration, rows: NetworkRows<Scalar>, threads: Int) {
    Self.check(configuration, rows)
    self.configuration = configuration
    self.rows = rows
    pass = NetworkPass(
      configuration.predictor,
      parameters: configuration.start.parameters(
        configuration.predictor, seed: configuration.seed))
    adversary = configuration.adversary.map { design in
      AdversaryModel(
        design, predictor: configuration.predictor, head: configuration.head,
        start: configuration.start, seed: configuration.seed)
    }
    blocks = adversary == nil ? 1 : 2
    hasSingleOutput =
      configuration.predictor.outputs == 1 && adversary != nil && !adversary!.seesRepresentation
    let batchRows = min(configuration.batchRows, max(1, rows.count))
    memory = PlayersMemory(
      configuration.predictor, pass.layout, adversary, batchRows: batchRows, blocks: blocks,
      deltaBlocks: hasSingleOutput ? 1 : blocks,
      members: threads, tileRows: Self.tileRows, shardRows: Self.shardRows,
      parametersPerTask: Self.parametersPerTask)
    vectors = OptimizerVectors(
      parameters: pass.parameters, gradient: memory.direction,
      memoryCount: configuration.predictorRule.memoryCount)
    coefficients = Array(repeating: (0, 0), count: pass.layout.tensors.count)
    products = Array(repeating: SIMD3(), count: pass.layout.tensors.count)
    order = UnsafePointer(memory.emptyOrder.pointer)
    groupFactors =
      configuration.adversary?.weighting == .balanced
      ? GroupFactors.all(rows, configuration) : []
    adversaryVectors = Self.vectors(of: adversary, configuration, memory)
    if let adversary, case .newton = configuration.adversaryRule {
      newton = RunningNewton(
        inputs: adversary.architecture.denseInputs + 1,
        shares: GroupFactors.shares(
          groupFactors, of: adversary.design.heads, batchRows: batchRows))
    }
    nameBodies()
  }

  /// The bodies of the team's phases, made once: a step allocates nothing.
  private func nameBodies() {
    shardBody = { [unowned self] task, member in runShard(task, member) }
    levelBody = { [unowned self] task, _ in addLevels(task) }
    sumBody = { [unowned self] task, _ in addShards(task) }
    moveBody = { [unowned self] task, _ in move(task) }
  }

  private static func check(_ configuration: PlayersConfiguration, _ rows: NetworkRows<Scalar>) {
    precondition(configuration.predictor.matches(rows.features), "an architecture for these rows")
    precondition(configuration.head.outputs == configuration.predictor.outputs, "a head that fits")
    guard let design = configuration.adversary else { return }
    precondition(design.heads.count == rows.attributes.count, "a head for each attribute")
    if case .newton = configuration.adversaryRule {
      precondition(design.hidden.isEmpty, "only a linear adversary is solved")
    }
  }

  /// What an adversary that takes steps moves; nil for one that is solved, and without one.
  private static func vectors(
    of adversary: AdversaryModel<Scalar>?, _ configuration: PlayersConfiguration,
    _ memory: PlayersMemory<Scalar>
  ) -> OptimizerVectors<Scalar>? {
    guard let adversary, case .steps(let rule, _) = configuration.adversaryRule else { return nil }
    return OptimizerVectors(
      parameters: adversary.parameters, gradient: memory.adversaryGradient,
      memoryCount: rule.memoryCount)
  }

  public var parameters: Buffer<Scalar> { pass.parameters }
  public var adversaryParameters: Buffer<Scalar>? { adversary?.parameters }

  /// Which players a step moves.
  public enum Movers: Sendable { case both, predictor, adversary, none }

  /// One step on the rows whose numbers `order` holds.
  ///
  /// - Parameters:
  ///   - rate: the predictor's step size
  ///   - alpha: the adversary's weight in the predictor's direction; nil leaves the adversary out
  ///   - adversaryShare: a factor of the adversary's own step size
  public func step(
    _ order: UnsafePointer<UInt32>, count: Int, rate: Double, alpha: Double?,
    adversaryShare: Double = 1, moving movers: Movers = .both, team: Team
  ) -> PlayersStep {
    precondition(count >= 1 && count <= memory.batchRows, "a batch of at most its size")
    self.order = order
    batchRows = count
    self.rate = rate
    team.run((count + Self.shardRows - 1) / Self.shardRows, shardBody)
    if !configuration.predictor.levels.isEmpty {
      let units = configuration.predictor.units(of: 0)
      sortCodes(
        memory.codes.pointer, count, configuration.predictor.levels.count,
        levels: pass.layout.levelCount, starts: memory.levelStarts.pointer,
        rows: memory.levelRows.pointer)
      team.run((units + Self.levelUnits - 1) / Self.levelUnits, levelBody)
    }
    let sums = memory.batchSums(shards: (count + Self.shardRows - 1) / Self.shardRows)
    team.run(memory.tasks.count, sumBody)
    var step = PlayersStep()
    step.predictorLoss = sums.weight > 0 ? sums.loss / sums.weight : nil
    step.adversaryLoss =
      sums.adversaryWeight > 0 ? sums.adversaryLoss / sums.adversaryWeight : nil
    guard choose(sums, alpha: alpha), sums.isFinite else {
      step.isFinite = false
      return step
    }
    stepCount += 1
    if movers == .both || movers == .predictor, sums.weight > 0 {
      predictorSteps += 1
      team.run(memory.tasks.count, moveBody)
    }
    if movers == .both || movers == .adversary, sums.adversaryWeight > 0 {
      step.isFinite = moveAdversary(sums, share: adversaryShare)
    }
    return step
  }

  // MARK: Tasks

  /// Runs the tiles of one shard: forward, both losses, backward.
  private func runShard(_ shard: Int, _ member: Int) {
    memory.clear(shard: shard)
    let end = min(batchRows, (shard + 1) * Self.shardRows)
    var start = shard * Self.shardRows
    while start < end {
      let count = min(Self.tileRows, end - start)
      runTile(start, count, shard, memory.members[member])
      start += count
    }
  }

  private func runTile(
    _ start: Int, _ count: Int, _ shard: Int, _ space: PlayersMemory<Scalar>.Member
  ) {
    let predictor = configuration.predictor
    let q = blocks
    pass.gather(rows.features, order + start, count, space.predictor)
    if !predictor.levels.isEmpty {
      let width = predictor.levels.count
      (memory.codes.pointer + start * width).update(
        from: space.predictor.codes.pointer, count: count * width)
    }
    let labels = memory.labels.pointer + start
    let weights = space.weights.pointer
    Scalar.Kernels.gather(rows.targets.pointer, order + start, count, labels)
    if let given = rows.weights {
      Scalar.Kernels.gather(given.pointer, order + start, count, weights)
    } else {
      weights.update(from: memory.ones.pointer, count: count)
    }
    let dropping = NetworkPass<Scalar>.Dropping(
      seed: configuration.seed &+ UInt64(stepCount) &* 0xD1B5_4A32_D192_ED03, firstRow: start)
    pass.forward(count, space.predictor, dropping: dropping)

    let z = space.predictor.outputs.pointer
    let outputs = predictor.outputs
    let own = hasSingleOutput ? memory.own.pointer + start : space.upstream.pointer
    let sums = memory.shardSums.pointer + shard * PlayersMemory<Scalar>.sumsPerShard
    sums[0] += configuration.head.loss(
      z, stride: outputs, y: labels, w: weights, rows: count, into: own,
      ldu: hasSingleOutput ? 1 : q * outputs, scratch: space.scratch.pointer)
    sums[1] += Scalar.Kernels.sum(weights, count)
    if let adversary {
      let other = hasSingleOutput ? memory.other.pointer + start : space.upstream.pointer + outputs
      runAdversary(
        adversary, start, count, shard, space, into: other,
        stride: hasSingleOutput ? 1 : q * outputs)
    }
    runBackward(start, count, shard, space)
  }

  /// The gradients of a tile whose losses are known, added to those of its shard.
  private func runBackward(
    _ start: Int, _ count: Int, _ shard: Int, _ space: PlayersMemory<Scalar>.Member
  ) {
    let predictor = configuration.predictor
    let q = blocks
    let gradient = memory.shardGradients.pointer + shard * memory.shardGradientCount
    let delta =
      predictor.levels.isEmpty || (hasSingleOutput && predictor.hidden.isEmpty)
      ? nil : memory.firstDelta.pointer + start * memory.firstDeltaWidth
    if hasSingleOutput {
      pass.backwardOfSingleOutput(
        count, space.predictor, memory.own.pointer + start, memory.other.pointer + start,
        gradient: gradient, firstDelta: delta)
    } else {
      let injected = adversary?.seesRepresentation == true ? space.injected.pointer : nil
      pass.backward(
        count, space.predictor, blocks: q, upstream: space.upstream.pointer, injected: injected,
        gradient: gradient, firstDelta: delta)
    }
  }

  /// Adds up the batch's gradients in the tables of levels, for a range of units.
  private func addLevels(_ task: Int) {
    let units = configuration.predictor.units(of: 0)
    let first = task * Self.levelUnits
    let range = first..<min(units, first + Self.levelUnits)
    let table = pass.layout.layersEnd
    let isLinear = hasSingleOutput && configuration.predictor.hidden.isEmpty
    let delta = isLinear ? memory.ones.pointer : memory.firstDelta.pointer
    pass.addLevels(
      starts: memory.levelStarts.pointer, rows: memory.levelRows.pointer, delta: delta,
      other: hasSingleOutput || blocks == 1 ? delta : delta + units,
      stride: isLinear ? 1 : memory.firstDeltaWidth,
      factors: hasSingleOutput ? UnsafePointer(memory.own.pointer) : nil,
      hasSingleOutput ? UnsafePointer(memory.other.pointer) : nil, units: range,
      memory.gradient.pointer + table,
      blocks == 1 ? nil : memory.otherGradient.pointer + table)
  }

  /// Adds the shards' gradients of some chunks of parameters, and takes their inner products.
  private func addShards(_ task: Int) {
    let shards = (batchRows + Self.shardRows - 1) / Self.shardRows
    for index in memory.tasks[task] {
      let chunk = memory.chunks[index]
      let sums = memory.products.pointer + 3 * index
      let own = memory.gradient.pointer + chunk.range.lowerBound
      let other = memory.otherGradient.pointer + chunk.range.lowerBound
      let count = chunk.range.count
      if let source = chunk.source {
        let start = memory.shardGradients.pointer + source
        Scalar.Kernels.addParts(start, shards, memory.shardGradientCount, count, own)
        if blocks == 2 {
          Scalar.Kernels.addParts(
            start + chunk.otherOffset, shards, memory.shardGradientCount, count, other)
        }
      }
      for k in 0..<3 { sums[k] = 0 }
      Scalar.Kernels.pairProducts(own, blocks == 2 ? other : own, count, sums)
    }
  }

  /// Chooses how the two gradients make the direction; false when they are not finite.
  private func choose(_ sums: BatchSums, alpha: Double?) -> Bool {
    let scale = sums.weight > 0 ? 1 / sums.weight : 0
    let otherScale = sums.adversaryWeight > 0 ? 1 / sums.adversaryWeight : 0
    let tensors = coefficients.indices
    for t in tensors { products[t] = SIMD3() }
    for (index, chunk) in memory.chunks.enumerated() {
      let p = memory.products.pointer + 3 * index
      products[chunk.tensor] +=
        SIMD3(p[0], p[1], p[2]) * SIMD3(scale * otherScale, otherScale * otherScale, scale * scale)
    }
    guard products.allSatisfy({ $0[0].isFinite && $0[1].isFinite && $0[2].isFinite }) else {
      return false
    }
    let total = products.reduce(SIMD3(), +)
    var squaredNorm = 0.0
    for t in tensors {
      var share = alpha ?? 0
      switch configuration.coupling {
      case .projection: share += Self.projection(total)
      case .projectionPerTensor: share += Self.projection(products[t])
      case .reversal: break
      }
      if blocks == 1 || alpha == nil { share = 0 }
      let p = products[t]
      squaredNorm += p[2] - 2 * share * p[0] + share * share * p[1]
      coefficients[t] = (scale, -share * otherScale)
    }
    if let clip = configuration.clip, squaredNorm > clip * clip {
      let factor = clip / squaredNorm.squareRoot()
      for t in tensors {
        coefficients[t] = (coefficients[t].own * factor, coefficients[t].other * factor)
      }
    }
    return true
  }

  /// <g_P, g_A>/‖g_A‖², 0 where g_A is: an adversary that has no say changes nothing.
  private static func projection(_ products: SIMD3<Double>) -> Double {
    products[1] > .leastNormalMagnitude ? products[0] / products[1] : 0
  }

  /// Moves the predictor's parameters of some chunks.
  private func move(_ task: Int) {
    for index in memory.tasks[task] {
      let chunk = memory.chunks[index]
      let range = chunk.range
      let factor = coefficients[chunk.tensor]
      let own = memory.gradient.pointer + range.lowerBound
      let other =
        blocks == 2 ? memory.otherGradient.pointer + range.lowerBound : own
      Scalar.Kernels.combine(
        own, other, range.count, Scalar(factor.own), Scalar(blocks == 2 ? factor.other : 0),
        memory.direction.pointer + range.lowerBound)
      configuration.predictorRule.step(
        vectors, range, rate: rate, decay: configuration.weightDecay, step: predictorSteps)
    }
  }
}
