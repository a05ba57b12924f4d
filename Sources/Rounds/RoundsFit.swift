import Datasets
import LinearAlgebra
import Mitigation
import Models
import RowSums

/// Fits a method to rows that lie in several parts, wherever these are: every number that the fit needs
/// is a sum over the parts.
///
/// Some rounds find out how the columns become features (kinds and levels, means, deviations, groups),
/// the others are those of the method. The same parts give the same model to the byte, whoever holds
/// them and in whatever order they answer; another division into parts gives other last digits.
public struct RoundsFit: Sendable {
  /// The roles of the columns.
  public var roles: DataOptions
  public var precision: RoundRequest.Precision
  /// What becomes of rows whose sensitive attributes are not all known.
  public var unknown: UnknownGroups
  public var context: FitContext
  private let parts: AskRounds
  /// Rows where they are in this process; nil: they come as pieces.
  private let sampler: SampleRows?

  public init(
    _ roles: DataOptions, precision: RoundRequest.Precision = .float,
    unknown: UnknownGroups = .exclude, context: FitContext = FitContext(),
    parts: @escaping AskParts
  ) {
    self.roles = roles
    self.precision = precision
    self.unknown = unknown
    self.context = context
    self.parts = { request in
      let bytes = try request.encoded()
      return (try RoundAnswer(decoding: try parts(bytes)).unmasked(), PartRows.mark(bytes))
    }
    sampler = nil
  }

  /// A fit to one part, in this process: what is wrong with its rows is said as of any table.
  public init(
    _ roles: DataOptions, precision: RoundRequest.Precision = .float,
    unknown: UnknownGroups = .exclude, context: FitContext = FitContext(), part: PartRows
  ) {
    self.roles = roles
    self.precision = precision
    self.unknown = unknown
    self.context = context
    parts = { request in
      let mark = PartRows.mark(try request.encoded())
      return (try part.answer(request, mark: mark), mark)
    }
    sampler = { try part.sample(rows: $0, of: $1) }
  }

  /// What the rows are called.
  public var source = "the parts"
  /// Called when the rows are encoded: what follows are the readings of the method.
  public var whenPacked: @Sendable () -> Void = {}
  /// The most rows that a fit looks at before it asks all.
  public static let mostSampled = RoundRequest.mostSampled

  public func fit(_ method: any Mitigation.Type, _ options: MethodOptions) throws -> TrainedModel {
    guard let method = method as? any SourceMitigation.Type else {
      throw DataError.option(
        "method", value: method.name,
        "needs all rows in one memory; fits to parts: \(Mitigations.overParts.joined(separator: ", "))"
      )
    }
    try requireRoles(method)
    switch precision {
    case .float: return try fit(method, options, Float.self)
    case .double: return try fit(method, options, Double.self)
    }
  }

  private func requireRoles(_ method: any SourceMitigation.Type) throws(DataError) {
    guard roles.label != nil else { throw .needsLabels(method: method.name) }
    let others: [(String, Bool)] = [
      ("target_column", roles.target != nil), ("continuous", !roles.continuous.isEmpty),
      ("controls", !roles.controls.isEmpty),
    ]
    if let other = others.first(where: \.1) {
      throw .option(other.0, "fits to parts of the rows do not use it")
    }
    guard unknown != .pooled || method.takesUnknown(.pooled) && !method.needsGroups else {
      throw .option("unknown", value: unknown.rawValue, "fits to parts know exclude and own-group")
    }
  }

  private func fit<Method: SourceMitigation, Scalar: KernelScalar>(
    _ method: Method.Type, _ options: MethodOptions, _ type: Scalar.Type
  ) throws -> TrainedModel {
    let survey = try self.survey()
    let (encoder, weight) = try encoder(survey)
    let groups = try groups(survey, method)
    let (cells, rows) = try pack(encoder, groups, method, weight)
    whenPacked()
    let shape = RowShape(
      rows: rows, denseColumns: encoder.numeric.count, levels: encoder.levelCounts,
      labels: cells.labels, cellWeights: cells.weights, hasOffset: false, attributes: 0,
      resolution: Double(Scalar.ulpOfOne) / 2)
    var source = try RemoteRows<Scalar>(shape, pool: context.pool, parts)
    source.sampler = sampler
    let summary = try FitRows(
      cells.rows(encoder, called: self.source, as: Scalar.self), Method.needs(options),
      pool: context.pool)
    let hasUnknown = survey.attributes.contains { $0.groups.contains(UnknownGroups.levelName) }
    var model = try Method(options).answeringFit(
      source, summary, leavesOutUnknown: hasUnknown && leavesOutUnknown(method), context)
    // How long others took is no part of a model that is to have the same bytes whoever they are.
    model.report.seconds = 0
    return model
  }

  // MARK: - Columns

  private func survey() throws -> TableSurvey {
    let found = try surveys(texts: [])
    let (sum, mixed) = try self.sum(found)
    guard !mixed.isEmpty else { return sum }
    return try self.sum(try surveys(texts: mixed)).survey
  }

