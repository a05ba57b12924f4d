import Essentials
import Testing

@Suite struct NumbersForReadersTests {
  @Test(arguments: [
    (2.747585346574155e-06, "2.75e-6"), (0.012345, "0.0123"), (0.5, "0.5"), (12.0, "12"),
    (1234.5678, "1235"), (-0.25, "−0.25"), (0, "0"), (1e-8, "1e-8"), (3e20, "3e20"),
    (999.9, "1000"), (.infinity, "inf"),
  ]) func aNumberHasFewDigits(_ value: Double, _ text: String) {
    #expect(value.brief() == text)
  }

  @Test func countsHaveMarksOfThousands() {
    #expect([0, 999, 1000, -1_234_567].map(\.grouped) == ["0", "999", "1,000", "−1,234,567"])
  }
}
