import Datasets
import LinearAlgebra
import Mitigation
import Models
import Optimization
import TestSupport
import Testing

@Suite struct RecordMapTests {
  private func program(
    seed: UInt64, combinations: Int = 4, groups: Int = 2, distortion: Double = 0.4,
    discrimination: Double = 0.05, reach: Double = 3
  ) -> RecordMapProgram {
    var random = SeededGenerator(seed: seed)
    var cells: [RecordMapProgram.Cell] = []
    for group in 0..<groups {
      for combination in 0..<combinations {
        for label in 0...1 where !(group == 0 && combination == 1 && label == 1) {
          let lean = label == 1 ? 0.3 + 0.4 * Double(group) : 1
          cells.append(
            .init(
              group: group, combination: combination, label: label,
              weight: lean * Double.random(in: 0.2...1, using: &random)))
        }
      }
    }
    return RecordMapProgram(
      cells: cells, combinations: combinations, distortion: distortion,
      discrimination: discrimination, reach: reach, labelCost: 1,
      cost: { Double(abs($0 - $1)) })
  }

  /// The share of positive labels of each group after the moves.
  private func shares(_ program: RecordMapProgram, _ moves: [[RecordMapProgram.Move]]) -> [Double] {
    let groups = program.cells.map(\.group).max()! + 1
    var positives = [Double](repeating: 0, count: groups), all = positives
    for (cell, moves) in zip(program.cells, moves) {
      all[cell.group] += cell.weight
      for move in moves where move.label == 1 {
        positives[cell.group] += cell.weight * move.probability
      }
    }
    return zip(positives, all).map { $0 / $1 }
  }

  private func variation(_ program: RecordMapProgram, _ moves: [[RecordMapProgram.Move]]) -> Double
  {
    var change = [Double](repeating: 0, count: 2 * program.combinations)
    let total = program.cells.reduce(0) { $0 + $1.weight }
    for (cell, moves) in zip(program.cells, moves) {
      change[2 * cell.combination + cell.label] -= cell.weight / total
      for move in moves {
        change[2 * move.combination + move.label] += cell.weight / total * move.probability
      }
    }
    return 0.5 * change.reduce(0) { $0 + abs($1) }
  }

  @Test(arguments: [2, 3, 5])
  func theMapKeepsItsBoundsAndItsDualProvesIt(groups: Int) {
    for seed in 1...10 as ClosedRange<UInt64> {
      let program = program(seed: seed, groups: groups, discrimination: 0.04)
      let solution = program.solve()
      #expect(solution.status == .optimal && solution.excess <= 1e-9)
      for (cell, moves) in zip(program.cells, solution.moves) {
        #expect(abs(moves.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
        let distortion = moves.reduce(0.0) {
          $0 + $1.probability
            * (program.cost(cell.combination, $1.combination) + ($1.label == cell.label ? 0 : 1))
        }
        #expect(distortion <= program.distortion + 1e-9)
      }
      let found = shares(program, solution.moves)
      #expect(found.max()! - found.min()! <= 0.04 + 1e-9)
      #expect(abs(variation(program, solution.moves) - solution.objective) < 1e-9)
      #expect(abs(solution.objective - solution.dualObjective) < 1e-8)
    }
  }

  /// Label flips alone, two groups, one combination: the least total variation is known.
  @Test func aProgramOfOneNumberHasTheKnownAnswer() {
    // Shares of positives 0.6 and 0.2 in groups of equal size; ε = 0.1 leaves a gap of 0.3 to close.
    // Moving both halves by 0.15 keeps the number of positives: nothing is changed over all.
    let cells = [
      RecordMapProgram.Cell(group: 0, combination: 0, label: 0, weight: 0.4),
      .init(group: 0, combination: 0, label: 1, weight: 0.6),
      .init(group: 1, combination: 0, label: 0, weight: 0.8),
      .init(group: 1, combination: 0, label: 1, weight: 0.2),
    ]
    let free = RecordMapProgram(
      cells: cells, combinations: 1, distortion: 1, discrimination: 0.1, reach: 1, labelCost: 1,
      cost: { _, _ in 0 })
    #expect(abs(free.solve().objective) < 1e-9)
    // With c = 0.2 at most 0.12 of the first can fall and 0.16 of the second rise: 0.28 < 0.3.
    var tight = free
    tight.distortion = 0.2
    #expect(abs(tight.solve().excess - 0.02) < 1e-9)
    // With c = 0.25: 0.15 and 0.2. Moving 0.15 each is free again.
    tight.distortion = 0.25
    #expect(abs(tight.solve().objective) < 1e-9 && tight.solve().excess < 1e-9)
  }

  @Test func nothingMovesWhereNothingHasTo() {
    let program = program(seed: 4, discrimination: 1)
    let solution = program.solve()
    #expect(abs(solution.objective) < 1e-12 && abs(solution.dualObjective) < 1e-9)
  }

  /// The training rows after the map have the shares that the program says, with weights or drawn.
  @Test func trainingRowsHaveTheSharesOfTheProgram() throws {
    let set = try BundledDataset.named("german")
    let data: Dataset<Double> = try DataReader(options: DataOptions(set)).read(
      .bundled(set, .train))
    for training in ["expected", "drawn"] {
      let options = try MethodOptions(
        ["discrimination": "0.01", "training": training], from: OptimizedPreprocessing.options,
        of: OptimizedPreprocessing.name)
      let fit = try OptimizedPreprocessing.fit(data, FitRequest(options: options, seed: 3))
      #expect(fit.report.status == .converged)
      #expect(try #require(fit.report.certificate).value < 1e-8)
      let changed = try fit.transform.training(data, pool: .default)
      let groups = changed.attributes[0]
      var positives = [Double](repeating: 0, count: groups.count), all = positives
      for i in 0..<changed.rows {
        all[groups[i]] += changed.sampleWeights![i]
        positives[groups[i]] += changed.sampleWeights![i] * Double(changed.labels![i])
      }
      let shares = zip(positives, all).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
      #expect(abs(all.reduce(0, +) - Double(data.rows)) < 1e-6)
      #expect(shares.max()! - shares.min()! <= (training == "expected" ? 0.01 + 1e-9 : 0.08))
    }
  }

  @Test func tooManyCombinationsAreNamed() throws {
    let set = try BundledDataset.named("german")
    let data: Dataset<Double> = try DataReader(options: DataOptions(set)).read(
      .bundled(set, .train))
    func fit(_ given: [String: String]) throws -> PreprocessingFit {
      try OptimizedPreprocessing.fit(
        data,
        FitRequest(
          options: try MethodOptions(
            given, from: OptimizedPreprocessing.options, of: OptimizedPreprocessing.name)))
    }
    #expect(throws: DataError.self) { try fit(["columns": "nobody"]) }
    #expect(throws: DataError.self) { try fit(["combinations": "1"]) }
  }
}
