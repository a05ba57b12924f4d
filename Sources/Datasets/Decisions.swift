/// How scores become decisions where nothing else is said.
public enum Decisions {
  /// A probability at least this is a positive decision.
  public static let usualThreshold = 0.5

  /// Throws where a threshold on probabilities is none: everybody, or nobody, would be positive.
  public static func requireProbability(_ threshold: Double) throws(DataError) {
    try OptionKind.number(OptionKind.probability).check(.text("\(threshold)"), "threshold")
  }
}
