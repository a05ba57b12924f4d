import Equipoise

/// The command line program.
public enum EquipoiseProgram {
  /// Runs the program.
  ///
  /// - Parameter arguments: the name of the program, and what was typed after it.
  /// - Returns: the exit code.
  public static func main(_ arguments: [String]) -> Int32 {
    OpenBLAS.endIdleThreads()
    CommandText.begin(arguments)
    return EquipoiseCommand.run(Array(arguments.dropFirst()))
  }
}
