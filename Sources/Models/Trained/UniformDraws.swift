import CKernels
import Datasets
import LinearAlgebra

extension Dataset {
  /// A number in [0, 1) for each row: a hash of its identifier, or else of its encoded features, and
  /// the key, so that the same person draws the same number in any order and on any machine. Rows
  /// with neither draw by their position.
  public func uniformDraws(key: UInt64) -> [Double] {
    if let identifiers = keys {
      // SAFETY: a key of 8 bytes a row.
      return (0..<rows).map { Self.uniform(eqp_hash_bytes(key, identifiers.pointer + $0, 8)) }
    }
    guard features.columns > 0 else {
      return (0..<rows).map { row in
        var random = CounterRandom(seed: key, stream: UInt64(row))
        return random.uniform()
      }
    }
    let hashes = Buffer<UInt64>(uninitialized: rows)
    for i in 0..<rows { hashes.pointer[i] = key }
    // SAFETY: a row of the dense block has `columns` numbers, a code column one code a row.
    for i in 0..<rows {
      hashes.pointer[i] = eqp_hash_bytes(
        hashes.pointer[i], UnsafeRawPointer(features.dense.pointer(row: i)),
        features.dense.columns * MemoryLayout<Scalar>.stride)
    }
    for column in features.categorical {
      for i in 0..<rows {
        hashes.pointer[i] = eqp_hash_bytes(
          hashes.pointer[i], UnsafeRawPointer(column.codes.pointer + i),
          MemoryLayout<UInt16>.stride)
      }
    }
    return (0..<rows).map { Self.uniform(hashes.pointer[$0]) }
  }

  private static func uniform(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }
}
