import Essentials

/// The files that this process runs.
enum ProgramFiles {
  /// The program's own file, which may be a small one that loads the library.
  static let executable: String? = {
    #if os(Linux)
      return try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    #else
      var count: UInt32 = 0
      // SAFETY: the first call says how many bytes the second may write.
      _ = unsafe _NSGetExecutablePath(nil, &count)
      var path = [CChar](repeating: 0, count: Int(count))
      guard unsafe _NSGetExecutablePath(&path, &count) == 0 else { return nil }
      return unsafe String(cString: path)
    #endif
  }()

  /// The file that holds the engine: the shared library where there is one, otherwise the program.
  static let engine: String? =
    image().flatMap { path in
      path.hasSuffix(".so") || path.hasSuffix(".dylib") || path.contains(".so.") ? path : nil
    } ?? executable

  /// The file that this code was loaded from.
  private static func image() -> String? {
    #if os(Linux)
      // Each line is "start-end permissions offset device inode   path".
      let place = UInt(bitPattern: #dsohandle)
      guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else {
        return nil
      }
      let own = maps.split(separator: "\n").first { line in
        let range = line.prefix { $0 != " " }.split(separator: "-").map { UInt($0, radix: 16) ?? 0 }
        return range.count == 2 && range[0] <= place && place < range[1]
      }
      return own?.firstIndex(of: "/").map { String(own![$0...]) }
    #else
      var image = Dl_info()
      // SAFETY: the handle lies in this image, and the name lives as long as the image does.
      guard unsafe dladdr(#dsohandle, &image) != 0, let name = unsafe image.dli_fname else {
        return nil
      }
      return unsafe String(cString: name)
    #endif
  }
}
