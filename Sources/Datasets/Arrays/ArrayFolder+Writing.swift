import Essentials
import LinearAlgebra

extension Dataset {
  /// Writes the rows as a folder of arrays, which reads as the same rows again: `X.npy` with the dense
  /// features as they are encoded, shape `(n, d)`, `C.npy` with the codes of categorical columns, shape
  /// `(n, k)`, and `group.npy`, `label.npy` and `weight.npy`, shape `(n)`, as far as there are any.
  ///
  /// Several attributes are one of their combinations.
  public func writeArrays(to folder: String) throws(DataError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(file: folder, reason: "\(error)")
    }
    func write<Number>(
      _ name: String, _ kind: NPYArray.Kind, _ shape: [Int], _ numbers: [Number]
    ) throws(DataError) {
      try NPYArray.write(numbers, kind, shape, to: "\(folder)/\(name).npy")
    }
    let width = features.dense.columns, count = features.categorical.count
    if width > 0 {
      let kind: NPYArray.Kind = Scalar.self == Float.self ? .float32 : .float64
      var x: [Scalar] = []
      x.reserveCapacity(rows * width)
      for i in 0..<rows {
        x += UnsafeBufferPointer(start: features.dense.pointer(row: i), count: width)
      }
      try write("X", kind, [rows, width], x)
    }
    if count > 0 {
      var codes = [UInt16](repeating: 0, count: rows * count)
      for (j, column) in features.categorical.enumerated() {
        for i in 0..<rows { codes[i * count + j] = column.codes.pointer[i] }
      }
      try write("C", .uint16, [rows, count], codes)
    }
    if !attributes.isEmpty {
      try write("group", .uint16, [rows], GroupIndex.cross(attributes).codes.array)
    }
    if let labels { try write("label", .uint8, [rows], labels.array) }
    if let sampleWeights { try write("weight", .float64, [rows], sampleWeights) }
  }
}

extension NPYArray {
  /// Writes numbers in C order; the shape's extents multiply to their count.
  static func write<Number>(
    _ numbers: [Number], _ kind: Kind, _ shape: [Int], to path: String
  ) throws(DataError) {
    precondition(
      shape.reduce(1, *) == numbers.count && kind.size == MemoryLayout<Number>.size,
      "numbers of another shape or kind")
    let file = try AtomicFile(path)
    try file.write(header(kind: kind, shape: shape))
    let failure: DataError? = numbers.withUnsafeBytes { bytes in
      do throws(DataError) {
        try file.write(bytes)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
    try file.commit()
  }

  /// Writes a vector of numbers, shape `(n)`.
  public static func write(_ numbers: [Double], to path: String) throws(DataError) {
    try write(numbers, .float64, [numbers.count], to: path)
  }

  /// All numbers in C order.
  public var doubles: [Double] { (0..<count).map(value) }
}
