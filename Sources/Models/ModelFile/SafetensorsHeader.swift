import Datasets

/// The JSON header of a safetensors file: which array has which type, shape and byte range.
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var type: SafetensorsFile.ElementType
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  var metadata: [String: String] = [:]
  var entries: [Entry] = []

  /// The header of arrays that follow each other without gaps, padded to the alignment.
  static func encode(
    metadata: [String: String], tensors: [SafetensorsFile.Tensor]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { quoted($0.key) + ":" + quoted($0.value) }
      members.append("\"\(SafetensorsFile.metadataName)\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + tensor.bytes.count
      members.append(
        quoted(tensor.name) + ":{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    while bytes.count % SafetensorsFile.alignment != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  /// A JSON string: control characters, quotes and backslashes escaped, the rest as it is.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  init(decoding bytes: [UInt8], file: String) throws(ModelFileError) {
    var reader = HeaderReader(bytes: bytes, file: file)
    var names: Set<String> = []
    // Typed throws cannot pass through a nested closure's inference: the member loop is spelled out.
    try reader.expect("{")
    var isFirst = true
    while try reader.nextMember(isFirst: &isFirst, close: "}") {
      let name = try reader.string()
      guard names.insert(name).inserted else { throw .duplicatedName(file: file, name: name) }
      try reader.expect(":")
      if name == SafetensorsFile.metadataName {
        metadata = try reader.strings()
      } else {
        entries.append(try reader.entry(name))
      }
    }
    try reader.expectEnd()
  }

  /// Each range has the size of its shape, and together they tile the data.
  func validate(dataCount: Int, file: String) throws(ModelFileError) {
    for entry in entries {
      guard entry.begin <= entry.end, entry.end <= dataCount else {
        throw .outOfRange(file: file, tensor: entry.name)
      }
      var needed = entry.type.size
      for extent in entry.shape {
        let (product, overflow) = needed.multipliedReportingOverflow(by: extent)
        guard !overflow else { throw .outOfRange(file: file, tensor: entry.name) }
        needed = product
      }
      guard entry.end - entry.begin == needed else {
        throw .wrongSize(
          file: file, tensor: entry.name, bytes: entry.end - entry.begin, needed: needed)
      }
    }
    var covered = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin >= covered else { throw .overlap(file: file, tensor: entry.name) }
      guard entry.begin == covered else { throw .gap(file: file, offset: covered) }
      covered = entry.end
    }
    guard covered == dataCount else { throw .gap(file: file, offset: covered) }
  }
}
