import CText
import Essentials
import LinearAlgebra

/// Writes synthetic rows of any number to disk; memory holds a few blocks at a time.
public struct SyntheticWriter: Sendable {
  public var data: SyntheticData
  public var pool: WorkerPool
  /// Asked between blocks; true ends the work and leaves no file behind.
  public var shouldStop: @Sendable () -> Bool
  /// Told the share that is done, between blocks.
  public var progress: @Sendable (Double) -> Void

  public init(
    _ data: SyntheticData, pool: WorkerPool = .default,
    shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    self.data = data
    self.pool = pool
    self.shouldStop = shouldStop
    self.progress = progress
  }

  /// A comma-separated file with the columns `x0…`, `c0…`, `group` (`g0`, `g1`, …) and `label`.
  ///
  /// - Returns: false when it was stopped.
  @discardableResult
  public func writeCSV(to path: String) throws(DataError) -> Bool {
    let file = try AtomicFile(path)
    let names =
      (0..<data.features).map { "x\($0)" } + (0..<data.categorical).map { "c\($0)" }
      + ["group", "label"]
    try file.write(names.joined(separator: ",") + "\n")
    let done = try forEachBlock({ Self.text($0, data) }) { (text) throws(DataError) in
      try file.write(text)
    }
    if done { try file.commit() }
    return done
  }

  /// A folder of `X.npy`, `C.npy`, `group.npy` and `label.npy`.
  ///
  /// - Returns: false when it was stopped.
  @discardableResult
  public func writeArrays(to folder: String) throws(DataError) -> Bool {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(file: folder, reason: "\(error)")
    }
    let n = data.rows
    var files: [(AtomicFile, (SyntheticData.Block) -> [UInt8])] = []
    func add(
      _ name: String, _ kind: NPYArray.Kind, _ shape: [Int],
      _ bytes: @escaping (SyntheticData.Block) -> [UInt8]
    ) throws(DataError) {
      let file = try AtomicFile("\(folder)/\(name).npy")
      try file.write(NPYArray.header(kind: kind, shape: shape))
      files.append((file, bytes))
    }
    if data.features > 0 {
      try add("X", .float32, [n, data.features]) { $0.x.withUnsafeBytes(Array.init) }
    }
    if data.categorical > 0 {
      try add("C", .uint16, [n, data.categorical]) { $0.codes.withUnsafeBytes(Array.init) }
    }
    try add("group", .uint16, [n]) { $0.groups.withUnsafeBytes(Array.init) }
    try add("label", .uint8, [n]) { $0.labels }
    let done = try forEachBlock({ $0 }) { (block) throws(DataError) in
      for (file, bytes) in files { try file.write(bytes(block)) }
    }
    if done { for (file, _) in files { try file.commit() } }
    return done
  }

  /// Makes blocks in parallel, a round at a time, and hands them over in order.
  private func forEachBlock<Part: Sendable>(
    _ make: @escaping @Sendable (SyntheticData.Block) -> Part,
    _ body: (Part) throws(DataError) -> Void
  ) throws(DataError) -> Bool {
    let maker = SyntheticMaker(data)
    let round = Self.blocksAThread * pool.threads
    var next = 0
    while next < data.blocks {
      if shouldStop() { return false }
      let first = next, count = min(round, data.blocks - next)
      let parts = PartList<Part>(count: count)
      pool.forEach(count) { parts.set($0, make(maker.block(first + $0))) }
      for k in 0..<count { try body(parts[k]) }
      next += count
      progress(Double(next) / Double(data.blocks))
    }
    return true
  }

  private static let blocksAThread = 8

  private static func text(_ block: SyntheticData.Block, _ data: SyntheticData) -> [UInt8] {
    let comma = UInt8(ascii: ",")
    // A number has at most 16 characters in its shortest form; codes have fewer.
    let capacity = block.rows * (16 * (data.features + data.categorical) + 16)
    return [UInt8](unsafeUninitializedCapacity: capacity) { out, used in
      var at = 0
      func number(_ write: (UnsafeMutablePointer<CChar>) -> Int64) {
        let start = UnsafeMutableRawPointer(out.baseAddress! + at)
        at += Int(write(start.assumingMemoryBound(to: CChar.self)))
      }
      for i in 0..<block.rows {
        for j in 0..<data.features {
          number { eqp_format_f32(block.x[i * data.features + j], $0) }
          out[at] = comma
          at += 1
        }
        for j in 0..<data.categorical {
          out[at] = UInt8(ascii: "l")
          at += 1
          number { eqp_format_int(Int64(block.codes[i * data.categorical + j]), $0) }
          out[at] = comma
          at += 1
        }
        out[at] = UInt8(ascii: "g")
        at += 1
        number { eqp_format_int(Int64(block.groups[i]), $0) }
        out[at] = comma
        out[at + 1] = UInt8(ascii: "0") + block.labels[i]
        out[at + 2] = UInt8(ascii: "\n")
        at += 3
      }
      used = at
    }
  }
}

/// Results that threads write to places of their own.
private final class PartList<Part>: @unchecked Sendable {
  // SAFETY: each index is written by one thread, and read after all have ended.
  private let parts: UnsafeMutablePointer<Part?>
  private let count: Int

  init(count: Int) {
    parts = .allocate(capacity: count)
    parts.initialize(repeating: nil, count: count)
    self.count = count
  }

  deinit {
    parts.deinitialize(count: count)
    parts.deallocate()
  }

  func set(_ index: Int, _ part: Part) { parts[index] = part }
  subscript(index: Int) -> Part { parts[index]! }
}
