import Datasets
import Foundation
import LinearAlgebra
import Models
import Optimization
import TestSupport
import Testing

private let cases = [
  "h4_h3_zhang_eo", "h4_lin_zhang_dp", "h4_lin_zhang_eo", "h5_h4_yhat_dp", "h5_h4_yhat_eo",
  "h5_lin_yhat_dp", "lin_lin_zhang_dp", "lin_lin_zhang_eo",
]

/// A recorded game: one batch, given weights, and what independent code made of them.
private struct RecordedGame {
  let expected: [String: Any]
  let rows: NetworkRows<Double>
  let predictor: NetworkArchitecture
  let design: AdversaryDesign

  init(_ name: String) throws {
    let golden = GoldenFiles(.module, "adversarial/\(name)")
    expected = try golden.json("expected.json")
    let columns = try golden.columns("batch.csv")
    let inputs = columns.keys.filter { $0.hasPrefix("x") }.sorted()
    let count = columns["y"]!.count
    let dense = Matrix((0..<count).map { i in inputs.map { columns[$0]![i] } })
    rows = NetworkRows(
      features: DesignMatrix(dense: dense), targets: Buffer(columns["y"]!),
      attributes: [Buffer(columns["S"]!)])
    let parts = name.split(separator: "_")
    func units(_ part: Substring) -> [Int] { part == "lin" ? [] : [Int(part.dropFirst())!] }
    predictor = NetworkArchitecture(denseInputs: inputs.count, hidden: units(parts[0]))
    design = AdversaryDesign(
      heads: [.binary], goal: parts[3] == "eo" ? .equalizedOdds : .demographicParity,
      input: parts[2] == "zhang" ? .sharpened : .prediction, hidden: units(parts[1]))
  }

  /// Numbers of one player in the order of the flat vector.
  static func flat(_ value: Any?, _ names: [String]) -> [Double] {
    let tensors = value as? [String: Any] ?? [:]
    return names.flatMap { Self.numbers(tensors[$0]) }
  }

  private static func numbers(_ value: Any?) -> [Double] {
    if let number = value as? Double { return [number] }
    return (value as? [Any] ?? []).flatMap { numbers($0) }
  }

  var predictorNames: [String] {
    predictor.hidden.isEmpty ? ["W1", "b1"] : ["W1", "b1", "W2", "b2"]
  }
  var adversaryNames: [String] {
    (design.hidden.isEmpty ? ["U1", "d1"] : ["U1", "d1", "U2", "d2"]) + ["c"]
  }

  func engine(
    _ rule: any Optimizer, adversaryRate: Double, _ coupling: PlayerCoupling, batch: Int = 16
  ) -> PlayersEngine<Double> {
    let engine = PlayersEngine(
      PlayersConfiguration(
        predictor: predictor, adversary: design, coupling: coupling, predictorRule: rule,
        adversaryRule: .steps(rule, rate: adversaryRate), batchRows: batch), rows: rows, threads: 1)
    let initial = expected["initial"] as! [String: Any]
    let w = Self.flat(initial["W"], predictorNames), u = Self.flat(initial["U"], adversaryNames)
    for (i, value) in w.enumerated() { engine.parameters[i] = value }
    for (i, value) in u.enumerated() { engine.adversaryParameters![i] = value }
    return engine
  }
}

private func worst(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

@Suite struct AdversarialGoldenTests {
  let order = Buffer((0..<16).map { UInt32($0) })

  @Test(arguments: cases)
  func lossesAndGradientsAreTheRecordedOnes(name: String) throws {
    let game = try RecordedGame(name)
    WorkerPool.serial.withTeam { team in
      let engine = game.engine(SGD(), adversaryRate: 0, .projection)
      let step = engine.step(order.pointer, count: 16, rate: 0, alpha: 0, team: team)
      #expect(abs(step.predictorLoss! - (game.expected["loss_predictor"] as! Double)) < 1e-12)
      #expect(abs(step.adversaryLoss! - (game.expected["loss_adversary"] as! Double)) < 1e-12)
      let (own, other) = engine.lastGradients
      #expect(
        worst(own, RecordedGame.flat(game.expected["grad_LP_W"], game.predictorNames)) < 1e-10)
      #expect(
        worst(other, RecordedGame.flat(game.expected["grad_LA_W"], game.predictorNames)) < 1e-10)
      let names =
        game.design.input == .sharpened
        ? game.adversaryNames : Array(game.adversaryNames.dropLast())
      let wanted = RecordedGame.flat(game.expected["grad_LA_U"], names)
      #expect(worst(Array(engine.lastAdversaryGradient.prefix(wanted.count)), wanted) < 1e-10)
    }
  }

  @Test(arguments: cases)
  func directionsAreTheRecordedOnes(name: String) throws {
    let game = try RecordedGame(name)
    for (key, value) in game.expected["directions"] as! [String: Any] {
      let coupling: PlayerCoupling = key.hasPrefix("global") ? .projection : .projectionPerTensor
      let alpha = Double(key.split(separator: "=")[1])!
      WorkerPool.serial.withTeam { team in
        let engine = game.engine(SGD(), adversaryRate: 0, coupling)
        _ = engine.step(order.pointer, count: 16, rate: 0, alpha: alpha, team: team)
        let wanted = RecordedGame.flat(value, game.predictorNames)
        #expect(worst(engine.lastDirection, wanted) < 1e-10, "\(key)")
      }
    }
  }

  @Test(arguments: cases)
  func trajectoriesAreTheRecordedOnes(name: String) throws {
    let game = try RecordedGame(name)
    for (key, value) in game.expected["trajectories"] as! [String: Any] {
      let parts = key.split(separator: "|")
      let isAdam = parts[0] == "adam", isMini = parts[3].hasPrefix("minibatch4")
      let rule: any Optimizer = isAdam ? Adam() : SGD()
      let rate = isAdam ? 0.01 : 0.1, alpha = Double(parts[2].split(separator: "=")[1])!
      let records = value as! [String: Any]
      WorkerPool.serial.withTeam { team in
        let engine = game.engine(
          rule, adversaryRate: rate, parts[1] == "global" ? .projection : .projectionPerTensor,
          batch: isMini ? 4 : 16)
        for step in 1...(isMini ? 8 : 10) {
          let first = isMini ? (step - 1) % 4 * 4 : 0
          let losses = engine.step(
            order.pointer + first, count: isMini ? 4 : 16, rate: rate, alpha: alpha, team: team)
          guard let record = records["\(step)"] as? [String: Any] else { continue }
          let w = RecordedGame.flat(record["W"], game.predictorNames)
          let u = RecordedGame.flat(record["U"], game.adversaryNames)
          #expect(worst(engine.parameters.array, w) < 1e-8, "\(key) \(step)")
          #expect(
            worst(Array(engine.adversaryParameters!.array.prefix(u.count)), u) < 1e-8,
            "\(key) \(step)")
          if let before = record["loss_before"] as? [Double] {
            #expect(abs(losses.predictorLoss! - before[0]) < 1e-10)
            #expect(abs(losses.adversaryLoss! - before[1]) < 1e-10)
          }
        }
      }
    }
  }
}
