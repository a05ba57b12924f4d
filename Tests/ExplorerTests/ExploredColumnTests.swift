import Explorer
import TestSupport
import Testing

@Suite struct ExploredColumnTests {
  /// Numbers of few decimals, stored about their mean in units of their spread.
  @Test(arguments: [0.0, 87.3, -12_000, 1e6])
  func storedNumbersComeBackAsTheyWereWritten(mean: Double) {
    var random = SeededGenerator(seed: 4)
    for spread in [0.5, 400, 30_000] {
      let scale = Float(1 / spread)
      for _ in 0..<500 {
        let written = Double(Int.random(in: -20...20, using: &random)) * 5 + mean.rounded()
        for value in [written, 0] {
          let stored = Float(value - mean) * scale
          let found = ExploredColumn.asWritten(
            Double(stored) / Double(scale), from: mean, precision: Double(Float.ulpOfOne))
          #expect(found == Float(value), "mean \(mean), spread \(spread)")
        }
      }
    }
  }
}
