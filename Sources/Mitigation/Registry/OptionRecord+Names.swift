import Datasets

extension OptionRecord {
  /// Names with commas between them; nil where there are none.
  static func names(
    _ name: String, _ path: WritableKeyPath<Root, [String]?> & Sendable, _ help: String
  ) -> Self {
    OptionRecord(
      name, .text, help,
      set: { root, input throws(DataError) in
        root[keyPath: path] = NameList.names(in: try OptionKind.text.text(input, name))
      }, get: { $0[keyPath: path].map { .text(NameList.text(of: $0)) } })
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
