import Essentials

/// Writes all of some bytes at a place of an open file.
///
/// - Returns: false where the system does not take them: `errno` says why.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at place: Int) -> Bool {
  var sent = 0
  while sent < bytes.count {
    // SAFETY: the range lies inside the bytes.
    let count = pwrite(
      descriptor, bytes.baseAddress! + sent, bytes.count - sent, off_t(place + sent))
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { return false }
    sent += count
  }
  return true
}
