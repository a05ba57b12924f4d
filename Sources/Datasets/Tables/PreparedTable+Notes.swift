extension PreparedTable {
  /// Fewer texts that read as numbers than this are a scale of a few steps, which levels describe.
  private static var fewestNumberTexts: Int { 3 }

  /// What a reader of any result must know of how columns were read: features of texts that read as
  /// numbers, and were not said to be categories.
  var notes: [Phrase] {
    raw.plan.categories.compactMap { category in
      guard !category.isDeclared, !raw.notedColumns.contains(category.column),
        let column = raw.coded[category.column]
      else { return nil }
      let numbers = column.levels.filter(NumberText.readsAsNumber)
      guard numbers.count >= Self.fewestNumberTexts, 2 * numbers.count >= column.levels.count else {
        return nil
      }
      return """
        column '\(category.name)' holds text that looks like numbers, such as '\(numbers[0])': \
        \(numbers.count) of its \(column.levels.count) different values do. It is a category with a \
        level for each value; make it numbers, or name it among the categorical columns if that is \
        meant
        """
    }
  }
}
