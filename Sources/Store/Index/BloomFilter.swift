/// Whether a record may be in a run: never no where it is, and yes in about one of a hundred where it is not.
///
/// Ten bits a record and six of them set. B. Bloom, *Space/time trade-offs in hash coding with allowable errors*,
/// Communications of the ACM 13, 1970; the six places by two hashes: A. Kirsch, M. Mitzenmacher, *Less hashing, same
/// performance*, Random Structures and Algorithms 33, 2008.
package struct BloomFilter: Sendable {
  private static let bitsARecord = 10
  private static let places = 6

  private(set) var words: [UInt64]

  package init(records: Int) {
    words = [UInt64](repeating: 0, count: max(1, (records * Self.bitsARecord + 63) / 64))
  }

  package init(words: [UInt64]) { self.words = words }

  package mutating func insert(_ hash: RecordHash) {
    for k in 0..<Self.places {
      let bit = place(hash, k)
      words[bit >> 6] |= 1 << UInt64(bit & 63)
    }
  }

  package func mayContain(_ hash: RecordHash) -> Bool {
    for k in 0..<Self.places {
      let bit = place(hash, k)
      if words[bit >> 6] & (1 << UInt64(bit & 63)) == 0 { return false }
    }
    return true
  }

  private func place(_ hash: RecordHash, _ k: Int) -> Int {
    let mixed = hash.low &+ UInt64(k) &* (hash.high | 1)
    return Int(mixed.multipliedFullWidth(by: UInt64(words.count * 64)).high)
  }
}