  private func sum(
    _ surveys: [TableSurvey]
  ) throws -> (survey: TableSurvey, mixed: [String]) {
    guard var sum = surveys.first else { throw DataError.noRowsLeft(file: source) }
    for other in surveys.dropFirst() { try sum.add(other) }
    return (sum, sum.mixed(with: surveys))
  }

  private func surveys(texts: [String]) throws -> [TableSurvey] {
    let (answer, mark) = try parts(.survey(texts: texts))
    switch answer {
    case .surveys(let surveys, mark): return surveys
    case .surveys: throw SumsError.otherQuestion
    case .sums(let answer): throw answer.refusal ?? SumsError.otherQuestion as any Error
    case .pieces: throw SumsError.otherQuestion
    }
  }

  private func encoder(
    _ survey: TableSurvey
  ) throws -> (encoder: FeatureEncoder, weight: Int) {
    let skeleton = try survey.encoder(roles, file: source)
    let opened = try answer(.open(skeleton, precision: precision), rows: survey.rows)
    let sizes = opened.extremes.map { max($0, 0) }
    let numbers = skeleton.numeric.count
    guard sizes.count == numbers + 1 else { throw SumsError.otherQuestion }
    let weight = Self.weightBound(rows: opened.rows, largest: sizes[0])
    let bounds = sizes[1...].map { SumScale.bound(2 * $0) }
    let zeros = [Double](repeating: 0, count: numbers)
    let first = try moments(.init(centers: zeros, weight: weight, sizes: bounds), survey.rows)
    let means = zip(first.sum, first.weight).map { $1 > 0 ? $0 / $1 : 0 }
    let second = try moments(.init(centers: means, weight: weight, sizes: bounds), survey.rows)
    let squares = zip(second.square, second.weight).map { $1 > 0 ? max(0, $0 / $1) : 0 }
    var encoder = TableSurvey.encoder(skeleton, means: means, squares: squares)
    for j in 0..<numbers where first.weight[j] >= first.total {
      encoder.numeric[j].hasMissing = false
    }
    return (encoder, weight)
  }

  private static func weightBound(rows: Int, largest: Double) -> Int {
    SumScale.bound(Double(max(1, rows))) + SumScale.exponent(largest)
  }

  private func moments(
    _ asked: PartMoments, _ rows: Int
  ) throws -> (total: Double, weight: [Double], sum: [Double], square: [Double]) {
    let values = try answer(.moments(asked), rows: rows).sums.values
    let n = asked.centers.count
    guard values.count == 3 * n + 1 else { throw SumsError.otherQuestion }
    return (
      values[0], Array(values[1..<n + 1]), Array(values[n + 1..<2 * n + 1]),
      Array(values[(2 * n + 1)...])
    )
  }

  // MARK: - Groups

  private func leavesOutUnknown(_ method: any Mitigation.Type) -> Bool {
    unknown != .ownGroup && !method.takesUnknown(unknown)
  }

  private func groups(
    _ survey: TableSurvey, _ method: any Mitigation.Type
  ) throws -> [TableSurvey.Attribute] {
    guard leavesOutUnknown(method) else { return survey.attributes }
    return try survey.attributes.map { attribute in
      let known = attribute.groups.filter { $0 != UnknownGroups.levelName }
      guard known.count > 1 || !method.needsGroups else {
        throw DataError.oneGroup(
          file: source, column: attribute.name, value: known.first ?? "")
      }
      return .init(name: attribute.name, groups: known)
    }
  }

  private func pack(
    _ encoder: FeatureEncoder, _ groups: [TableSurvey.Attribute], _ method: any Mitigation.Type,
    _ weight: Int
  ) throws -> (cells: PartCells, rows: Int) {
    let plan = PartPlan(
      encoder: encoder, groups: groups.map(\.groups),
      leavesOutUnknown: leavesOutUnknown(method), weight: weight)
    guard let combinations = plan.combinations else {
      throw DataError.option(
        "sensitive", "the groups have more than \(PartPlan.mostCombinations) combinations")
    }
    let packed = try answer(.pack(plan))
    guard packed.rows > 0 else { throw DataError.noRowsLeft(file: source) }
    let cells = try PartCells(packed.sums.values, combinations: combinations, groups)
    _ = try answer(.cells(kept: cells.kept), rows: packed.rows)
    return (cells, packed.rows)
  }

  /// The sum of all answers, none of which is a refusal.
  ///
  /// - Parameter rows: how many rows have to have a part in it; nil: any number.
  private func answer(_ request: RoundRequest, rows: Int? = nil) throws -> Answer {
    let (found, mark) = try parts(request)
    guard case .sums(let answer) = found, answer.question == mark
    else { throw SumsError.otherQuestion }
    if let refusal = answer.refusal { throw refusal }
    if let rows, rows != answer.rows { throw MissingRows(expected: rows, found: answer.rows) }
    return answer
  }
}
