import Datasets
import Essentials
import LinearAlgebra
import Reports

/// What a row has in a source column, and what the reference rows have there.
extension LinearReasons {
  /// Digits of a value: features may be stored in 32 bits.
  private static var ownDigits: Int { 7 }
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
      ? nil : number(Double(features.dense[row, j]), j, digits: Self.ownDigits)
  }

  /// The mean of the reference rows in a column of numbers, or the most frequent category; nil where
  /// most have none.
  func typical(of name: String) -> String? {
    guard let k = columns.firstIndex(of: name) else { return nil }
    if let j = places[k].dense { return number(reference[j], j, digits: Self.meanDigits) }
    let category = encoder.categorical[places[k].coded[0]]
    let first = firstColumns[places[k].coded[0]]
    let shares = reference[first..<first + category.codeCount]
    let most = shares.indices.max { (shares[$0], -$0) < (shares[$1], -$1) } ?? first
    return level(most - first, of: category)
  }

  private func level(_ code: Int, of category: FeatureEncoder.Categorical) -> String? {
    if code < category.levels.count { return category.levels[code] }
    return category.hasMissing && code == category.levels.count ? nil : FeatureEncoder.unseenName
  }

  /// A number of the design matrix in the units of the table.
  private func number(_ stored: Double, _ j: Int, digits: Int) -> String {
    let column = encoder.numeric[j]
    let value = column.scale > 0 ? stored / column.scale + column.mean : column.mean
    guard value != 0, value.isFinite else { return NumberText.exact(value) }
    let places = digits - 1 - Int(log10(value.magnitude).rounded(.down))
    let unit = pow(10, Double(abs(places)))
    let rounded = places < 0 ? (value / unit).rounded() * unit : (value * unit).rounded() / unit
    return NumberText.exact(rounded.isFinite ? rounded : value)
  }
}
