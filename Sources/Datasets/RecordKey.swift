import CText

/// The key of a record: a hash of its identifier's text that is the same on every machine.
public enum RecordKey {
  public static func of(_ identifier: String) -> UInt64 {
    var text = identifier
    return text.withUTF8 { bytes in
      // SAFETY: the text's bytes, read only.
      bytes.withMemoryRebound(to: CChar.self) { eqp_text_key($0.baseAddress, Int64($0.count)) }
    }
  }

  static func of(_ identifier: [UInt8]) -> UInt64 {
    identifier.withUnsafeBytes { bytes in
      // SAFETY: the text's bytes, read only.
      eqp_text_key(bytes.bindMemory(to: CChar.self).baseAddress, Int64(bytes.count))
    }
  }
}
