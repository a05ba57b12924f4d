import CKernels
import Essentials

/// What the engine runs on and how fast it is there.
public struct MachineInfo: Sendable, Encodable {
  public var processor: String
  public var vectorInstructions: String
  /// The kernels that OpenBLAS chose, as it names them.
  public var openblasCore: String
  /// Why it chose them.
  public var coreReason: String
  public var openblasConfiguration: String
  public var cores: Int
  public var threads: Int
  /// Single precision matrix product, all threads.
  public var gigaflops: Double
  /// Reading memory from end to end, all threads.
  public var gigabytesPerSecond: Double
  /// Variables of the environment that OpenBLAS obeys.
  public var overrides: [String: String]
  public var warnings: [String]

  enum CodingKeys: String, CodingKey {
    case processor, cores, threads, gigaflops, overrides, warnings
    case vectorInstructions = "vector_instructions"
    case openblasCore = "openblas_core"
    case coreReason = "openblas_core_reason"
    case openblasConfiguration = "openblas_configuration"
    case gigabytesPerSecond = "gigabytes_per_second"
  }

  /// The machine, with its speeds measured in about a second.
  public static func measured(pool: WorkerPool) -> MachineInfo {
    _ = pool
    let overrides = Dictionary(
      OpenBLAS.overrides.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let bits = Int(eqp_vector_bits())
    let core = OpenBLAS.core
    let forced = overrides["OPENBLAS_CORETYPE"]
    var info = MachineInfo(
      processor: processorName, vectorInstructions: vectorName(bits), openblasCore: core,
      coreReason: forced.map { "OPENBLAS_CORETYPE=\($0) asks for them" } ?? "chosen by OpenBLAS",
      openblasConfiguration: OpenBLAS.configuration, cores: WorkerPool.availableCores,
      threads: pool.threads, gigaflops: productSpeed(pool), gigabytesPerSecond: readSpeed(pool),
      overrides: overrides, warnings: [])
    if forced != nil, bits > 256, !wideCores.contains(core) {
      info.warnings.append(
        "OPENBLAS_CORETYPE=\(forced!) keeps OpenBLAS from the 512-bit instructions of this "
          + "processor; unset it for up to twice the speed")
    }
    return info
  }

  /// The kernels that run here: sums of the same rows may differ in their last bits where others do.
  public static let kernels = "\(vectorName(Int(eqp_vector_bits()))), \(OpenBLAS.core)"

  /// The kernels that use 512-bit instructions.
  private static let wideCores: Set<String> = ["SkylakeX", "Cooperlake", "SapphireRapids"]

  private static func vectorName(_ bits: Int) -> String {
    #if arch(x86_64)
      return bits == 512 ? "AVX-512" : bits == 256 ? "AVX2" : "SSE2"
    #else
      return "\(bits)-bit"
    #endif
  }

  private static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    for line in text.split(separator: "\n") where line.hasPrefix("model name") {
      return line.drop { $0 != ":" }.dropFirst().trimmingBlanks
    }
    #if arch(x86_64)
      return "x86-64"
    #else
      return "arm64"
    #endif
  }

  /// Side of the matrices that are multiplied: large enough for the kernels' full speed.
  private static let side = 768
  /// Floats a thread reads: beyond every cache.
  private static let floatsAThread = 1 << 25
  private static let repetitions = 3

  private static func productSpeed(_ pool: WorkerPool) -> Double {
    let n = side
    let blocks = 4 * pool.threads
    let a = Buffer<Float>(zeroed: n * n)
    let c = Buffer<Float>(zeroed: n * n * pool.threads)
    for i in 0..<n * n { a.pointer[i] = Float(i % 7) - 3 }
    let seconds = fastest {
      pool.forEach(pool.threads) { thread in
        for _ in 0..<blocks / pool.threads {
          // SAFETY: each thread writes a result of its own, n·n numbers long.
          Float.Routines.gemm(
            false, false, Int32(n), Int32(n), Int32(n), 1, a.pointer, Int32(n), a.pointer,
            Int32(n), 0, c.pointer + thread * n * n, Int32(n))
        }
      }
    }
    return 2 * Double(n) * Double(n) * Double(n) * Double(blocks) / seconds / 1e9
  }

  private static func readSpeed(_ pool: WorkerPool) -> Double {
    let count = floatsAThread
    let chunks = 64
    let x = Buffer<Float>(zeroed: count * pool.threads)
    let sums = Buffer<Double>(zeroed: chunks * pool.threads)
    let size = x.count / sums.count
    let seconds = fastest {
      pool.forEach(sums.count) { sums.pointer[$0] = Float.Kernels.sum(x.pointer + $0 * size, size) }
    }
    return Double(x.count * MemoryLayout<Float>.size) / seconds / 1e9
  }

  private static func fastest(_ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    return (0..<repetitions).map { _ in clock.measure(body) / .seconds(1) }.min() ?? .infinity
  }
}
