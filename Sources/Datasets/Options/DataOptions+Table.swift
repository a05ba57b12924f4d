extension DataOptions: OptionTable {
  /// The roles that every job knows.
  ///
  /// A label brings its own positive value, so that one that came with a built-in data set does not
  /// outlive its label; what is to be left out, and texts of missing values, add to the data set's.
  public static let table = roles + [condition] + TextForm.table.map { $0.nested(in: \.form) }

  /// What the columns are: what a model keeps.
  static let roles: [OptionRecord<DataOptions>] = [
    OptionRecord(
      "label", .text, value: "column", "Column with the true outcome.",
      set: { options, input throws(DataError) in
        options.label = try OptionKind.text.text(input, "label")
        options.positive = nil
      }, get: { $0.label.map { .text($0) } }),
    .text(
      "positive", \.positive, value: "value",
      "The label's positive value (default: the larger of two numbers, the favorable of two words such as "
        + "approved and denied, else the later of two texts)."),
    OptionRecord(
      "sensitive", .texts, value: "columns",
      "Sensitive columns, separated by commas; a*b is a cross. A name with commas may be quoted.",
      set: { options, input throws(DataError) in
        options.sensitive = try OptionKind.texts.texts(input, "sensitive")
      }, get: { $0.sensitive.isEmpty ? nil : .texts($0.sensitive) }),
    .texts(
      "continuous", \.continuous, value: "columns",
      "Sensitive columns that are numbers, not groups, for methods that take them."),
    .texts(
      "controls", \.controls, value: "columns",
      "Columns within whose values groups are compared, as legitimate reasons to differ."),
    .text(
      "id", \.identifier, value: "column",
      "Column that names each record; decisions drawn at random depend on it alone."),
    .text("weights", \.weights, value: "column", "Column with sample weights."),
    .adding("drop", \.drop, value: "columns", "Columns to leave out."),
    .texts("categorical", \.categorical, value: "columns", "Columns to read as categories."),
    .texts("numeric", \.numeric, value: "columns", "Columns to read as numbers."),
    .adding("na", \.missingTexts, value: "values", "Further texts that mean a missing value."),
    .texts(
      "fold", \.fold, value: "columns",
      "Columns whose values are read in small letters with single blanks, so that spellings which "
        + "differ in capitals or blanks are one."),
    .choice(
      "missing", \.missing, formerly: MissingPolicy.formerNames,
      "Missing values: keep the row (a category gets a level of its own, a number the mean and a "
        + "column that flags it), drop it, or stop (default: keep for categories, error for numbers)."
    ),
    .flag("use_sensitive", \.useSensitive, "Keep sensitive columns among the features."),
    OptionRecord(
      "bins", .edges, value: "column=edges",
      "Groups from a numeric sensitive column, as age=25,40.",
      set: { options, input throws(DataError) in
        options.bins.merge(try OptionKind.edges.edges(input)) { _, new in new }
      },
      get: { options in
        options.bins.isEmpty
          ? nil : .mapping(options.bins.mapValues { .texts($0.map { "\($0)" }) })
      }),
  ]

  /// Which rows are read.
  static let condition = OptionRecord<DataOptions>(
    RowCondition.option, .text, value: "condition",
    "Rows to read: 'age < 30 & region in {north, east}', also !, |, is missing (default: all).",
    set: { options, input throws(DataError) in
      options.condition = try RowCondition(try OptionKind.text.text(input, RowCondition.option))
    }, get: { $0.condition.map { .text($0.text) } })

  /// The number that a fit predicts in place of a label.
  public static let targetColumn = OptionRecord<DataOptions>(
    "target_column", .text, value: "column",
    "Numeric column to predict in place of a label, for methods that predict numbers.",
    set: { options, input throws(DataError) in
      options.target = try OptionKind.text.text(input, "target_column")
      options.label = nil
      options.positive = nil
    }, get: { $0.target.map { .text($0) } })

  /// What is stated here over what a table comes with: a bundled one knows its own roles.
  public func over(_ base: DataOptions) -> DataOptions {
    let usual = DataOptions()
    var result = base
    for record in Self.table + [Self.targetColumn] {
      guard let stated = record.get(self), record.get(usual) != stated else { continue }
      // What a record wrote it can read.
      try? record.set(&result, stated)
    }
    result.prediction = prediction ?? base.prediction
    result.mode = mode
    return result
  }
}

extension OptionRecord<DataOptions> {
  /// Names that are added to those that are there.
  fileprivate static func adding(
    _ name: String, _ path: WritableKeyPath<DataOptions, [String]> & Sendable, value: String,
    _ help: String
  ) -> Self {
    Self(
      name, .texts, value: value, help,
      set: { options, input throws(DataError) in
        options[keyPath: path] += try OptionKind.texts.texts(input, name)
      }, get: { $0[keyPath: path].isEmpty ? nil : .texts($0[keyPath: path]) })
  }
}
