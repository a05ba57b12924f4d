/// A mean with what is known of how it would vary in other rows.
public struct SampledMean: Sendable, Equatable {
  public var value: Double
  /// The variance of the value: s²/n of the rows, n Kish's effective size under weights.
  public var variance: Double
  /// n − 1.
  public var degrees: Double

  public init(value: Double, variance: Double, degrees: Double) {
    self.value = value
    self.variance = variance
    self.degrees = degrees
  }
}

extension RegressionTally {
  /// Kish's effective number of rows (Σw)²/Σw².
  public var effectiveCount: Double { squares > 0 ? weight * (weight / squares) : 0 }

  /// A metric that is a mean over rows, or the root of one, with its sampling variance; nil for others
  /// and with fewer than two effective rows.
  ///
  /// The variance of √m is Var(m)/(4m), by the delta method.
  public func sampled(_ metric: String) -> SampledMean? {
    guard weight > 0, effectiveCount > 1 else { return nil }
    switch metric {
    case "mean_label": return mean(label, square: labelSquare, shift: center)
    case "mean_prediction":
      return mean(label + error, square: predictionSquare, shift: center)
    case "mean_error": return mean(error, square: squaredError)
    case "mean_absolute_error": return mean(absoluteError, square: squaredError)
    case "mean_squared_error": return mean(squaredError, square: fourthError)
    case "root_mean_squared_error":
      let square = mean(squaredError, square: fourthError)
      guard square.value > 0 else { return nil }
      return SampledMean(
        value: square.value.squareRoot(), variance: square.variance / (4 * square.value),
        degrees: square.degrees)
    default: return nil
    }
  }

  private func mean(_ sum: Double, square: Double, shift: Double = 0) -> SampledMean {
    let value = sum / weight, count = effectiveCount
    let spread = max(0, square / weight - value * value)
    return SampledMean(
      value: shift + value, variance: spread / (count - 1), degrees: count - 1)
  }

  /// What is left of a whole when a part of its rows is taken out; the largest error is the whole's.
  public static func - (whole: RegressionTally, part: RegressionTally) -> RegressionTally {
    var rest = whole
    rest.rows -= part.rows
    rest.weight = max(0, whole.weight - part.weight)
    rest.squares = max(0, whole.squares - part.squares)
    rest.label -= part.label
    rest.labelSquare = max(0, whole.labelSquare - part.labelSquare)
    rest.error -= part.error
    rest.squaredError = max(0, whole.squaredError - part.squaredError)
    rest.absoluteError = max(0, whole.absoluteError - part.absoluteError)
    rest.predictionSquare = max(0, whole.predictionSquare - part.predictionSquare)
    rest.fourthError = max(0, whole.fourthError - part.fourthError)
    return rest.rows == 0 ? RegressionTally() : rest
  }
}
