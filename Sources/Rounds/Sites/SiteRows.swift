import Datasets
import Essentials
import RowSums
import Synchronization

/// Rows of a site that shares none: they answer what the policy of the site lets leave, and a log tells
/// each request in words.
///
/// The rows are held against the policy before anything is answered, and the first request that breaks it
/// ends the fit at this site. This hides rows from whoever follows the protocol and looks at answers. It
/// is no proof against an asker who means harm: sums over many questions tell of single rows in the end,
/// which the limit of rounds and masks make harder, and noise alone, which is not added, would bound.
public final class SiteRows: Sendable {
  private let rows: PartRows
  private let policy: SitePolicy
  private let state = Mutex(State())

  private struct State {
    var log: [Entry] = []
    var encoder: FeatureEncoder?
    var count = 0
    /// What everybody is told after the first refusal.
    var end: String?
    var isChecked = false
    /// Preparations that were made: each is made once.
    var prepared: Set<String> = []
  }

  /// A request, and what became of it.
  public struct Entry: Codable, Sendable, Equatable {
    /// Counted from 1.
    public var round: Int
    public var question: String
    /// What an answer says of the rows.
    public var takes: String
    /// How many numbers leave.
    public var numbers: Int?
    /// Why it was not answered, for the site alone; nil where it was.
    public var refused: String?
  }

  public init(_ rows: PartRows, _ policy: SitePolicy) {
    self.rows = rows
    self.policy = policy
  }

  public var log: [Entry] { state.withLock { $0.log } }

  /// The answer's bytes. Refusals say in what the policy is broken, and nothing of the rows; the log has
  /// the rest.
  public func answer(_ bytes: [UInt8]) throws -> [UInt8] {
    let request = try RoundRequest(decoding: bytes), mark = PartRows.mark(bytes)
    let asked = request.described
    var entry = Entry(
      round: log.count + 1, question: asked.question, takes: asked.takes, numbers: asked.numbers)
    defer { state.withLock { $0.log.append(entry) } }
    let told: String
    do {
      try begin()
      try require(request, round: entry.round)
      let answer = try rows.answer(request, mark: mark)
      return try published(answer, request).encoded()
    } catch let breach as PolicyBreach {
      entry.refused = breach.reason
      told = breach.told
    } catch {
      entry.refused = (error as? any UserError)?.text(.python) ?? "\(error)"
      told = "the rows cannot be used: the site's log says why"
    }
    state.withLock { $0.end = $0.end ?? told }
    return try rows.refused(told, mark: mark).encoded()
  }

  /// Holds the rows against the policy, before the first answer of any kind.
  private func begin() throws {
    if let end = state.withLock({ $0.end }) {
      throw PolicyBreach(end, own: "nothing is answered after a refusal")
    }
    guard !state.withLock({ $0.isChecked }) else { return }
    try policy.check(weights: rows.weightsName)
    guard case .surveys(let surveys, _) = try rows.answer(.survey(texts: []), mark: 0),
      let survey = surveys.first
    else { throw PolicyBreach.few(policy.leastRows) }
    _ = try published(survey)
    state.withLock { $0.isChecked = true }
  }

  /// What can be said of a request without its answer.
  private func require(_ request: RoundRequest, round: Int) throws(PolicyBreach) {
    guard round <= policy.mostRounds else {
      throw PolicyBreach("the policy answers \(policy.mostRounds) requests")
    }
    let word = request.described.question
    if request.prepares, !state.withLock({ $0.prepared.insert(word).inserted }) {
      throw PolicyBreach("'\(word)' prepares the rows, which is done once")
    }
    switch request {
    case .sample: return
    case .open(let encoder, _): try policy.check(encoder)
    case .pack(let plan): try policy.check(plan)
    case .survey, .moments, .cells, .sums: break
    }
    guard policy.questions.contains(word) else {
      throw PolicyBreach("the policy does not answer '\(word)'")
    }
    guard case .sums(let asked) = request else { return }
    switch asked.question {
    case .gram, .classGrams, .product, .moments, .levelCurvatures:
      let least = policy.rowsPerColumn * asked.width
      guard state.withLock({ $0.count }) >= least else {
        throw PolicyBreach("'\(word)' of \(asked.width) columns needs \(least) rows")
      }
    default: break
    }
  }

  /// The answer with what the policy makes public in place of what the rows tell.
  private func published(
    _ answer: RoundAnswer, _ request: RoundRequest
  ) throws -> RoundAnswer {
    switch (request, answer) {
    case (.survey, .surveys(let surveys, let mark)):
      guard let survey = surveys.first else { throw PolicyBreach.few(policy.leastRows) }
      return .surveys([try published(survey)], request: mark)
    case (.open(let encoder, _), .sums(var answer)):
      guard answer.rows >= policy.leastRows else { throw PolicyBreach.few(policy.leastRows) }
      answer.extremes = try policy.sizes(of: encoder, found: answer.extremes)
      state.withLock { $0.count = answer.rows }
      return .sums(answer)
    case (.pack(let plan), .sums(let answer)):
      guard answer.rows >= policy.leastRows else { throw PolicyBreach.few(policy.leastRows) }
      let counts = answer.sums.values.suffix(answer.sums.count / 2)
      guard counts.allSatisfy({ $0 == 0 || Int($0) >= policy.leastCell }) else {
        throw PolicyBreach(
          "a combination of groups and label has fewer than \(policy.leastCell) rows")
      }
      state.withLock { ($0.encoder, $0.count) = (plan.encoder, answer.rows) }
      return .sums(answer)
    case (.sums(let asked), .sums(var answer)):
      if case .sizes = asked.question, let encoder = state.withLock({ $0.encoder }) {
        answer.extremes = try policy.encodedSizes(of: encoder, attributes: answer.extremes.count)
      }
      return .sums(answer)
    case (.sample, .pieces(_, let mark)): return .pieces([], request: mark)
    default: return answer
    }
  }

  private func published(_ survey: TableSurvey) throws -> TableSurvey {
    guard survey.rows >= policy.leastRows else { throw PolicyBreach.few(policy.leastRows) }
    if let contents = try rows.contents() { try policy.check(contents) }
    var told = survey
    told.features = try survey.features.map(published)
    told.attributes = try survey.attributes.map { attribute in
      let known = try policy.levels(of: attribute.name, among: attribute.groups, others: true)
      return .init(name: attribute.name, groups: TableSurvey.groups(known, []))
    }
    guard let label = rows.labelName else { return told }
    told.labels = try policy.levels(of: label, among: survey.labels)
    return told
  }

  private func published(_ feature: TableSurvey.Feature) throws -> TableSurvey.Feature {
    var told = feature
    // How many values are missing is a count as well; that some are decides how they are read.
    told.missing = feature.missing > 0 ? policy.leastCell : 0
    if feature.isNumber {
      let bounds = try policy.bounds(of: feature.name)
      told.origin = bounds.lowerBound / 2 + bounds.upperBound / 2
    } else {
      told.levels = try policy.levels(of: feature.name, among: feature.levels)
    }
    return told
  }
}

/// Why a request is not answered.
struct PolicyBreach: Error {
  /// What the asker is told.
  let told: String
  /// What the site's log says.
  let reason: String

  init(_ told: String, own reason: String? = nil) {
    self.told = told
    self.reason = reason ?? told
  }

  static func few(_ least: Int) -> PolicyBreach {
    PolicyBreach("the site has fewer than \(least) rows")
  }
}
