/// How two values of a metric are compared.
public enum DisparityKind: String, Sendable, Codable, CaseIterable {
  /// Largest − smallest, or a value − the one it is compared with.
  case difference
  /// Smallest / largest, or a value / the one it is compared with.
  case ratio

  /// How far a difference is from 0, or a ratio from 1 whichever way it is turned: 0 is alike.
  public func size(_ value: Double) -> Double {
    guard self == .ratio else { return abs(value) }
    return value > 0 ? 1 - min(value, 1 / value) : 1
  }

  /// value − other, or value / other; absent where one of them is, or `other` is no divisor.
  public func compare(
    _ value: MetricValue, to other: MetricValue, whenZero reason: String
  ) -> MetricValue {
    guard let a = value.value else { return value }
    guard let b = other.value else { return other }
    switch self {
    case .difference: return .value(a - b)
    case .ratio: return b > 0 ? .value(a / b) : .absent(reason)
    }
  }
}

/// How far the values of a metric lie apart between groups: the one definition of a disparity, which
/// tables of fits, audits, gates, frontiers and frames ask.
///
/// A group whose value is absent takes no part. Over fewer than two groups with a value there is no
/// disparity: it is absent with a reason, never 0 and never 1, even where the data have one group. A
/// ratio is absent, too, where no value is above 0: 0/0 says nothing.
public struct Spread: Sendable, Equatable {
  /// Fewer values than this cannot lie apart.
  public static let fewestGroups = 2

  /// By group.
  public let values: [MetricValue]
  /// Places of the groups that have a value.
  public let measured: [Int]
  /// The group with the smallest value, the first of equals; nil over fewer than two groups.
  public let lowest: Int?
  /// The group with the largest value, the first of equals; nil over fewer than two groups.
  public let highest: Int?

  public init(_ values: [MetricValue]) {
    self.values = values
    measured = values.indices.filter { values[$0].value != nil }
    guard measured.count >= Self.fewestGroups, let first = measured.first else {
      (lowest, highest) = (nil, nil)
      return
    }
    func number(_ group: Int) -> Double { values[group].value ?? .nan }
    lowest = measured.reduce(first) { number($1) < number($0) ? $1 : $0 }
    highest = measured.reduce(first) { number($1) > number($0) ? $1 : $0 }
  }

  public static func between(_ values: [MetricValue]) -> Spread { Spread(values) }

  /// The smallest and the largest value; nil over fewer than two groups.
  public var extremes: (low: Double, high: Double)? {
    guard let lowest, let highest, let low = values[lowest].value, let high = values[highest].value
    else { return nil }
    return (low, high)
  }

  /// max − min.
  public var difference: MetricValue {
    guard let extremes else { return .absent(missing()) }
    return .value(extremes.high - extremes.low)
  }

  /// min / max.
  public var ratio: MetricValue {
    guard let extremes else { return .absent(missing()) }
    guard extremes.high > 0 else { return .absent("no group has a value above 0") }
    return .value(extremes.low / extremes.high)
  }

  public func value(_ kind: DisparityKind) -> MetricValue {
    switch kind {
    case .difference: difference
    case .ratio: ratio
    }
  }

  /// The largest |value − overall|.
  public func difference(to overall: MetricValue) -> MetricValue {
    compare(to: overall) { value, overall in
      abs(value - overall)
    } worst: {
      max($0, $1)
    }
  }

  /// The smallest of value / overall and overall / value.
  public func ratio(to overall: MetricValue) -> MetricValue {
    if let value = overall.value, value <= 0, measured.count >= Self.fewestGroups {
      return .absent("the overall value is not above 0")
    }
    return compare(to: overall) { value, overall in
      min(value / overall, value > 0 ? overall / value : 0)
    } worst: {
      min($0, $1)
    }
  }

  private func compare(
    to overall: MetricValue, _ distance: (Double, Double) -> Double,
    worst: (Double, Double) -> Double
  ) -> MetricValue {
    guard let reference = overall.value else { return overall }
    guard measured.count >= Self.fewestGroups else { return .absent(missing()) }
    let distances = measured.compactMap { values[$0].value.map { distance($0, reference) } }
    return .value(distances.dropFirst().reduce(distances[0], worst))
  }

  /// Why fewer groups are compared than there are, or why none are: `"2 of 3 groups: no positive
  /// labels in C"`. Nil when all groups, two at least, have a value.
  ///
  /// - Parameter names: of the groups; nil leaves them out.
  public func reason(_ names: [String]? = nil) -> String? {
    let isWhole = measured.count == values.count && measured.count >= Self.fewestGroups
    return isWhole ? nil : missing(names)
  }

  /// More groups than this are counted, not named.
  private static let mostNames = 3

  private func missing(_ names: [String]? = nil) -> String {
    let count = "\(measured.count) of \(values.count) groups"
    var groups: [(reason: String, places: [Int])] = []
    for (place, value) in values.enumerated() {
      guard let reason = value.reason else { continue }
      if let known = groups.firstIndex(where: { $0.reason == reason }) {
        groups[known].places.append(place)
      } else {
        groups.append((reason, [place]))
      }
    }
    guard !groups.isEmpty else { return "\(count): a comparison takes two" }
    let reasons = groups.map { group in
      guard let names else { return group.reason }
      let more = group.places.count - Self.mostNames
      return "\(group.reason) in "
        + group.places.prefix(Self.mostNames).map { names[$0] }.joined(separator: ", ")
        + (more > 0 ? " and \(more) more" : "")
    }
    return "\(count): \(reasons.joined(separator: "; "))"
  }
}
