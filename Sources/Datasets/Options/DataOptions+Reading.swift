/// What the roles say of how a table is read.
extension DataOptions {
  /// The texts that mean a missing value: the usual ones, those that are stated here, and those of the
  /// fit where rows are read for a model. A text that the model has as a value stays that value.
  func missingTexts(for encoder: FeatureEncoder?) -> [String] {
    guard let encoder else { return Self.usualMissing + missingTexts }
    let fitted = encoder.options.missingTexts
    let stated = missingTexts.filter { text in
      !fitted.contains(text) && !encoder.categorical.contains { $0.levels.contains(text) }
    }
    return Self.usualMissing + fitted + stated
  }

  /// Columns that a role makes numbers.
  var numberColumns: Set<String> {
    Set(
      numeric + continuous + mode.numbers + bins.keys + [weights, target].compactMap(\.self))
  }
}
