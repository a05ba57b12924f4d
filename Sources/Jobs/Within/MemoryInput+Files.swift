import Datasets

extension MemoryInput {
  /// A packed file to read a few rows at a time, or what makes one.
  ///
  /// - Parameters:
  ///   - isTable: whether the caller has a table of his own in its place.
  ///   - option: what says where the rows are.
  static func packed(
    _ path: String?, isTable: Bool, _ option: String
  ) throws -> PackedBlocks {
    guard let path, !isTable else {
      throw JobError.usage("\(option: name) needs \(set: option, "FILE.eqp"), a packed file")
    }
    if let blocks = try PackedBlocks(path) { return blocks }
    throw JobError.usage(
      """
      \(option: name) reads packed files, and '\(path)' is none: \
      'equipoise pack \(path)' with \(set: "output", packedName(path)) makes one
      """)
  }

  /// The name of a packed file of a table's rows.
  private static func packedName(_ path: String) -> String {
    let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    return (name.hasSuffix(".csv") ? String(name.dropLast(4)) : name) + ".eqp"
  }
}

extension DataInput {
  /// The packed file that the rows are in.
  func packed(_ context: JobContext) throws -> PackedBlocks {
    try MemoryInput.packed(file, isTable: context.tables[Self.name] != nil, Self.name)
  }
}
