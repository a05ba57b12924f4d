import CText

/// The different texts of a column throughout a file, numbered in the order of their appearance.
final class PackedDictionary {
  private let pointer = eqp_packed_texts_make()!
  /// The numbers here of the last block's own texts.
  private(set) var levels: [UInt32] = []
  private(set) var words: [UInt32] = []

  init(_ known: [[UInt8]]) {
    for text in known {
      text.withUnsafeBytes { bytes in
        // SAFETY: the text is copied.
        _ = eqp_packed_texts_add(
          pointer, bytes.bindMemory(to: CChar.self).baseAddress, Int64(bytes.count))
      }
    }
  }

  deinit { eqp_packed_texts_free(pointer) }

  var count: Int { Int(eqp_packed_texts_count(pointer)) }

  var texts: [[UInt8]] {
    (0..<eqp_packed_texts_count(pointer)).map { index in
      var count: Int64 = 0
      let text = eqp_packed_texts_text(pointer, index, &count)
      // SAFETY: the text lives as long as the dictionary.
      return Array(UnsafeRawBufferPointer(start: text, count: Int(count)))
    }
  }

  /// Takes the different texts of a column of rows; false, and none is taken, where all texts would
  /// be of more than `limit` bytes.
  func takeLevels(_ rows: OpaquePointer, _ column: Int64, _ count: Int, limit: Int) -> Bool {
    var size: Int64 = 0, bytes = Int(eqp_packed_texts_bytes(pointer))
    for level in 0..<Int64(count) {
      _ = eqp_packed_level(rows, column, level, &size)
      bytes += Int(size)
    }
    guard bytes <= limit else { return false }
    levels = (0..<Int64(count)).map { level in
      let text = eqp_packed_level(rows, column, level, &size)
      return eqp_packed_texts_add(pointer, text, size)
    }
    return true
  }

  /// Takes the texts of a numeric column that are no numbers; false where there are too many.
  func takeWords(_ rows: OpaquePointer, _ column: Int64, limit: Int) -> Bool {
    let found = eqp_packed_word_count(rows, column)
    guard found <= limit, count + Int(found) <= 2 * limit else { return false }
    var size: Int64 = 0
    words = (0..<found).map { word in
      let text = eqp_packed_word(rows, column, word, &size)
      return eqp_packed_texts_add(pointer, text, size)
    }
    return true
  }
}
