/// Adjustments of p-values for having asked many questions.
public enum Multiplicity {
  /// Holm's step-down adjustment: controls the chance of any false finding, whatever the
  /// dependence. S. Holm, *A simple sequentially rejective multiple test procedure*, 1979.
  public static func holm(_ pValues: [Double]) -> [Double] {
    let m = pValues.count
    var adjusted = pValues
    var running = 0.0
    for (place, index) in order(of: pValues).enumerated() {
      running = max(running, min(1, Double(m - place) * pValues[index]))
      adjusted[index] = running
    }
    return adjusted
  }

  /// Benjamini and Hochberg's step-up adjustment: controls the expected share of false findings,
  /// for independent or positively dependent tests. JRSS B 57, 1995.
  public static func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
    let m = pValues.count
    var adjusted = pValues
    var running = 1.0
    for (place, index) in order(of: pValues).enumerated().reversed() {
      running = min(running, Double(m) / Double(place + 1) * pValues[index])
      adjusted[index] = running
    }
    return adjusted
  }

  /// Indices by increasing p-value, ties in their order.
  private static func order(of pValues: [Double]) -> [Int] {
    pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
  }
}
