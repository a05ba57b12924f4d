/// The game of a reduction over anybody's moments: the steps, gaps and programs of the faithful
/// algorithm, with hypotheses that only the caller knows.
///
/// L(Q, λ) = E(Q) + λ·(γ(Q) − b): the caller says what E and γ of its best response to λ are
/// (Agarwal et al., A Reductions Approach to Fair Classification, ICML 2018, algorithm 1).
public struct MomentGame {
  /// What the caller found for λ.
  public struct Response {
    public var error: Double
    /// γ, one number a bound.
    public var moments: [Double]
    public var isConstant: Bool
    /// The standard deviation of |h(xᵢ) − yᵢ| divided by √n; of the first response only.
    public var deviation: Double

    public init(error: Double, moments: [Double], isConstant: Bool, deviation: Double) {
      self.error = error
      self.moments = moments
      self.isConstant = isConstant
      self.deviation = deviation
    }
  }

  /// b, one number a moment.
  public let bounds: [Double]
  public let options: ExponentiatedGradientOptions
  private let project: ([Double]) throws -> [Double]
  private let respond: ([Double], Int, Int) throws -> Response

  /// - Parameters:
  ///   - project: λ with the same or a higher Lagrangian for every hypothesis.
  ///   - respond: the best response to λ, given the number of the call and how many of the earlier
  ///     answers were kept.
  public init(
    bounds: [Double], options: ExponentiatedGradientOptions,
    project: @escaping ([Double]) throws -> [Double],
    respond: @escaping (_ multipliers: [Double], _ call: Int, _ kept: Int) throws -> Response
  ) {
    self.bounds = bounds
    self.options = options
    self.project = project
    self.respond = respond
  }

  public func play() throws -> GameRecord {
    var run = ExponentiatedGradientRun(
      player: Player(bounds: bounds, project: project, respond: respond), options: options)
    return try run.play()
  }

  private struct Player: RespondingPlayer {
    let bounds: [Double]
    let project: ([Double]) throws -> [Double]
    let respond: ([Double], Int, Int) throws -> Response

    func projected(_ multipliers: [Double]) throws -> [Double] { try project(multipliers) }

    func respond(to multipliers: [Double], call: Int, kept: Int) throws -> PlayerResponse {
      let response = try respond(multipliers, call, kept)
      guard response.moments.count == bounds.count else {
        throw ReductionError.badSums(round: call + 1)
      }
      return PlayerResponse(
        hypothesis: MeasuredHypothesis(
          .fitted(identifier: call, member: 0), sums: [], error: response.error,
          moments: response.moments),
        isConstant: response.isConstant, deviation: response.deviation)
    }
  }
}

/// How a game went: every step, and what was found.
public struct GameRecord: Sendable, Encodable {
  /// A hypothesis that was kept.
  public struct Found: Sendable, Encodable {
    /// The call that answered with it.
    public var call: Int
    /// λ it answers.
    public var multipliers: [Double]
  }

  public var found: [Found] = []
  /// Of each hypothesis found, the probability with which the best mixture uses it.
  public var weights: [Double] = []
  /// λ of each step.
  public var steps: [[Double]] = []
  /// Which hypothesis answered each step.
  public var responses: [Int] = []
  /// λ of the linear program of each step but the first; empty without programs.
  public var programs: [[Double]] = []
  /// The gap of the mixture that each step kept, and whether that is the program's.
  public var gaps: [Double] = []
  public var isProgram: [Bool] = []
  /// The gap to reach.
  public var target = 0.0
  public var bestStep = 0
  public var calls = 0
  public var constantCalls = 0

  public var reached: Bool { !gaps.isEmpty && gaps[bestStep] < target }

  enum CodingKeys: String, CodingKey {
    case found, weights, steps, responses, programs, gaps, target, calls
    case isProgram = "is_program"
    case bestStep = "best_step"
    case constantCalls = "constant_calls"
  }
}
