import LinearAlgebra
import Optimization

extension PlayersEngine {
  /// The adversary's part of a tile: what it is shown, its loss, and its gradient in the predictor.
  ///
  /// - Parameter other: rows `stride` apart, receives the gradient in the predictor's outputs.
  func runAdversary(
    _ model: AdversaryModel<Scalar>, _ start: Int, _ count: Int, _ shard: Int,
    _ space: PlayersMemory<Scalar>.Member, into other: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    guard let own = space.adversary else { return }
    let labels = memory.labels.pointer + start
    let z = space.predictor.outputs.pointer
    let learnt = model.learntSharpness
    Scalar.Kernels.feature(
      space.weights.pointer, 1, labels, count, model.design.goal == .equalOpportunity ? 1 : 0, 1,
      own.weights.pointer, 1)
    if model.seesRepresentation {
      showRepresentation(model, count, space, own, labels)
    } else {
      model.inputPass.values(
        z, rows: count, learnt: learnt, into: own.values.pointer,
        scratch: own.scratch.pointer)
      model.inputPass.fill(
        own.values.pointer, labels: labels, rows: count, into: own.network.input.pointer)
    }
    model.pass.forward(count, own.network)
    let sums = memory.shardSums.pointer + shard * PlayersMemory<Scalar>.sumsPerShard
    sums[2] += runHeads(model, start, count, shard, space, own)
    sums[3] += Scalar.Kernels.sum(own.weights.pointer, count)
    model.pass.backward(
      count, own.network, blocks: 1, upstream: own.upstream.pointer,
      gradient: memory.adversaryShardGradients.pointer + shard * memory.adversaryCount,
      inputGradient: own.inputGradient.pointer)
    if model.seesRepresentation {
      inject(model, count, space, own)
      Scalar.Kernels.fill(0, count, configuration.predictor.outputs, other, stride)
    } else {
      sums[4] += model.inputPass.pushBack(
        own.inputGradient.pointer, values: own.values.pointer, z: z, labels: labels, rows: count,
        learnt: learnt, into: other, stride: stride, scratch: own.scratch.pointer)
    }
  }

  /// Losses of the heads and their gradients in the adversary's outputs; a linear one's Hessian.
  private func runHeads(
    _ model: AdversaryModel<Scalar>, _ start: Int, _ count: Int, _ shard: Int,
    _ space: PlayersMemory<Scalar>.Member, _ own: AdversaryWorkspace<Scalar>
  ) -> Double {
    let outputs = model.design.outputs
    var sum = 0.0
    var first = 0
    for (a, head) in model.design.heads.enumerated() {
      Scalar.Kernels.gather(
        rows.attributes[a].pointer, order + start, count, space.attribute.pointer)
      let z = own.network.outputs.pointer + first
      let u = own.upstream.pointer + first
      var weights = own.weights.pointer
      if !groupFactors.isEmpty {
        weights = own.balanced.pointer
        groupFactors[a].weigh(
          own.weights.pointer, groups: space.attribute.pointer,
          labels: memory.labels.pointer + start, count: count, into: weights)
      }
      let target = space.attribute.pointer
      let scratch = own.scratch.pointer
      sum +=
        model.design.loss == .absolute
        ? head.absoluteLoss(
          z, stride: outputs, y: target, w: weights, rows: count, into: u, ldu: outputs,
          scratch: scratch)
        : head.loss(
          z, stride: outputs, y: target, w: weights, rows: count, into: u, ldu: outputs,
          scratch: scratch)
      if newton != nil { addCurvature(model, head, first, count, shard, weights, space, own) }
      first += head.outputs
    }
    return sum
  }

  /// Adds Σ w·h·x·xᵀ for each output of a head, x with a 1 at its end: h = p(1 − p), or 1 for a
  /// continuous one. For classes these are the diagonal blocks of the Hessian.
  private func addCurvature(
    _ model: AdversaryModel<Scalar>, _ head: OutputHead, _ first: Int, _ count: Int, _ shard: Int,
    _ weights: UnsafePointer<Scalar>, _ space: PlayersMemory<Scalar>.Member,
    _ own: AdversaryWorkspace<Scalar>
  ) {
    let width = model.architecture.denseInputs + 1
    let outputs = model.design.outputs
    let probability = own.scratch.pointer
    let factor = own.scratch.pointer + count
    for k in 0..<head.outputs {
      switch head {
      case .continuous: factor.update(from: weights, count: count)
      case .binary, .classes:
        // A class's gradient is w·(p − 1[y = k]); for a binary head the scratch begins with p.
        if case .classes = head {
          Scalar.Kernels.classProbability(
            own.upstream.pointer + first + k, outputs, space.attribute.pointer, weights, count,
            Int32(k), probability)
        }
        Scalar.Kernels.curvature(probability, weights, count, factor)
      }
      Scalar.Kernels.rowsScale(
        own.network.input.pointer, count, width, width, factor, own.weighted.pointer)
      let target =
        memory.shardCurvatures.pointer + shard * memory.curvatureCount
        + (first + k) * width * width
      Scalar.Routines.gemm(
        true, false, Int32(width), Int32(width), Int32(count), 1, own.weighted.pointer,
        Int32(width), own.network.input.pointer, Int32(width), 1, target, Int32(width))
    }
  }

