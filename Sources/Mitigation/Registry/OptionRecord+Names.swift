import Datasets

extension OptionRecord {
  /// Names with commas between them; nil where there are none.
  static func names(
    _ name: String, _ path: WritableKeyPath<Root, [String]?> & Sendable, _ help: String
  ) -> Self {
    OptionRecord(
      name, .text, help,
      set: { root, input throws(DataError) in
        root[keyPath: path] =
          try OptionKind.text.text(input, name).split(separator: ",").map(String.init)
      }, get: { $0[keyPath: path].map { .text($0.joined(separator: ",")) } })
  }

  /// An option that names an entry of a list.
  static func entry(
    _ name: String, of names: [String], _ help: String,
    get: @escaping @Sendable (Root) -> String?,
    set: @escaping @Sendable (inout Root, String) -> Void
  ) -> Self {
    let kind = OptionKind.choice(names)
    return OptionRecord(
      name, kind, help,
      set: { root, input throws(DataError) in set(&root, try kind.text(input, name)) },
      get: { get($0).map { .text($0) } })
  }
}
