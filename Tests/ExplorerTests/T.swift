import Testing
@testable import Explorer
@Test func roundsCutsBetweenScores() { #expect(ReleasedCurve.shortest(above: 0.31, to: 0.73) == 0.7) }
