import RowSums

/// What one reading of the rows at θ found: sums over cells, and their derivatives in θ.
///
/// With z = x·w + b, p = σ(z), s the sample weight, and the loss table a, b of each cell:
/// `lossSums[c]` = Σ_{i∈c} s·(a_c·log(1+eᶻ) − b_c·z), `probabilitySums[c]` = Σ_{i∈c} s·p. A derivative has
/// `width` entries, the intercept last.
struct ScoreSlopes {
  var lossSums: [Double]
  /// Zeros unless their derivatives were asked for.
  var probabilitySums: [Double]
  /// ∇ of Σ_c lossSums[c], shape `(width)`, or of each cell, shape `(cells, width)`.
  var loss: [Double]
  /// ∇ of the probability's sum of each cell, shape `(cells, width)`; empty unless asked for.
  var probability: [Double]

  /// - Parameter numbers: the sums in the order of the question.
  init(_ numbers: [Double], _ question: ScoreQuestion, _ shape: RowShape) {
    let cells = shape.cells, width = shape.width
    lossSums = Array(numbers[..<cells])
    var first = cells
    if question.probabilityByCell {
      probabilitySums = Array(numbers[first..<first + cells])
      first += cells
    } else {
      probabilitySums = Array(repeating: 0, count: cells)
    }
    let slots = question.lossByCell ? cells : 1
    loss = Array(numbers[first..<first + slots * width])
    probability = Array(numbers[(first + slots * width)...])
  }
}
