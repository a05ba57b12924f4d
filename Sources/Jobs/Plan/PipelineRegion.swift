import Datasets
import LinearAlgebra

/// Variants that are for some of the rows: the learner and the stages before it see all of them,
/// stages after it and everything that is measured the variant's own.
extension PipelineRows {
  /// The rows that a variant is for; all of them where it has no condition.
  func region<Scalar: KernelScalar>(
    of parts: DataParts<Scalar>, pool: WorkerPool
  ) throws -> DataParts<Scalar> {
    guard let region else { return parts }
    var finder = RegionFinder(
      reader: DataReader(options: options, pool: pool), condition: region, fitted: location)
    return DataParts(
      train: try finder.part(parts.train, of: location, "train"),
      validation: try parts.validation.map {
        try finder.part($0, of: Self.location(validation, location), "validation")
      },
      test: try parts.test.flatMap { test in
        test.rows > 0 ? try finder.part(test, of: Self.location(self.test, location), "test") : nil
      })
  }

  private static func location(
    _ part: DataReader.TestRows?, _ whole: DataLocation
  ) -> DataLocation {
    if case .table(let location)? = part { location } else { whole }
  }
}

/// Finds a region's rows among rows that were read.
private struct RegionFinder {
  let reader: DataReader
  let condition: RowCondition
  /// The table that values are known by.
  let fitted: DataLocation
  /// Which records of a table are the region's.
  private var known: [(location: DataLocation, records: [Bool])] = []

  init(reader: DataReader, condition: RowCondition, fitted: DataLocation) {
    self.reader = reader
    self.condition = condition
    self.fitted = fitted
  }

  mutating func part<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, of location: DataLocation, _ purpose: String
  ) throws(DataError) -> Dataset<Scalar> {
    let records = try self.records(of: location)
    let sources = data.sourceRows
    let rows = sources.indices.filter { records[sources[$0]] }
    guard !rows.isEmpty else {
      throw .option(
        "where", value: condition.text, "none of the rows to \(purpose) on fulfils it")
    }
    return data.part(rows)
  }

  private mutating func records(of location: DataLocation) throws(DataError) -> [Bool] {
    if let found = known.first(where: { $0.location == location }) { return found.records }
    let records = try reader.records(
      of: location, fulfilling: condition, isStrict: location == fitted)
    known.append((location, records))
    return records
  }
}
