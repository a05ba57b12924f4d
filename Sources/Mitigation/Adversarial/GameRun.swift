import Essentials
import LinearAlgebra
import Models
import Optimization

/// One game while it is played.
final class GameRun<Scalar: KernelScalar> {
  let game: AdversarialGame<Scalar>
  let settings: AdversarialSettings
  let team: Team
  let engine: PlayersEngine<Scalar>
  let order: BatchOrder
  let batches: [Range<Int>]
  let train: WatchedRows
  let validation: WatchedRows
  /// Both together: what a target speaks of.
  let everyone: WatchedRows
  let hasAdversary: Bool
  let pretraining: Int
  /// Epochs with the adversary.
  let epochs: Int
  var state = GameState()
  /// The last sound state of the engine, and the kept iterates; the first is their average.
  var sound: [NamedTensor]
  var kept: [[Double]] = []
  var average: [Double]
  /// A running average of the weights, whose gap the strength is steered by.
  var smooth: [Double]

  init(
    _ game: AdversarialGame<Scalar>, _ settings: AdversarialSettings, team: Team, start: [Double]?
  ) {
    self.game = game
    self.settings = settings
    self.team = team
    hasAdversary = !game.attributeHeads.isEmpty
    engine = PlayersEngine(
      Self.configuration(game, settings), rows: game.rows, threads: team.size)
    if let start { engine.move(to: start) }
    pretraining = start == nil ? settings.pretraining : 0
    let (fit, held) = game.parts(settings)
    let cells = game.cells
    order = BatchOrder(
      rows: fit, seed: settings.seed,
      cells: settings.batches == .byCell ? fit.map { cells[Int($0)] } : nil)
    epochs = settings.epochs(of: game.rows.count)
    batches = BatchOrder.batches(fit.count, limit: settings.batchRows(of: game.rows.count))
    func watched(_ rows: [UInt32]) -> WatchedRows {
      let step = max(1, rows.count / AdversarialSettings.watchedRows)
      return WatchedRows(
        stride(from: 0, to: rows.count, by: step).map { rows[$0] }, game.rows, game.groups,
        numbers: game.attributeHeads.indices.filter { game.attributeHeads[$0] == .continuous },
        head: game.head, goal: settings.goal)
    }
    train = watched(fit)
    validation = watched(held)
    everyone = held.count < game.rows.count ? watched(fit + held) : train
    sound = engine.state
    average = [Double](repeating: 0, count: engine.parameters.count)
    smooth = average
  }

  private static func configuration(
    _ game: AdversarialGame<Scalar>, _ settings: AdversarialSettings
  ) -> PlayersConfiguration {
    let design =
      game.attributeHeads.isEmpty
      ? nil
      : AdversaryDesign(
        heads: game.attributeHeads, goal: settings.goal, input: settings.adversaryInput,
        hidden: settings.adversaryHidden,
        activation: settings.adversaryActivation ?? settings.activation,
        weighting: settings.adversaryWeighting, loss: settings.adversaryLoss)
    let solves =
      settings.solver == .newton && settings.adversaryRule == nil
      && settings.adversaryHidden.isEmpty
      && settings.adversaryInput != .representation && settings.adversaryInput != .sharpened
      && settings.adversaryLoss == .likelihood
    return PlayersConfiguration(
      predictor: NetworkArchitecture(
        for: game.rows.features, hidden: settings.hidden, activation: settings.activation,
        dropout: settings.dropout, outputs: game.head.outputs),
      head: game.head, adversary: design, coupling: settings.coupling,
      predictorRule: settings.rule,
      adversaryRule: solves
        ? .newton(gain: AdversarialSettings.newtonGain)
        : .steps(
          settings.adversaryRule ?? Adam(),
          rate: settings.learningRate * AdversarialSettings.adversaryRateFactor),
      weightDecay: settings.weightDecay, clip: settings.clip, start: settings.start,
      batchRows: settings.batchRows(of: game.rows.count), seed: settings.seed)
  }

  var totalEpochs: Int { pretraining + epochs }

  // MARK: The run

  func play() throws -> AdversarialGame<Scalar>.Outcome {
    try resume()
    while state.epoch < totalEpochs && !state.isOver {
      if game.shouldStop() {
        state.status = FitStatus.stopped.rawValue
        break
      }
      try playEpoch()
    }
    return outcome()
  }

