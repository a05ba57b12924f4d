import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Optimization
import RowSums
import Testing

/// Fits of a grid against single fits of the same requests.
@Suite struct GridFitTests {
  private static let rows = 300

  private func learner(penalizesIntercept: Bool = false) -> LogisticLearner {
    let n = Self.rows
    let features = Matrix<Double>(
      (0..<n).map { i -> [Double] in
        let first = Double(i * 37 % 101), second = Double(i * 53 % 97)
        return [first / 50 - 1, second / 48 + 1]
      })
    let cells = Buffer((0..<n).map { UInt16($0 * 29 % 4) })
    let weights = (0..<4).map { c in Double((0..<n).count { $0 * 29 % 4 == c }) }
    return LogisticLearner(
      LocalRows(
        ScoreRows(
          features: DesignMatrix(dense: features), cells: cells, cellCount: 4,
          labels: [0, 1, 0, 1], cellWeights: weights)),
      l2: 1 / Double(n), penalizesIntercept: penalizesIntercept,
      rule: StoppingRule(relativeGap: 1e-14))
  }

  private let requests = stride(from: -1.5, through: 1.5, by: 0.5).map { shift in
    CellRequest(labels: [0, 1, shift > 0 ? 1 : 0, 1], weights: [1, 1 + abs(shift), abs(shift), 2])
  }

  @Test(arguments: [false, true])
  func everyFitIsThatOfItsRequestAlone(penalizesIntercept: Bool) throws {
    let fits = try learner(penalizesIntercept: penalizesIntercept).fitGrid(requests)
    #expect(fits.count == requests.count)
    for (request, fit) in zip(requests, fits) {
      let alone = learner(penalizesIntercept: penalizesIntercept)
      let found = try alone.fit(request)
      let theta = alone.model(.fitted(identifier: found.identifier, member: 0)).theta
      for (a, b) in zip(fit.theta, theta) { #expect(abs(a - b) < 1e-6 * (1 + abs(b))) }
      #expect(fit.positives == found.cellSums)
      #expect(fit.status == .converged)
    }
  }

  @Test func aPenaltyOnTheInterceptShrinksIt() throws {
    let free = try learner().fitGrid(requests)
    let held = try learner(penalizesIntercept: true).fitGrid(requests)
    #expect(zip(free, held).allSatisfy { abs($0.theta[2]) >= abs($1.theta[2]) - 1e-9 })
    #expect(zip(free, held).contains { abs($0.theta[2] - $1.theta[2]) > 1e-3 })
  }

  @Test func noRequestsGiveNoFits() throws { #expect(try learner().fitGrid([]).isEmpty) }
}
