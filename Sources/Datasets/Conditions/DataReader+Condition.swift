extension DataReader {
  /// Which records of a table fulfil a condition, in the table's order; nothing else is read.
  ///
  /// - Parameter isStrict: a value that no record has is an error.
  public func records(
    of location: DataLocation, fulfilling condition: RowCondition, isStrict: Bool = true
  ) throws(DataError) -> [Bool] {
    let table = try TableSources.open(location, TableReading(options), pool: pool)
    var plan = TablePlan(missingTexts: DataOptions.usualMissing + options.missingTexts)
    let planner = TablePlanner(file: table.file, columns: table.columns, options: options)
    let columns = try ConditionColumns(condition, planner, addingTo: &plan)
    do throws(DataError) {
      let raw = try table.read(plan, as: Float.self, pool: pool)
      return try ConditionRows(raw, columns, isStrict: isStrict).found()
    } catch {
      throw columns.explained(error)
    }
  }
}
