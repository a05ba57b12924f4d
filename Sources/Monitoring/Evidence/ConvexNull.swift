/// A bound on the rates of groups, as the set Θ₀ of rates that keep it: closed, convex, with points
/// strictly between 0 and 1.
///
/// Laws and policies write bounds of these kinds, and the evidence of a tick (``TickEvidence``) serves all
/// of them. Rates are those of groups 0, 1, … in the order of the counts.
public indirect enum ConvexNull: Sendable, Equatable, Codable {
  /// max θ − min θ ≤ `atMost`, over any number of groups; 0 is equality.
  case difference(atMost: Double)
  /// min θ ≥ `atLeast` · max θ, over any number of groups: four fifths to the highest is 0.8.
  case ratio(atLeast: Double)
  /// Every rate of any number of groups between the same limits: floors and ceilings.
  case each(RateRange)
  /// Every rate between its own limits.
  case ranges([RateRange])
  /// Σ aᵍθᵍ ≤ `atMost`.
  case halfSpace(coefficients: [Double], atMost: Double)
  /// Bounds of one run of groups after the other, all of which hold.
  case blocks([Block])

  /// Limits of a rate.
  public struct RateRange: Sendable, Equatable, Codable {
    public var low: Double
    public var high: Double

    public init(_ low: Double, _ high: Double) {
      precondition(low >= 0 && low <= high && high <= 1, "limits of a rate lie in order in [0, 1]")
      self.low = low
      self.high = high
    }
  }

  /// A bound of the next `groups` groups.
  public struct Block: Sendable, Equatable, Codable {
    public var groups: Int
    public var null: ConvexNull

    public init(_ groups: Int, _ null: ConvexNull) {
      self.groups = groups
      self.null = null
    }
  }

  /// How many groups it bounds; nil for any number.
  public var groupCount: Int? {
    switch self {
    case .difference, .ratio, .each: nil
    case .ranges(let ranges): ranges.count
    case .halfSpace(let coefficients, _): coefficients.count
    case .blocks(let blocks): blocks.reduce(0) { $0 + $1.groups }
    }
  }

  /// Whether rates keep the bound, to within a tolerance.
  public func contains(_ rates: [Double], within tolerance: Double = 0) -> Bool {
    switch self {
    case .difference(let bound):
      return (rates.max() ?? 0) - (rates.min() ?? 0) <= bound + tolerance
    case .ratio(let bound):
      return rates.min() ?? 0 >= bound * (rates.max() ?? 0) - tolerance
    case .each(let range):
      return rates.allSatisfy { $0 >= range.low - tolerance && $0 <= range.high + tolerance }
    case .ranges(let ranges):
      return zip(rates, ranges).allSatisfy { $0 >= $1.low - tolerance && $0 <= $1.high + tolerance }
    case .halfSpace(let coefficients, let bound):
      return zip(coefficients, rates).reduce(0) { $0 + $1.0 * $1.1 } <= bound + tolerance
    case .blocks(let blocks):
      var start = 0
      return blocks.allSatisfy { block in
        defer { start += block.groups }
        return block.null.contains(
          Array(rates[start..<start + block.groups]), within: tolerance)
      }
    }
  }
}
