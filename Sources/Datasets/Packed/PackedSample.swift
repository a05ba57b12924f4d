/// How a packed file keeps what its columns were told from.
extension PackedContents.Sample {
  func write(to output: inout PackedOutput) {
    output.add(starts)
    output.add(rows)
    output.add(count: limit)
    output.add(missingTexts)
    output.add(count: disguised.count)
    for (place, column) in disguised.sorted(by: { $0.key < $1.key }) {
      output.add(count: place)
      column.write(to: &output)
    }
  }

  init(_ input: inout PackedInput) throws(PackedFault) {
    starts = try input.sizes()
    rows = try input.sizes()
    limit = try input.size()
    guard starts.count == rows.count, starts.count <= Self.mostPlaces else {
      throw .badContents("a sample of \(starts.count) places")
    }
    missingTexts = try input.texts()
    let count = try input.count(each: 25)
    for _ in 0..<count {
      let place = try input.size()
      disguised[place] = try DisguisedColumn(&input)
    }
  }
}

extension DisguisedColumn {
  fileprivate func write(to output: inout PackedOutput) {
    output.add(name)
    output.add(sample)
    output.add(count: values)
    switch finding {
    case .certain(let form):
      output.add(UInt8(0))
      output.add(form.decimal.rawValue)
      output.add(form.isPercentage)
    case .open(let reason):
      output.add(UInt8(1))
      output.add(reason)
    case .partly(let numbers):
      output.add(UInt8(2))
      output.add(count: numbers)
    case .thousands: output.add(UInt8(3))
    }
  }

  fileprivate init(_ input: inout PackedInput) throws(PackedFault) {
    let name = try input.text(), sample = try input.text(), values = try input.size()
    let finding: Finding
    switch try input.number(UInt8.self) {
    case 0:
      let mark = try input.text(), isPercentage = try input.flag()
      guard let decimal = DecimalMark(rawValue: mark) else {
        throw .badContents("a decimal mark '\(mark)'")
      }
      finding = .certain(NumberForm(decimal: decimal, isPercentage: isPercentage))
    case 1: finding = .open(reason: try input.text())
    case 2: finding = .partly(numbers: try input.size())
    case 3: finding = .thousands
    default: throw .badContents("column '\(name)' writes its numbers in an unknown way")
    }
    self.init(name, finding, sample: sample, values: values)
  }
}

/// What the columns of a packed table are where some texts mean a missing value.
struct PackedColumns {
  let samples: [ColumnSample]
  /// By their place in the table.
  let disguised: [Int: DisguisedColumn]

  /// As they were told when the table was packed, or told again from the same rows where other texts
  /// mean a missing value; numbers that were written plainly stay so.
  init(_ packed: PackedFile, _ reading: TableReading) throws(PackedFault) {
    let sample = packed.contents.sample, known = packed.contents.columns.map(\.sample)
    let places = sample.disguised.filter { known.indices.contains($0.key) }
    guard !sample.starts.isEmpty, Set(sample.missingTexts) != Set(reading.missingTexts) else {
      samples = known
      disguised = places
      return
    }
    let rows = PackedSampledRows(packed, missing: Set(reading.missingTexts))
    let samples = try rows.samples(known.map(\.name), reading.missingTexts)
    self.samples = samples
    let found = try DisguisedColumns(samples, decimal: nil, numbers: []) {
      records throws(PackedFault) in
      try rows.values(records)
    }
    disguised = found.found.merging(places.filter(\.value.isPlain)) { _, plain in plain }
  }
}

/// Rows throughout a packed table.
private struct PackedSampledRows {
  let text: PackedRowText
  let sample: PackedContents.Sample
  let count: Int
  let missing: Set<String>

  init(_ packed: PackedFile, missing: Set<String>) {
    text = PackedRowText(packed)
    sample = packed.contents.sample
    count = packed.contents.rows
    self.missing = missing
  }

  /// Values that are not missing, by column, of the first rows of each place.
  func values(_ records: Int) throws(PackedFault) -> [Int: [String]] {
    let each = TextLayout.recordsAPlace(records, places: sample.starts.count)
    var values: [Int: [String]] = [:]
    for (start, rows) in zip(sample.starts, sample.rows) where start < count {
      for row in start..<min(count, start + min(each, rows)) {
        for j in text.packed.contents.columns.indices {
          let value = PackedText.plain(try text.field(row, j))
          if !missing.contains(value) { values[j, default: []].append(value) }
        }
      }
    }
    return values
  }

  func samples(_ names: [String], _ missingTexts: [String]) throws(PackedFault) -> [ColumnSample] {
    var sampled: [Int] = []
    for start in sample.starts where start < count {
      sampled += Array(start..<min(count, start + min(sample.limit, CSVTable.mostSampled)))
    }
    let examples = try values(CSVTable.exampleRecords).compactMapValues(\.first)
    return CSVTable.sample(
      FileBytes(try text.records(sampled).text), names, starts: [0], limit: sampled.count,
      missingTexts: missingTexts, examples: examples)
  }
}
