import LinearAlgebra

/// Columns of texts that are wanted as numbers, which are read as in a file.
extension ArrowTable {
  /// Values that are looked at to tell in which form a column writes its numbers.
  private static let lookedAt = 2_000

  /// - Parameter notes: by column, of forms that are not plain.
  func numbersOfTexts(
    _ plan: TablePlan, notes: inout [Int: ColumnNote]
  ) throws(DataError) -> [Int: Buffer<Double>] {
    var found: [Int: Buffer<Double>] = [:]
    let missing = Set(plan.missingTexts)
    for j in plan.numbers.map(\.column) + plan.plain.map(\.column)
    where !fields[j].isNumeric && fields[j].type != .missing && found[j] == nil {
      // By a decimal comma, 1.234 is no plain number.
      let stated = decimal == .comma ? try form(j, missing, &notes) : nil
      do throws(DataError) {
        found[j] = try numbers(ofTexts: j, missing, in: stated)
      } catch {
        guard stated == nil, let form = try form(j, missing, &notes) else { throw error }
        found[j] = try numbers(ofTexts: j, missing, in: form)
      }
    }
    return found
  }

  /// How a column of texts writes its numbers, where that is not plainly and is certain.
  private func form(
    _ j: Int, _ missing: Set<String>, _ notes: inout [Int: ColumnNote]
  ) throws(DataError) -> NumberForm? {
    guard let found = try disguise(j, missing), case .certain(let form) = found.finding else {
      return nil
    }
    notes[j] = ColumnNote(column: fields[j].name, kind: .numbers, text: found.note)
    return form
  }

  /// What the texts of a column are, by the first of them.
  private func disguise(
    _ j: Int, _ missing: Set<String>
  ) throws(DataError) -> DisguisedColumn? {
    var values: [String] = []
    for batch in batches {
      for i in 0..<batch.rows where values.count < Self.lookedAt {
        if let text = try text(batch, i, j), !missing.contains(text) { values.append(text) }
      }
    }
    return DisguisedColumn(fields[j].name, values, decimal: decimal, isNumber: true)
  }

  private func text(_ batch: Batch, _ i: Int, _ j: Int) throws(DataError) -> String? {
    try reading { () throws(ArrowError) in try batch.columns[j].text(i) }?.trimmingBlanks
  }

  private func numbers(
    ofTexts j: Int, _ missing: Set<String>, in form: NumberForm?
  ) throws(DataError) -> Buffer<Double> {
    let values = Buffer<Double>(uninitialized: rows)
    for batch in batches {
      for i in 0..<batch.rows {
        guard let text = try text(batch, i, j), !missing.contains(text) else {
          values[batch.firstRow + i] = .nan
          continue
        }
        guard let number = NumberText.number(form.map { $0.plain(text) ?? "" } ?? text) else {
          throw .notANumber(
            file: file, row: batch.firstRow + i + 1, column: fields[j].name, value: text)
        }
        values[batch.firstRow + i] = number
      }
    }
    return values
  }
}
