/// The version of this software.
public enum EquipoiseVersion {
  public static let current = "0.1.0"
}
