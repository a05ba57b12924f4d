import CKernels

/// How long it takes to read memory once: what every pass over features is measured against.
public enum MemorySpeed {
  /// Bytes that a thread takes at once.
  private static let chunkBytes = 1 << 22

  /// Reads a matrix from end to end on all threads, as fast as memory gives it.
  ///
  /// - Returns: something that depends on every byte, so that no compiler leaves the work out.
  public static func read<Scalar: KernelScalar>(_ matrix: Matrix<Scalar>, pool: WorkerPool)
    -> UInt64
  {
    guard matrix.rows > 0 else { return 0 }
    let start = UnsafeRawPointer(matrix.pointer(row: 0))
    let bytes =
      ((matrix.rows - 1) * matrix.rowStride + matrix.columns) * MemoryLayout<Scalar>.stride
    let chunks = (bytes + chunkBytes - 1) / chunkBytes
    let found = Buffer<UInt64>(zeroed: max(1, chunks))
    // SAFETY: every chunk lies inside the matrix and has a place of its own for its result.
    nonisolated(unsafe) let source = start
    pool.forEach(chunks) { chunk in
      let first = chunk * chunkBytes
      found.pointer[chunk] = eqp_read_bytes(source + first, min(chunkBytes, bytes - first))
    }
    return found.array.reduce(0, ^)
  }
}
