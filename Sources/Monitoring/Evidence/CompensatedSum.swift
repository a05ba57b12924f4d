import Essentials

/// A sum that keeps what rounding lost, so that evidence does not depend on how large its terms are.
///
/// A. Neumaier, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*, ZAMM 54, 1974.
struct CompensatedSum {
  private var sum = 0.0
  private var lost = 0.0

  mutating func add(_ term: Double) {
    let next = sum + term
    lost += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  var value: Double { sum + lost }
}

/// ln(eᵃ + eᵇ).
func logSum(_ a: Double, _ b: Double) -> Double {
  let high = max(a, b), low = min(a, b)
  return high == -.infinity ? high : high + log1p(exp(low - high))
}
