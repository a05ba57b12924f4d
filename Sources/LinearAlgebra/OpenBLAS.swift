import COpenBLAS
import Essentials

/// What the linked OpenBLAS is and does.
///
/// Parallelism is ours, over row blocks, so OpenBLAS itself runs on one thread. Which kernels it
/// chose decides a factor of two; the engine shows the choice and never overrides the user's.
public enum OpenBLAS {
  /// The kernels in use, as OpenBLAS names them: `Haswell`, `SkylakeX`, `Zen`, …
  public static var core: String { String(cString: openblas_get_corename()) }
  public static var configuration: String { String(cString: openblas_get_config()) }

  /// The variables of the environment that OpenBLAS obeys, with their values.
  public static var overrides: [(name: String, value: String)] {
    ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS"].compactMap { name in
      getenv(name).map { (name, String(cString: $0)) }
    }
  }

  private static let oneThread: Void = openblas_set_num_threads(1)
  /// Idempotent: the first call tells OpenBLAS to run on the caller's thread.
  static func useOneThread() { _ = oneThread }

  /// Ends the threads that OpenBLAS starts as it is loaded.
  ///
  /// They look for work without rest for a hundredth of a second or several before they sleep, and so
  /// take processors from a command that is over sooner. Only for a process of our own: another
  /// program may want them.
  public static func endIdleThreads() {
    // Told first: being told again would start the threads anew.
    useOneThread()
    eqp_openblas_end_threads()
  }
}
