/// What is wrong with a label is said before what is wrong with a feature: without a label of two values
/// nothing can be done, and a reader of one error at a time would learn that last.
extension DataReader {
  /// The error of the label where it has one, else the error that was found.
  func labelFirst(
    _ found: DataError, _ table: any OpenTable, _ planner: TablePlanner
  ) -> DataError {
    guard let label = planner.options.label, found.blame == .data, !found.culprit.isEmpty,
      found.culprit != label
    else { return found }
    do throws(DataError) {
      try checkLabel(label, table, planner)
    } catch {
      let error = Self.inRole(error, planner.options)
      return error.culprit == label ? error : found
    }
    return found
  }

  /// Reads the label and nothing else, of the rows that are chosen.
  private func checkLabel(
    _ label: String, _ table: any OpenTable, _ planner: TablePlanner
  ) throws(DataError) {
    var alone = DataOptions(
      label: label, positive: planner.options.positive,
      missingTexts: planner.options.missingTexts, missing: planner.options.missing,
      mode: planner.options.mode)
    alone.mode.packsFeatures = false
    alone.mode.tellsMissing = false
    alone.mode.numbers = []
    let folded = planner.options.folded(for: nil)
    alone = alone.withFoldedValues(folded)
    var plan = try TablePlanner(file: table.file, columns: planner.columns, options: alone).plan()
    let tested = try planner.options.condition.map { condition throws(DataError) in
      try ConditionColumns(condition, planner, addingTo: &plan)
    }
    var raw = try table.read(plan, as: Float.self, pool: pool)
    if let tested { try raw.choose(by: tested, isStrict: true) }
    raw.fold(folded, pool: pool)
    _ = try PreparedTable(raw, options: alone)
  }
}
