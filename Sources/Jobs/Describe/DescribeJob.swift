import Auditing
import Datasets
import Reports

/// What a table holds and what to look at before it is used.
public struct DescribeJob: Job {
  public static let name = "describe"
  public static let summary =
    "Shows what a table holds: columns, what to look at, groups and their label rates."

  public var data = DataInput()
  /// A file of shares of groups in a population.
  public var population: String?
  public var intersections = 2
  public var documents = DocumentInput()
  public var output: [String] = []

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<DescribeJob>] =
    DataInput.table.map { $0.nested(in: \.data) } + [
      .text(
        "population", \.population, kind: .input, value: "file",
        "CSV file of a population's shares to compare with: columns attribute, group, share."),
      .intersections(\.intersections),
    ] + DocumentInput.table.map { $0.nested(in: \.documents) } + [.pages("output", \.output)]

  public func check() throws(JobError) {
    try data.check()
    _ = try output.documentFiles(option: "output")
  }

  public func run(_ context: JobContext) throws -> PageOutcome {
    try begin()
    let (profile, advice) = try described(context)
    var told = try documents.context(data, source: profile.file, context)
    told.label = profile.label
    if let label = profile.label, let positive = profile.positive {
      told.positives.label = .init(column: label, value: positive)
    }
    var report = try DescriptionReport(profile, context: told)
    report.notes = advice.notes.map { $0.text(context.dialect) }
    report.intersections = intersections
    report.commands = advice.commands(context.dialect)
    report.population = try population(of: profile, context)
    return try PageOutcome(report.document(), output: output, context)
  }

  /// The table, with label and sensitive columns by their names where none was stated.
  private func described(_ context: JobContext) throws -> (TableProfile, DescriptionAdvice) {
    let location = try data.location(context)
    guard location != .path("-") else { return try read(location, data, [], context) }
    let first = try read(location, data, [], context)
    var roles = data
    var guesses: [Phrase] = []
    if let label = first.1.likelyLabel {
      roles.stated.label = label
      guesses.append("'\(label)' is taken as the label by its name (\(option: "label"))")
    }
    let sensitive = first.1.likelyGroups
    if !sensitive.isEmpty {
      roles.stated.sensitive = sensitive
      guesses.append(
        """
        \(sensitive.map { "'\($0)'" }.joined(separator: ", ")) taken as sensitive by name \
        (\(option: "sensitive"))
        """)
    }
    return guesses.isEmpty ? first : try read(location, roles, guesses, context)
  }

  private func read(
    _ location: DataLocation, _ data: DataInput, _ guesses: [Phrase], _ context: JobContext
  ) throws -> (TableProfile, DescriptionAdvice) {
    let options = try data.options()
    let profile = try DataReader(options: options, pool: context.pool).description(of: location)
    try context.checkStopped()
    return (
      profile,
      DescriptionAdvice(
        profile: profile, input: data, options: options, guesses: guesses,
        isInMemory: context.tables[DataInput.name] != nil)
    )
  }

  // MARK: Population

  private func population(
    of profile: TableProfile, _ context: JobContext
  ) throws -> [DescriptionReport.PopulationShare] {
    guard let location = context.tables["population"] ?? population.map({ .path($0) }) else {
      return []
    }
    let (attribute, group, share) = ("attribute", "group", "share")
    let roles = DataOptions(
      controls: [attribute, group],
      mode: ReadMode(numbers: [share], packsFeatures: false, countsOnly: true))
    let rows: Dataset<Double> = try DataReader(options: roles, pool: context.pool).read(location)
    let shares = try (0..<rows.rows).map { row in
      let value = rows.columns[share]![row]
      guard value >= 0 && value <= 1 else {
        throw DataError.outOfRange(
          file: rows.source, row: rows.line(ofRow: row), column: share, value: "\(value)",
          rule: "shares lie from 0 to 1")
      }
      let attribute = rows.controls[0].names[rows.controls[0][row]].replacing("*", with: "×")
      let group = rows.controls[1].names[rows.controls[1][row]]
      return DescriptionReport.PopulationShare(
        attribute: attribute,
        group: attribute.contains("×") ? group.replacing("*", with: "×") : group, share: value)
    }
    try check(shares, rows.source, profile)
    return shares
  }

  /// Rounding may make shares add up to a little more than 1.
  private static let roundedSum = 1.02

  private func check(
    _ shares: [DescriptionReport.PopulationShare], _ file: String, _ profile: TableProfile
  ) throws {
    let known = profile.attributes.map(\.attribute)
    for (attribute, found) in Dictionary(grouping: shares, by: \.attribute).sorted(by: {
      $0.key < $1.key
    }) {
      guard attribute.split(separator: "×").map(String.init).allSatisfy(known.contains) else {
        throw DataError.unknownName(
          attribute, what: "sensitive column", nearest: NearestName.of(attribute, among: known),
          hint: " in \(file) (\(option: "sensitive") names them)")
      }
      let sum = found.reduce(0) { $0 + $1.share }
      guard sum <= Self.roundedSum, Set(found.map(\.group)).count == found.count else {
        throw JobError.data(
          "\(file): the shares of '\(attribute)' add up to \(sum), or name a group twice")
      }
    }
  }
}
