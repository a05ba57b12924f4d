/// An array of numbers with a name, as model files hold it: its elements row by row, little-endian.
public struct NamedTensor: Sendable, Equatable {
  public let name: String
  public let type: SafetensorsFile.ElementType
  public let shape: [Int]
  public let bytes: [UInt8]

  public init(name: String, type: SafetensorsFile.ElementType, shape: [Int], bytes: [UInt8]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "a shape cannot be negative")
    precondition(name != SafetensorsFile.metadataName, "the name is reserved")
    let size = shape.reduce(type.size, *)
    precondition(size == bytes.count, "\(bytes.count) bytes for a shape of \(size)")
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  public init(name: String, doubles: [Double], shape: [Int]? = nil) {
    self.init(
      name: name, type: .float64, shape: shape ?? [doubles.count],
      bytes: littleEndian(doubles.map(\.bitPattern)))
  }

  public init(name: String, floats: [Float], shape: [Int]? = nil) {
    self.init(
      name: name, type: .float32, shape: shape ?? [floats.count],
      bytes: littleEndian(floats.map(\.bitPattern)))
  }

  public init(name: String, integers: [Int64], shape: [Int]? = nil) {
    self.init(
      name: name, type: .signed64, shape: shape ?? [integers.count],
      bytes: littleEndian(integers))
  }

  public init(name: String, codes: [UInt16], shape: [Int]? = nil) {
    self.init(
      name: name, type: .unsigned16, shape: shape ?? [codes.count], bytes: littleEndian(codes))
  }
}

// MARK: Floating-point elements

extension NamedTensor {
  /// Numbers in one of the two precisions that are fitted in.
  public enum Numbers: Sendable, Equatable {
    case float64([Double])
    case float32([Float])

    public var doubles: [Double] {
      switch self {
      case .float64(let values): values
      case .float32(let values): values.map(Double.init)
      }
    }
  }

  public init(_ name: String, shape: [Int], _ numbers: Numbers) {
    switch numbers {
    case .float64(let values): self.init(name: name, doubles: values, shape: shape)
    case .float32(let values): self.init(name: name, floats: values, shape: shape)
    }
  }

  /// The same numbers under another name.
  public func named(_ name: String) -> NamedTensor {
    NamedTensor(name: name, type: type, shape: shape, bytes: bytes)
  }

  /// 32-bit floats as they are, and everything else as `Double`.
  public var numbers: Numbers {
    type == .float32
      ? .float32(words(of: bytes, as: UInt32.self).map(Float.init(bitPattern:)))
      : .float64(doubles)
  }

  /// The elements as `Double`; integers beyond 2⁵³ are rounded.
  public var doubles: [Double] {
    switch type {
    case .float64: words(of: bytes, as: UInt64.self).map(Double.init(bitPattern:))
    case .float32: words(of: bytes, as: UInt32.self).map { Double(Float(bitPattern: $0)) }
    case .signed64: words(of: bytes, as: Int64.self).map { Double($0) }
    case .unsigned16: words(of: bytes, as: UInt16.self).map { Double($0) }
    }
  }

  /// The elements as `Float`, rounded where they are not.
  public var floats: [Float] {
    type == .float32
      ? words(of: bytes, as: UInt32.self).map(Float.init(bitPattern:)) : doubles.map { Float($0) }
  }

  /// The elements of an integer array; nil for floating-point ones.
  public var integers: [Int64]? {
    switch type {
    case .signed64: words(of: bytes, as: Int64.self)
    case .unsigned16: words(of: bytes, as: UInt16.self).map { Int64($0) }
    case .float32, .float64: nil
    }
  }
}

// MARK: Bytes

/// The bytes of numbers, the lowest of each first.
func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
  words.map(\.littleEndian).withUnsafeBytes { Array($0) }
}

/// The numbers that bytes hold, the lowest of each first.
private func words<Word: FixedWidthInteger>(of bytes: [UInt8], as _: Word.Type) -> [Word] {
  let count = bytes.count / MemoryLayout<Word>.size
  return [Word](unsafeUninitializedCapacity: count) { target, filled in
    bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
    for i in 0..<count { target[i] = Word(littleEndian: target[i]) }
    filled = count
  }
}
