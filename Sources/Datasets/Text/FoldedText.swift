import LinearAlgebra

/// Texts without what people write differently and mean alike.
enum FoldedText {
  /// In small letters, with single blanks.
  static func of(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension RawTable {
  /// Makes one value of those that are the same text when it is folded, in some columns.
  mutating func fold(_ names: Set<String>, pool: WorkerPool) {
    for place in plan.codeColumns.filter({ names.contains($0.name) }).map(\.column) {
      guard var column = coded[place] else { continue }
      let texts = column.levels.map(FoldedText.of)
      // Of UTF-8 the order of bytes is that of code points.
      let levels = Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      guard levels != column.levels else { continue }
      let codes = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, UInt16($0)) })
      var map = [UInt16](repeating: CodedColumn.missing, count: Int(CodedColumn.missing) + 1)
      for (code, text) in texts.enumerated() { map[code] = codes[text]! }
      PackKernels.renumber(column.codes, map: map, pool: pool)
      column.levels = levels
      coded[place] = column
    }
  }
}

extension DataOptions {
  /// The columns that are folded: of those that a model was fitted to, what was folded there.
  func folded(for encoder: FeatureEncoder?) -> Set<String> {
    guard let encoder else { return Set(fold) }
    let fitted = encoder.options
    let known = Set(
      encoder.featureNames + fitted.attributeNames + fitted.controlNames
        + [encoder.label].compactMap(\.self))
    return Set(fitted.fold).union(Set(fold).subtracting(known))
  }

  /// The same roles, where the positive values of folded columns are folded, too.
  func withFoldedValues(_ names: Set<String>) -> DataOptions {
    var options = self
    if let label, names.contains(label) { options.positive = positive.map(FoldedText.of) }
    guard let prediction, names.contains(prediction) else { return options }
    options.selected = selected.map(FoldedText.of)
    if label == nil { options.positive = positive.map(FoldedText.of) }
    return options
  }
}
