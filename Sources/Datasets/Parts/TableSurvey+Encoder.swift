/// How the columns of a table become features, as far as their kinds say.
extension TableSurvey {
  /// Kinds, levels and origins of the features, and the label's values; means and deviations are those
  /// of `encoder(moments:_:)`.
  public func encoder(_ options: DataOptions, file: String) throws(DataError) -> FeatureEncoder {
    guard rows > 0 else { throw .noRowsLeft(file: file) }
    var encoder = FeatureEncoder(
      numeric: features.filter(\.isNumber).map {
        .init(name: $0.name, origin: $0.origin, hasMissing: $0.missing > 0)
      },
      categorical: features.filter { !$0.isNumber }.map {
        .init(name: $0.name, levels: $0.levels, hasMissing: $0.missing > 0)
      }, label: options.label, options: options)
    encoder.options.missing = options.missing
    guard let label = options.label else { return encoder }
    let positive = try positive(options, label, file)
    let others = labels.filter { $0 != positive }
    encoder.positive = positive
    encoder.negative = others.count == 1 ? others[0] : nil
    return encoder
  }

  private func positive(
    _ options: DataOptions, _ label: String, _ file: String
  ) throws(DataError) -> String {
    guard labels.count > 1 else {
      throw .oneClass(file: file, column: label, value: labels.first ?? "")
    }
    guard let wanted = options.positive else {
      guard labels.count == 2 else {
        throw .notTwoClasses(file: file, column: label, values: [])
      }
      return LabelOrder(labels).positive
    }
    guard let found = labels.first(where: { ValueCounts.same($0, wanted) }) else {
      throw .unknownValue(
        file: file, column: label, value: wanted,
        nearest: NearestName.of(wanted, among: labels))
    }
    return found
  }

  /// Means and deviations from the moments of all rows, as `FeatureEncoder.fit` has them of one table.
  ///
  /// - Parameters:
  ///   - skeleton: of `encoder(_:file:)`.
  ///   - means: Σ w·d / Σ w about the origins, 0 without weight.
  ///   - squares: Σ w·d² / Σ w about these means.
  public static func encoder(
    _ skeleton: FeatureEncoder, means: [Double], squares: [Double]
  ) -> FeatureEncoder {
    var encoder = skeleton
    for j in encoder.numeric.indices {
      let origin = encoder.numeric[j].origin, deviation = squares[j].squareRoot()
      let size = max(abs(means[j]), abs(origin + means[j]))
      encoder.numeric[j].shift = -means[j]
      encoder.numeric[j].scale =
        deviation > FeatureEncoder.constantShare * size ? 1 / deviation : 0
    }
    return encoder
  }
}
