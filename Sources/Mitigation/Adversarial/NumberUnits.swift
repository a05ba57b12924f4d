/// Numbers in standard deviations from their mean: (y − m)/s, both weighted.
struct NumberUnits {
  var mean = 0.0
  var deviation = 1.0

  /// Of the range of the numbers.
  private static let leastShare = 1e-6

  init() {}

  init(_ values: [Double], weights: [Double]?) {
    let weights = weights ?? [Double](repeating: 1, count: values.count)
    let total = weights.reduce(0, +)
    let mean = zip(weights, values).reduce(0) { $0 + $1.0 / total * $1.1 }
    let variance = zip(weights, values).reduce(0) {
      $0 + $1.0 / total * ($1.1 - mean) * ($1.1 - mean)
    }
    // A deviation that rests on rows of next to no weight would put the others out of reach.
    let range = (values.max() ?? 0) - (values.min() ?? 0)
    self.mean = mean
    deviation = max(variance.squareRoot(), Self.leastShare * range)
    if !(deviation > 0) { deviation = 1 }
  }

  func standardized(_ values: [Double]) -> [Double] { values.map { ($0 - mean) / deviation } }
}