  private func playEpoch() throws {
    order.shuffle(epoch: state.epoch)
    var sums = (predictor: 0.0, adversary: 0.0), moved = false, alpha: Double?
    for (index, batch) in batches.enumerated() {
      if game.shouldStop() { return }
      let done = Double(state.epoch * batches.count + index) / Double(batches.count)
      alpha = self.alpha(at: done)
      let step = engine.step(
        batch, of: order, rate: rate(at: done), alpha: alpha, team: team)
      guard step.isFinite else { return goBack(isCollapse: false) }
      let share = Double(batch.count) / Double(max(1, order.count))
      sums.predictor += share * (step.predictorLoss ?? 0)
      sums.adversary += share * (step.adversaryLoss ?? 0)
      moved = moved || !engine.lastDirectionIsZero
    }
    guard engine.isFinite else { return goBack(isCollapse: false) }
    let epoch = measured(sums, alpha: alpha ?? 0)
    if epoch.validation.isCollapsed && (alpha ?? 0) > 0 && !soundIsCollapsed {
      return goBack(isCollapse: true)
    }
    try finish(epoch, moved: moved)
  }

  /// Records an epoch that ended well.
  private func finish(_ epoch: GameEpoch, moved: Bool) throws {
    state.history.append(epoch)
    sound = engine.state
    state.epoch += 1
    if !moved {
      state.status = FitStatus.stalled.rawValue
      state.isOver = true
    }
    if state.epoch > totalEpochs - tailEpochs || state.isOver { keep(epoch) }
    steer()
    if state.epoch == totalEpochs && !state.isOver { state.status = finalStatus }
    game.progress(Double(state.epoch) / Double(max(1, totalEpochs)), epoch)
    try game.checkpoint?.write(state, checkpointTensors, game: identity)
  }

  private var soundIsCollapsed: Bool { state.history.last?.validation.isCollapsed ?? false }

  /// To the last sound iterate, with half the strength after a collapse, or half the rate.
  private func goBack(isCollapse: Bool) {
    state.restarts += 1
    _ = engine.restore(sound)
    if isCollapse {
      state.strengthFactor /= 2
    } else {
      state.rateFactor /= 2
      engine.forgetSteps()
    }
    if state.restarts > AdversarialSettings.restartLimit {
      state.status = FitStatus.stalled.rawValue
      state.isOver = true
    }
  }

  // MARK: Schedules

  /// The learning rate after a number of epochs.
  private func rate(at done: Double) -> Double {
    let steps = 1_000_000, step = Int(done / Double(max(1, totalEpochs)) * Double(steps))
    return settings.learningRate * state.rateFactor * settings.schedule.factor(at: step, of: steps)
  }

  /// The adversary's weight; nil while it has no say.
  private func alpha(at done: Double) -> Double? {
    guard hasAdversary, settings.strength > 0 || settings.targetGap != nil,
      done >= Double(pretraining)
    else { return nil }
    let ramp = settings.ramp * Double(max(1, epochs))
    let grown = ramp > 0 ? min(1, (done - Double(pretraining)) / ramp) : 1
    return strength * grown
  }

  /// The adversary's weight after its growth.
  private var strength: Double { baseStrength * state.strengthFactor }

  /// What the dial is set to, or for a target where its search begins.
  private var baseStrength: Double {
    settings.targetGap != nil && settings.strength == 0 ? 1 : settings.strength
  }

  /// Drives the strength towards the target by the gap of a running average of the weights: that of
  /// a single iterate is larger, by its noise.
  private func steer() {
    guard let target = settings.targetGap, hasAdversary, state.epoch > pretraining else { return }
    let values = engine.parameters.array.map { Double($0) }
    let isFirst = state.epoch == pretraining + 1
    for i in smooth.indices {
      smooth[i] += (isFirst ? 1 : Self.freshness) * (values[i] - smooth[i])
    }
    guard Double(state.epoch - pretraining) >= settings.ramp * Double(epochs) else {
      return
    }
    engine.move(to: smooth)
    let gap = everyone.measure(engine.outputs(rows: everyone.index, team: team)).gap
    engine.move(to: values)
    let factor = pow(gap / max(target * Self.aim, Self.smallestTarget), Self.gain)
    let next = strength * min(max(factor, 1 / Self.fastest), Self.fastest)
    state.strengthFactor = min(max(next, Self.weakest), Self.strongest) / baseStrength
  }

  /// The share of the newest iterate in the running average.
  private static var freshness: Double { 0.3 }
  /// The target is aimed at from below: the gap of the result differs a little from the average's.
  private static var aim: Double { 0.9 }
  private static var smallestTarget: Double { 1e-4 }
  /// A gap falls with about the root of the strength, so 2 would be the whole way in one epoch; the
  /// weights need some epochs to follow.
  private static var gain: Double { 0.5 }
  private static var fastest: Double { 1.5 }
  private static var weakest: Double { 1e-3 }
  /// Beyond it nothing but the adversary is heard, and gaps fall no further.
  private static var strongest: Double { 100 }

  private var tailEpochs: Int {
    max(1, Int((AdversarialSettings.tail * Double(epochs)).rounded()))
  }

  // MARK: Measuring and choosing

