import Essentials

extension FileBytes {
  /// The SHA-256 digest of bytes `range`, as 64 hexadecimal digits.
  public func digest(_ range: Range<Int>) -> String {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of range")
    // SAFETY: the range lies inside the bytes.
    return Digest.sha256(
      of: UnsafeRawBufferPointer(start: pointer + range.lowerBound, count: range.count))
  }
}
