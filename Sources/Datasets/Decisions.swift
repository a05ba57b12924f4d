/// How scores become decisions where nothing else is said.
public enum Decisions {
  /// A probability at least this is a positive decision.
  public static let usualThreshold = 0.5
}
