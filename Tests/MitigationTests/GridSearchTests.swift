import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

/// Rows of two groups: a score evenly spaced from 0 to 1 in each, the group itself, and a constant.
private struct ScoredGroups {
  let x: [[Double]]
  let y: [Double]
  let scope: ConstraintScope

  init(_ counts: (Int, Int), codes: (Double, Double), label: (Double, Int) -> Double) {
    var x: [[Double]] = [], y: [Double] = [], names: [String] = []
    for (group, count) in [counts.0, counts.1].enumerated() {
      let code = group == 0 ? codes.0 : codes.1
      for i in 0..<count {
        let score = Double(i) / Double(count - 1)
        x.append([score, code, 1])
        y.append(label(score, group))
        names.append("\(Int(code))")
      }
    }
    self.x = x
    self.y = y
    scope = ConstraintScope(
      sensitive: [GroupIndex(attribute: "A", values: names)],
      labels: Buffer(y.map { $0 > 0.5 ? 1 : 0 }))
  }
}

@Suite struct GridSearchTests {
  /// With two groups the multiplier runs evenly from −limit to limit (Fairlearn's
  /// test_grid_generator), on the group that occurs first.
  @Test(arguments: [10, 11])
  func theLatticeOfOneDimensionIsEven(size: Int) {
    let points = GridLattice.points(size: size, limit: 2, signed: [true], onSphere: false)
    #expect(points.count == size)
    for i in 0..<size { #expect(abs(points[i][0] - (-2 + 0.4 * Double(i))) < 1e-12) }
  }

  /// Two events and one direction each: integer points of |a| + |b| ≤ m in recursion order.
  @Test func theLatticeOfTwoDimensionsIsCutAtItsSize() {
    let points = GridLattice.points(size: 7, limit: 2, signed: [true, true], onSphere: false)
    let expected: [[Double]] = [[-1, 0], [0, -1], [0, 0], [0, 1], [1, 0]]
    // 5 points are too few, so the unit is halved: |a| + |b| ≤ 2 has 13.
    #expect(points.count == 7)
    #expect(points[0] == [-2, 0] && points[1] == [-1, -1] && points[6] == [0, 0])
    let five = GridLattice.points(size: 5, limit: 2, signed: [true, true], onSphere: false)
    #expect(five == expected.map { $0.map { 2 * $0 } })
    for point in points { #expect(point.reduce(0) { $0 + abs($1) } <= 2 + 1e-12) }
  }

  /// Sizes and dimensions at which the published procedure divides by zero are defined here.
  @Test func degenerateGridsHaveAPoint() {
    #expect(GridLattice.points(size: 1, limit: 2, signed: [true], onSphere: false) == [[0]])
    #expect(GridLattice.points(size: 5, limit: 2, signed: [], onSphere: false) == [[]])
    #expect(GridLattice.points(size: 5, limit: 2, signed: [false], onSphere: true) == [[2]])
  }

  @Test(arguments: [1, 2, 3, 7])
  func spreadPointsAreInTheBallAndComeInPairs(dimension: Int) {
    let points = GridSpread.points(
      size: 41, limit: 2, signed: Array(repeating: true, count: dimension), onSphere: false)
    #expect(points.count == 41 && points[0].allSatisfy { $0 == 0 })
    for point in points { #expect(point.reduce(0) { $0 + abs($1) } <= 2 + 1e-12) }
    for k in stride(from: 1, to: 41, by: 2) { #expect(points[k] == points[k + 1].map { -$0 }) }
    #expect(Set(points).count == 41)
  }

  /// Fairlearn's test_bgl_unfair: seven points of a square loss bound on two groups.
  @Test func regressionsReproduceThePublishedPredictions() throws {
    let data = ScoredGroups((5, 7), codes: (2, 3)) { score, group in
      (group == 0 ? 1 : 16) * score
    }
    let codes = data.scope.cells.codes.array.map(Int.init)
    var models: [[Double]] = []
    var learner = ClosureLearner(sums: .losses) { request in
      let gram = Matrix<Double>(rows: 3, columns: 3)
      var right = [Double](repeating: 0, count: 3)
      for (i, row) in data.x.enumerated() {
        for a in 0..<3 {
          right[a] += request.weights[codes[i]] * row[a] * data.y[i]
          for b in 0...a { gram[a, b] += request.weights[codes[i]] * row[a] * row[b] }
        }
      }
      for a in 0..<3 { gram[a, a] += 1e-6 }
      let w = Cholesky(gram)!.solve(right)
      var sums = [Double](repeating: 0, count: data.scope.cells.count)
      for (i, row) in data.x.enumerated() {
        let miss = row.dot(w) - data.y[i]
        sums[codes[i]] += miss * miss
      }
      models.append(w)
      return FittedHypothesis(cellSums: sums, identifier: models.count - 1)
    }
    let wide = -1e9...1e9
    let result = try GridSearch(
      [BoundedGroupLoss(.square(wide), upperBound: 1)], grid: .lattice, size: 7
    ).fit(data.scope, learner: &learner)
    let published = [
      [3.2, 11.2], [-3.473_469_39, 10.648_979_59], [-2.68, 10.12], [-1.917_647_06, 9.611_764_71],
      [-1.184_615_38, 9.123_076_92], [-0.479_245_28, 8.652_830_19], [0.2, 0.7],
    ]
    #expect(models.count == 7)
    for (model, expected) in zip(models, published) {
      #expect(abs([0.2, 2, 1].dot(model) - expected[0]) < 1e-3)
      #expect(abs([0.7, 3, 1].dot(model) - expected[1]) < 1e-3)
    }
    #expect(result.best.point == 3)
  }

  /// λ = 0 is the plain fit, and given multipliers give what the grid gives at them.
  @Test func multipliersOfTheCallerAreThoseOfTheGrid() throws {
    let made = Classified(rows: 600, groups: 3, seed: 5)
    let search = GridSearch(
      [ParityRequirement(.equalizedOdds, .difference(0.01))], grid: .lattice, size: 9)
    var learner = made.learner()
    let grid = try search.fit(made.scope, learner: &learner)
    var again = made.learner()
    let given = try search.fit(made.scope, multipliers: grid.multipliers, learner: &again)
    #expect(grid.candidates.map(\.objective) == given.candidates.map(\.objective))
    #expect(grid.selected == given.selected)
    var plain = made.learner()
    let zero = try search.fit(
      made.scope, multipliers: [grid.multipliers[0].map { _ in 0 }], learner: &plain)
    let free = try made.learner().fit(made.plainRequest)
    #expect(zero.candidates[0].cellSums == free.cellSums)
  }

  /// Groups play no special part: the spread grid finds as good a candidate when they are renamed,
  /// and the selected candidate has the smallest weighted sum.
  @Test func theSelectedCandidateIsTheBest() throws {
    let made = Classified(rows: 2_000, groups: 3, seed: 8)
    var learner = made.learner()
    let search = GridSearch([ParityRequirement(.demographicParity, .difference(0))])
    let result = try search.fit(made.scope, learner: &learner)
    let losses = result.candidates.map { 0.5 * $0.objective + 0.5 * $0.disparity }
    #expect(losses[result.selected] == losses.min())
    #expect(result.candidates.count > 20 && result.oracleCalls == 20)
    let plain = 0.5 * result.candidates[0].objective + 0.5 * result.candidates[0].disparity
    #expect(losses[result.selected] < plain)
  }
}
