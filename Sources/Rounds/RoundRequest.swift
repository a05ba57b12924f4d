import Datasets
import Essentials
import RowSums

/// What a fit asks of all parts of its rows, one question a round.
///
/// The first questions find out how the columns become features and which groups there are; the others
/// are those of `Request`. A part remembers what it was told, so that a part that starts again has to
/// be told `preparations` once more.
public enum RoundRequest: Sendable, Equatable {
  /// What rows tell of their columns; the features named are texts.
  case survey(texts: [String])
  /// Reads the rows, in kinds, levels and origins of all parts.
  case open(FeatureEncoder, precision: Precision)
  /// Sums of the numbers about their centers.
  case moments(PartMoments)
  /// Encodes the rows, and counts their groups.
  case pack(PartPlan)
  /// Numbers the cells: position of (combination of groups, label) among those that have rows.
  case cells(kept: [Int])
  /// About `rows` of all `total` rows, spread evenly.
  case sample(rows: Int, total: Int)
  case sums(Request)

  /// How features are stored.
  public enum Precision: String, Codable, Sendable { case float, double }

  /// Whether a part remembers it.
  public var prepares: Bool {
    switch self {
    case .open, .pack, .cells: true
    case .survey, .moments, .sample, .sums: false
    }
  }
}

/// Σ w, and of each number Σ w, Σ w·d and Σ w·d² with d = x − origin − center.
public struct PartMoments: Codable, Sendable, Equatable {
  /// Shape `(numbers)`.
  public var centers: [Double]
  /// Σ w ≤ 2^weight, and |d| ≤ 2^sizes[j].
  public var weight: Int
  public var sizes: [Int]

  public init(centers: [Double], weight: Int, sizes: [Int]) {
    self.centers = centers
    self.weight = weight
    self.sizes = sizes
  }

  /// The units of the sums, in the order of `TablePart.moments(center:)`.
  func units() -> [ExactSums.Run] {
    func units(_ power: Int) -> [ExactSums.Run] {
      sizes.map { .init(exponent: ExactSums.exponent(bound: weight + power * $0), count: 1) }
    }
    return [.init(exponent: ExactSums.exponent(bound: weight), count: 1)]
      + units(0) + units(1) + units(2)
  }
}

/// How rows are encoded, and the groups that their cells are made of.
public struct PartPlan: Codable, Sendable, Equatable {
  public var encoder: FeatureEncoder
  /// The groups of each sensitive attribute, in the order that codes them.
  public var groups: [[String]]
  /// Whether rows of unknown groups are left out.
  public var leavesOutUnknown: Bool
  /// Σ w ≤ 2^weight.
  public var weight: Int

  public init(
    encoder: FeatureEncoder, groups: [[String]], leavesOutUnknown: Bool, weight: Int
  ) {
    self.encoder = encoder
    self.groups = groups
    self.leavesOutUnknown = leavesOutUnknown
    self.weight = weight
  }

  /// How many combinations the groups have; nil where they are too many to be counted.
  public var combinations: Int? {
    var product = 1
    for names in groups {
      product *= names.count
      guard product <= Self.mostCombinations else { return nil }
    }
    return product
  }
  /// More combinations than this are not counted.
  public static let mostCombinations = 1 << 15
}
