import Datasets
import Essentials
import LinearAlgebra
import Reports

/// What a row has in a source column, and what the reference rows have there.
extension LinearReasons {
  /// Units of the last place that reading, centring and scaling a feature may lose.
  private static var lostUnits: Double { 4 }
  /// Digits of a mean.
  private static var meanDigits: Int { 4 }

  /// A row's own value, as the table has it; nil where it is missing.
  func value(of name: String, _ features: DesignMatrix<Scalar>, row: Int) -> String? {
    guard let k = columns.firstIndex(of: name) else { return nil }
    let codes = places[k].coded.map { Int(features.categorical[$0].codes[row]) }
    guard let j = places[k].dense else {
      return level(codes[0], of: encoder.categorical[places[k].coded[0]])
    }
    return codes == [1]
      ? nil : asRead(Double(features.dense[row, j]), j)
  }

  /// The mean of the reference rows in a column of numbers, or the most frequent category; nil where
  /// most have none.
  func typical(of name: String) -> String? {
    guard let k = columns.firstIndex(of: name) else { return nil }
    if let j = places[k].dense { return mean(reference[j], j) }
    let usual = mostFrequent(places[k].coded[0])
    return level(usual.code, of: encoder.categorical[places[k].coded[0]])
  }

  /// The share of the reference rows that have the most frequent category; nil for numbers.
  func typicalShare(of name: String) -> Double? {
    guard let k = columns.firstIndex(of: name), places[k].dense == nil else { return nil }
    return mostFrequent(places[k].coded[0]).share
  }

  private func mostFrequent(_ column: Int) -> (code: Int, share: Double) {
    let first = firstColumns[column]
    let shares = reference[first..<first + encoder.categorical[column].codeCount]
    let most = shares.indices.max { (shares[$0], -$0) < (shares[$1], -$1) } ?? first
    return (most - first, shares[most])
  }

  private func level(_ code: Int, of category: FeatureEncoder.Categorical) -> String? {
    if code < category.levels.count { return category.levels[code] }
    return category.hasMissing && code == category.levels.count ? nil : FeatureEncoder.unseenName
  }

  /// A number of the design matrix in the units of the table.
  private func inUnits(_ stored: Double, _ j: Int) -> Double {
    let column = encoder.numeric[j]
    return column.scale > 0 ? stored / column.scale + column.mean : column.mean
  }

  private func mean(_ stored: Double, _ j: Int) -> String {
    let value = inUnits(stored, j)
    guard value != 0, value.isFinite else { return NumberText.exact(value) }
    return Self.rounded(
      value, places: Self.meanDigits - 1 - Int(log10(value.magnitude).rounded(.down)))
  }

  /// The shortest number that the stored one may have been read from.
  private func asRead(_ stored: Double, _ j: Int) -> String {
    let value = inUnits(stored, j), mean = encoder.numeric[j].mean
    guard value.isFinite else { return NumberText.exact(value) }
    let lost = Self.lostUnits * Double(Scalar.ulpOfOne) * (value - mean).magnitude
    let lowest = value == 0 ? 0 : -Int(log10(value.magnitude).rounded(.down))
    for places in min(lowest, 0)...Self.mostPlaces {
      let near = Self.nearest(value, places)
      if near.isFinite, (near - value).magnitude <= lost {
        return Self.rounded(value, places: places)
      }
    }
    return NumberText.exact(value)
  }

  private static var mostPlaces: Int { 17 }

  private static func nearest(_ value: Double, _ places: Int) -> Double {
    let unit = pow(10, Double(abs(places)))
    return places < 0 ? (value / unit).rounded() * unit : (value * unit).rounded() / unit
  }

  private static func rounded(_ value: Double, places: Int) -> String {
    let near = nearest(value, places)
    return NumberText.exact(near.isFinite ? near == 0 ? 0 : near : value)
  }
}
