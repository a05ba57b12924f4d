import LinearAlgebra
import RowSums

/// Fits along a grid, in their order, and where the next is expected.
///
/// The polynomial of degree m through the last m + 1 fits of an evenly spaced grid is, one step on,
/// Σⱼ (−1)^j·C(m + 1, j + 1)·θ₋ⱼ. A grid bends where the label of a cell changes, so that the highest
/// degree is not always the best: the one that foresaw the last fit best foresees the next.
struct GridWalk {
  private static let highestDegree = 3
  /// Requests are evenly spaced up to this share of their largest number.
  private static let even = 1e-9

  private let shape: RowShape
  private var fits: [LogisticLearner.Fit]
  /// How far the forecast of each degree was from the last fit.
  private var misses: [Double] = []

  /// - Parameter fits: those that are known before the walk, at least one.
  init(from fits: [LogisticLearner.Fit], _ shape: RowShape) {
    self.fits = fits
    self.shape = shape
  }

  mutating func add(_ fit: LogisticLearner.Fit) {
    misses = forecasts(fit.request).map { $0.adding(-1, times: fit.theta).norm }
    fits.append(fit)
  }

  /// The forecast for the signed weights of a request; the nearest fit where they are not evenly
  /// spaced.
  func start(_ signed: [Double]) -> [Double] {
    let forecasts = forecasts(signed)
    guard forecasts.count > 1 else {
      return LogisticLearner.nearest(fits, signed, shape)?.theta ?? []
    }
    let known = misses.indices.prefix(forecasts.count)
    var degree = known.min { misses[$0] < misses[$1] } ?? 0
    // Where the highest that was tried is the best, one more is tried.
    if degree == known.count - 1, known.count < forecasts.count { degree += 1 }
    return forecasts[degree]
  }

  /// By degree, from 0 on, as far as requests are evenly spaced.
  private func forecasts(_ signed: [Double]) -> [[Double]] {
    var result: [[Double]] = []
    var requests = [signed]
    for fit in fits.reversed().prefix(Self.highestDegree + 1) {
      requests.append(fit.request)
      guard requests.count < 3 || Self.areEven(requests.suffix(3)) else { break }
      result.append(forecast(degree: result.count))
    }
    return result
  }

  private func forecast(degree: Int) -> [Double] {
    var weight = Double(degree + 1)
    var forecast = [Double](repeating: 0, count: fits[0].theta.count)
    for j in 0...degree {
      forecast.add(weight, times: fits[fits.count - 1 - j].theta)
      weight *= -Double(degree - j) / Double(j + 2)
    }
    return forecast
  }

  private static func areEven(_ three: ArraySlice<[Double]>) -> Bool {
    let (a, b, c) = (three.first!, three[three.startIndex + 1], three.last!)
    let bend = a.indices.reduce(0.0) { max($0, abs(a[$1] - 2 * b[$1] + c[$1])) }
    return bend <= even * a.maximumNorm
  }
}