  private func measured(
    _ sums: (predictor: Double, adversary: Double), alpha: Double
  ) -> GameEpoch {
    GameEpoch(
      epoch: state.epoch, alpha: alpha, predictorLoss: sums.predictor,
      adversaryLoss: hasAdversary ? sums.adversary : nil, adversaryAUC: adversaryAUC(),
      train: train.measure(engine.outputs(rows: train.index, team: team)),
      validation: validation.measure(engine.outputs(rows: validation.index, team: team)))
  }

  private func adversaryAUC() -> Double? {
    guard hasAdversary, let scores = engine.adversaryScores(rows: validation.index, team: team)
    else { return nil }
    return validation.area(
      scores, of: validation.index.array.map { game.rows.attributes[0][Int($0)] > 0 })
  }

  private func keep(_ epoch: GameEpoch) {
    let values = engine.parameters.array.map { Double($0) }
    kept.append(values)
    state.kept.append(.init(train: epoch.train, validation: epoch.validation))
    state.averaged += 1
    let share = 1 / Double(state.averaged)
    for i in average.indices { average[i] += share * (values[i] - average[i]) }
  }

  /// Converged when the loss hardly moved any more over the last epochs: the loss of all rows trained
  /// on, without what an epoch's dropped units and drawn batches add to it.
  private var finalStatus: String {
    let losses = state.history.suffix(3).map { $0.train.loss ?? $0.predictorLoss }
    guard losses.count == 3, let low = losses.min(), let high = losses.max() else {
      return FitStatus.iterationLimit.rawValue
    }
    return high - low <= Self.settled * max(high, 1e-12)
      ? FitStatus.converged.rawValue : FitStatus.iterationLimit.rawValue
  }

  /// The relative change of the loss over three epochs that counts as none.
  private static var settled: Double { 0.01 }

  func outcome() -> AdversarialGame<Scalar>.Outcome {
    if kept.isEmpty {
      _ = engine.restore(sound)
      kept = [engine.parameters.array.map { Double($0) }]
    } else {
      kept.append(average)
    }
    let target = settings.targetGap
    var best = measured(kept.last!)
    for candidate in target == nil ? [] : kept.dropLast().map({ measured($0) })
    where isBetter(candidate, than: best) { best = candidate }
    engine.move(to: best.parameters)
    var status = FitStatus(rawValue: state.status) ?? .iterationLimit
    if let target, best.gap > target, status == .converged { status = .iterationLimit }
    return .init(
      network: NeuralNetwork(
        architecture: engine.configuration.predictor, head: game.head,
        parameters: engine.parameters),
      status: status, history: state.history, train: best.train, validation: best.validation,
      strength: strength,
      parameters: best.parameters, loss: state.history.last?.predictorLoss ?? .infinity,
      restarts: state.restarts)
  }

  /// An iterate with what it measures; `gap` is that of all rows.
  private struct Candidate {
    var parameters: [Double]
    var train: GameMeasure
    var validation: GameMeasure
    var gap: Double
  }

  private func measured(_ parameters: [Double]) -> Candidate {
    engine.move(to: parameters)
    func measure(_ rows: WatchedRows) -> GameMeasure {
      rows.measure(engine.outputs(rows: rows.index, team: team))
    }
    return Candidate(
      parameters: parameters, train: measure(train), validation: measure(validation),
      gap: measure(everyone).gap)
  }

  /// With a target: within it before beyond it; then the more accurate on validation rows; beyond
  /// it, the smaller gap.
  private func isBetter(_ a: Candidate, than b: Candidate) -> Bool {
    let target = settings.targetGap ?? .infinity
    switch (a.gap <= target, b.gap <= target) {
    case (true, false): return true
    case (false, true): return false
    case (true, true): return a.validation.accuracy > b.validation.accuracy
    case (false, false): return a.gap < b.gap
    }
  }

  // MARK: Checkpoints

  private var identity: String {
    "\(game.identity)|\(game.rows.count)|\(Scalar.storageName)|\(settings)"
  }

  private var checkpointTensors: [NamedTensor] {
    engine.state + [
      NamedTensor("average", shape: [average.count], .float64(average)),
      NamedTensor("smooth", shape: [smooth.count], .float64(smooth)),
    ]
      + kept.enumerated().map { NamedTensor("kept\($0)", shape: [$1.count], .float64($1)) }
  }

  private func resume() throws {
    guard let (state, tensors) = try game.checkpoint?.read(game: identity),
      engine.restore(tensors), let stored = tensors.first(where: { $0.name == "average" }),
      let running = tensors.first(where: { $0.name == "smooth" })
    else { return }
    self.state = state
    average = stored.doubles
    smooth = running.doubles
    kept = state.kept.indices.compactMap { k in
      tensors.first { $0.name == "kept\(k)" }?.doubles
    }
    sound = engine.state
  }
}