  private func showRepresentation(
    _ model: AdversaryModel<Scalar>, _ count: Int, _ space: PlayersMemory<Scalar>.Member,
    _ own: AdversaryWorkspace<Scalar>, _ labels: UnsafePointer<Scalar>
  ) {
    let units = configuration.predictor.hidden.last!
    let stride = model.architecture.denseInputs + 1
    let hidden = space.predictor.hidden.last!.pointer
    let input = own.network.input.pointer
    for i in 0..<count {
      (input + i * stride).update(from: hidden + i * (units + 1), count: units)
    }
    if model.labelColumns > 0 {
      Scalar.Kernels.copyStrided(labels, 1, count, input + units, stride)
    }
  }

  /// The other player's gradient in the last hidden units.
  private func inject(
    _ model: AdversaryModel<Scalar>, _ count: Int, _ space: PlayersMemory<Scalar>.Member,
    _ own: AdversaryWorkspace<Scalar>
  ) {
    let units = configuration.predictor.hidden.last!
    let width = model.architecture.denseInputs
    for i in 0..<count {
      (space.injected.pointer + (2 * i + 1) * units).update(
        from: own.inputGradient.pointer + i * width, count: units)
    }
  }

  /// Moves the adversary; false when its gradient or its parameters are not finite.
  func moveAdversary(_ sums: BatchSums, share: Double) -> Bool {
    guard let adversary else { return true }
    let count = memory.adversaryCount
    let shards = (batchRows + Self.shardRows - 1) / Self.shardRows
    let gradient = memory.adversaryGradient.pointer
    Scalar.Kernels.addParts(memory.adversaryShardGradients.pointer, shards, count, count, gradient)
    Scalar.Kernels.combine(
      gradient, gradient, count, Scalar(1 / sums.adversaryWeight), 0, memory.adversaryScaled.pointer
    )
    gradient.update(from: memory.adversaryScaled.pointer, count: count)
    if adversary.design.input.learnsSharpness {
      let c = adversary.parameters.pointer[adversary.sharpnessIndex]
      gradient[adversary.sharpnessIndex] =
        Scalar((c < 0 ? -1 : 1) * sums.sharpness / sums.adversaryWeight)
    }
    guard Scalar.Kernels.allFinite(gradient, count) else { return false }
    adversarySteps += 1
    switch configuration.adversaryRule {
    case .steps(let rule, let rate):
      rule.step(
        adversaryVectors!, 0..<count, rate: rate * share, decay: 0, step: adversarySteps)
    case .newton(let gain):
      for shard in 0..<shards {
        newton!.add(
          memory.shardCurvatures.pointer + shard * memory.curvatureCount,
          isFirst: shard == 0, weight: shard == 0 ? sums.adversaryWeight : 0)
      }
      newton!.step(adversary.parameters.pointer, gradient, gain: gain * share)
    }
    return Scalar.Kernels.allFinite(adversary.parameters.pointer, count)
  }
}

extension PlayersEngine {
  /// The gradients of the two mean losses in the predictor's parameters that the last step took.
  package var lastGradients: (own: [Double], other: [Double]) {
    let sums = memory.batchSums(shards: (batchRows + Self.shardRows - 1) / Self.shardRows)
    return (
      memory.gradient.array.map { Double($0) / sums.weight },
      memory.otherGradient.array.map { Double($0) / sums.adversaryWeight }
    )
  }

  /// The direction of the last step that moved the predictor.
  package var lastDirection: [Double] { memory.direction.array.map { Double($0) } }

  /// The gradient of the adversary's mean loss in its own parameters, c last.
  package var lastAdversaryGradient: [Double] { memory.adversaryGradient.array.map { Double($0) } }
}
