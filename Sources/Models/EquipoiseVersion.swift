/// The version of this software.
public enum EquipoiseVersion {
  public static let current = "0.1.0"
}

extension EquipoiseVersion {
  /// What files say wrote them.
  public static let writer = "equipoise \(current)"
}
