import Mitigation
import Testing

/// A game over two fixed hypotheses: of one the error is small and the moment large, of the other the
/// reverse. The best mixture uses the first as much as the bound allows.
@Suite struct MomentGameTests {
  private func game(bound: Double, linearProgram: Bool = true) -> MomentGame {
    let errors = [0.1, 0.4], moments = [[0.5, -0.5], [0.0, 0.0]]
    return MomentGame(
      bounds: [bound, bound],
      options: ExponentiatedGradientOptions(targetGap: 1e-6, usesLinearProgram: linearProgram),
      project: { [max(0, $0[0] - $0[1]), max(0, $0[1] - $0[0])] },
      respond: { multipliers, _, _ in
        let values = errors.indices.map { k in
          errors[k] + zip(multipliers, moments[k]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let best = values[0] <= values[1] ? 0 : 1
        return MomentGame.Response(
          error: errors[best], moments: moments[best], isConstant: best == 1, deviation: 0)
      })
  }

  @Test(arguments: [0.0, 0.1, 0.25])
  func theMixtureUsesTheBetterHypothesisAsFarAsTheBoundAllows(bound: Double) throws {
    let record = try game(bound: bound).play()
    #expect(record.reached)
    let first = try #require(record.weights.max())
    let weights = record.found.count == 1 ? [first] : record.weights
    #expect(abs(weights.reduce(0, +) - 1) < 1e-9)
    // Of the hypothesis with the moment 0.5 the share is bound / 0.5.
    #expect(weights.contains { abs($0 - bound / 0.5) < 1e-6 })
  }

  @Test func everyStepIsOnRecord() throws {
    let record = try game(bound: 0.1).play()
    #expect(record.steps.count == record.gaps.count)
    #expect(record.responses.count == record.gaps.count)
    #expect(record.programs.count == record.gaps.count - 1)
    #expect(record.steps[0].allSatisfy { abs($0 - 100.0 / 3) < 1e-12 })
    #expect(record.gaps[record.bestStep] <= record.gaps.min()! + 1e-8)
    #expect(record.constantCalls > 0 && record.constantCalls < record.calls)
    #expect(record.found.map(\.call) == record.found.map(\.call).sorted())
  }

  @Test func withoutProgramsThereAreNone() throws {
    let record = try game(bound: 0.1, linearProgram: false).play()
    #expect(record.programs.isEmpty)
    #expect(record.isProgram.allSatisfy { !$0 })
  }

  @Test func momentsOfAnotherNumberAreAnError() {
    let wrong = MomentGame(
      bounds: [0.1], options: ExponentiatedGradientOptions(), project: { $0 },
      respond: { _, _, _ in
        MomentGame.Response(error: 0, moments: [0, 0], isConstant: false, deviation: 0)
      })
    #expect(throws: ReductionError.self) { try wrong.play() }
  }
}
