import LinearAlgebra
import Optimization
import Testing

@Suite struct FirstOrderTests {
  /// Every method goes to the minimum of ½Σ cᵢ(xᵢ − 1)², whose curvatures differ a hundredfold.
  @Test(arguments: Optimizers.all.map { type(of: $0).name })
  func everyMethodMinimisesAQuadratic(name: String) throws {
    let rule = try #require(Optimizers.named(name))
    let n = 37, parameters = Buffer<Double>(zeroed: n), gradient = Buffer<Double>(zeroed: n)
    let vectors = OptimizerVectors(
      parameters: parameters, gradient: gradient, memoryCount: rule.memoryCount)
    let steps = 4000, schedule = CosineSchedule()
    for step in 0..<steps {
      for i in 0..<n { gradient[i] = (1 + Double(i) / 4) * (parameters[i] - 1) }
      rule.step(
        vectors, 0..<n, rate: 0.02 * schedule.factor(at: step, of: steps), decay: 0,
        step: step + 1)
    }
    for i in 0..<n { #expect(abs(parameters[i] - 1) < 1e-3, "\(name) \(i)") }
  }

  /// A step on two ranges is a step on the whole: tasks may share the work.
  @Test(arguments: Optimizers.all.map { type(of: $0).name })
  func rangesDoNotSeeEachOther(name: String) throws {
    let rule = try #require(Optimizers.named(name))
    func run(_ ranges: [Range<Int>]) -> [Float] {
      let vectors = OptimizerVectors(
        parameters: Buffer((0..<50).map { Float($0) / 7 }),
        gradient: Buffer((0..<50).map { Float(25 - $0) / 9 }), memoryCount: rule.memoryCount)
      for step in 1...5 {
        for range in ranges { rule.step(vectors, range, rate: 0.1, decay: 0.01, step: step) }
      }
      return vectors.parameters.array
    }
    let whole = run([0..<50]), cut = run([0..<16, 16..<48, 48..<50])
    for (a, b) in zip(whole, cut) { #expect(abs(a - b) <= 4 * a.ulp) }
  }

  /// The first step of Adam is the rate against the sign, whatever the gradient's size.
  @Test func adamsFirstStepHasTheSizeOfTheRate() {
    let vectors = OptimizerVectors<Double>(
      parameters: Buffer([0, 0]), gradient: Buffer([1e-3, -1e3]), memoryCount: 2)
    Adam().step(vectors, 0..<2, rate: 0.5, decay: 0, step: 1)
    #expect(abs(vectors.parameters[0] + 0.5) < 1e-4)
    #expect(abs(vectors.parameters[1] - 0.5) < 1e-9)
  }

  @Test func decayIsDecoupledInAdamWAlone() {
    func end(_ rule: any Optimizer) -> Double {
      let vectors = OptimizerVectors<Double>(
        parameters: Buffer([2]), gradient: Buffer([0]), memoryCount: rule.memoryCount)
      rule.step(vectors, 0..<1, rate: 0.1, decay: 0.5, step: 1)
      return vectors.parameters[0]
    }
    #expect(abs(end(AdamW()) - 2 * (1 - 0.05)) < 1e-12)
    #expect(abs(end(SGD()) - 2 * (1 - 0.05)) < 1e-12)
    #expect(abs(end(Adam()) - 1.9) < 1e-6, "the decay is the whole gradient: its size is lost")
  }

  @Test func schedulesStartAtOneAndGoWhereTheySay() {
    for schedule in Schedules.all { #expect(schedule.factor(at: 0, of: 100) == 1) }
    #expect(ConstantSchedule().factor(at: 99, of: 100) == 1)
    #expect(abs(CosineSchedule().factor(at: 50, of: 100) - 0.5) < 1e-12)
    #expect(abs(CosineSchedule().factor(at: 100, of: 100)) < 1e-12)
    #expect(StepSchedule(drops: 3, share: 0.1).factor(at: 24, of: 100) == 1)
    #expect(abs(StepSchedule(drops: 3, share: 0.1).factor(at: 99, of: 100) - 1e-3) < 1e-12)
    #expect(InverseTimeSchedule(halving: 10).factor(at: 10, of: 100) == 0.5)
    #expect(RootSchedule().factor(at: 15, of: 100) == 4)
  }
}
