import Essentials

/// Watches the gap between two groups' rates in a stream, and may be looked at after every record: if
/// the groups are treated alike, the chance of ever raising an alarm is at most α.
///
/// Records are paired as they come: once both groups have records waiting, X = mean of the first group's
/// minus mean of the second's, in [−1, 1], and the waiting ones are used up. Under equality E[X | past] = 0,
/// so the wealth of a bettor, K = Π(1 + λX) with λ chosen before X is seen, is a martingale from 1, and by
/// Ville's inequality P(K ever ≥ 1/α) ≤ α. One bettor backs the first group and one the second (λ of the
/// opposite sign); the evidence is the mean of the two. Bets are those of an online Newton step, so wealth
/// grows exponentially when there is a gap.
///
/// The rate may drift over time, as long as both groups' drift alike. For a rate given the label, feed only
/// the rows with that label. Rows sampled with unequal chances are fed with weights 1/chance.
///
/// B. Chugg, S. Cortes-Gomez, B. Wilder, A. Ramdas, *Auditing fairness by betting*, NeurIPS 2023;
/// A. Cutkosky, F. Orabona, *Black-box reductions for parameter-free online learning*, COLT 2018.
public struct GapWatch: Sendable, Equatable, Codable {
  /// A bettor's wealth and next bet.
  struct Bettor: Sendable, Equatable, Codable {
    /// The online Newton step's rate, 2/(2 − ln 3).
    static let rate = 2 / (2 - log(3.0))
    /// Bets stay below this, so that wealth stays positive whatever comes.
    static let largest = 0.5

    var logWealth = 0.0
    var bet = 0.0
    var squares = 1.0

    mutating func take(_ outcome: Double) {
      logWealth += log1p(bet * outcome)
      let slope = outcome / (1 + bet * outcome)
      squares += slope * slope
      bet = min(Self.largest, max(0, bet + Self.rate * slope / squares))
    }
  }

  /// Values waiting for a partner.
  struct Waiting: Sendable, Equatable, Codable {
    var sum = 0.0
    var count = 0
  }

  public private(set) var first: String
  public private(set) var second: String
  public private(set) var alpha: Double
  /// The largest weight a record may have.
  public private(set) var weightLimit: Double
  /// Pairs that were bet on.
  public private(set) var pairs = 0
  /// Records of the first and of the second group.
  public private(set) var records = [0, 0]
  /// Weighted successes of each group.
  public private(set) var successes = [0.0, 0.0]
  /// ln of the largest evidence so far, on which an alarm rests.
  public private(set) var logPeak = 0.0
  private var waiting = [Waiting(), Waiting()]
  private var bettors = [Bettor(), Bettor()]

  public init(first: String, second: String, alpha: Double = 0.05, weightLimit: Double = 1) {
    precondition(alpha > 0 && alpha < 1, "α is between 0 and 1")
    precondition(weightLimit > 0 && weightLimit.isFinite, "a limit of weights is positive")
    self.first = first
    self.second = second
    self.alpha = alpha
    self.weightLimit = weightLimit
  }

  /// A record of the first (0) or the second (1) group: whether it succeeded, and its weight.
  public mutating func take(group: Int, success: Bool, weight: Double = 1) {
    precondition(group == 0 || group == 1, "a watch has two groups")
    precondition(weight >= 0 && weight <= weightLimit, "a weight is at most the limit")
    records[group] += 1
    let value = success ? weight / weightLimit : 0
    successes[group] += success ? weight : 0
    waiting[group].sum += value
    waiting[group].count += 1
    guard waiting[0].count > 0, waiting[1].count > 0 else { return }
    let outcome =
      waiting[0].sum / Double(waiting[0].count) - waiting[1].sum / Double(waiting[1].count)
    waiting = [Waiting(), Waiting()]
    pairs += 1
    bettors[0].take(outcome)
    bettors[1].take(-outcome)
    logPeak = max(logPeak, logEvidence)
  }

  /// ln of the evidence now: the mean of the two bettors' wealths.
  public var logEvidence: Double {
    let a = bettors[0].logWealth, b = bettors[1].logWealth, high = max(a, b)
    return high + log(0.5 * (exp(a - high) + exp(b - high)))
  }

  /// An anytime-valid p-value: 1/(largest evidence so far), never 0.
  public var pValue: Double { min(1, max(exp(-logPeak), TestResult.smallestPValue)) }

  /// Whether the evidence has ever reached 1/α. It stays raised.
  public var isRaised: Bool { logPeak >= -log(alpha) }

  /// Adds the evidence of another stream of the same two groups, whose records are not in this one.
  ///
  /// Wealths multiply: each stream's bets are fair given its own past. The peak becomes that of the
  /// merged evidence or the one before, and records that wait for a partner wait together.
  public mutating func merge(_ other: GapWatch) {
    precondition(
      first == other.first && second == other.second && alpha == other.alpha
        && weightLimit == other.weightLimit, "watches of different gaps")
    pairs += other.pairs
    for g in 0..<2 {
      records[g] += other.records[g]
      successes[g] += other.successes[g]
      waiting[g].sum += other.waiting[g].sum
      waiting[g].count += other.waiting[g].count
      bettors[g].logWealth += other.bettors[g].logWealth
      // The bettor that has seen more is the better one.
      if other.bettors[g].squares > bettors[g].squares {
        bettors[g].bet = other.bettors[g].bet
        bettors[g].squares = other.bettors[g].squares
      }
    }
    logPeak = max(logPeak, logEvidence)
  }
}
