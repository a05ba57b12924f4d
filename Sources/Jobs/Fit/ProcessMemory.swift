import Essentials

/// The most memory that this process has held at once.
public enum ProcessMemory {
  public static var peakBytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      let status = unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
      // Linux counts in kilobytes.
      let unit = 1024
    #else
      let status = unsafe getrusage(RUSAGE_SELF, &usage)
      let unit = 1
    #endif
    return status == 0 ? usage.ru_maxrss * unit : 0
  }
}
