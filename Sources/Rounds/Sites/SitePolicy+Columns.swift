import Datasets
import RowSums

/// What a policy says of columns, in place of the rows.
extension SitePolicy {
  /// Refuses weights that the policy does not name.
  func check(weights name: String?) throws(PolicyBreach) {
    guard let name, name != weights || largestWeight == nil else { return }
    throw PolicyBreach("the policy does not let '\(name)' be weights")
  }

  /// Refuses features that the policy does not list as they are to be used.
  func check(_ encoder: FeatureEncoder) throws(PolicyBreach) {
    for number in encoder.numeric { _ = try bounds(of: number.name) }
    for category in encoder.categorical {
      _ = try levels(of: category.name, among: category.levels, others: true)
    }
  }

  func check(_ plan: PartPlan) throws(PolicyBreach) {
    try check(plan.encoder)
    let known = Set(columns.values.flatMap { $0.levels ?? [] } + [UnknownGroups.levelName])
    guard plan.groups.allSatisfy({ $0.allSatisfy(known.contains) }) else {
      throw PolicyBreach("a group is asked for that the policy does not list")
    }
  }

  func bounds(of name: String) throws(PolicyBreach) -> ClosedRange<Double> {
    guard let bounds = columns[name]?.bounds else {
      throw PolicyBreach("the policy has no bounds for the numbers of '\(name)'")
    }
    return bounds
  }

  /// Refuses values that too few rows have, and numbers that are not within their bounds.
  func check(_ contents: PartContents) throws(PolicyBreach) {
    for (name, counts) in contents.counts {
      guard let few = counts.first(where: { 0 < $0.value && $0.value < leastCell })
      else { continue }
      throw PolicyBreach(
        "a value of '\(name)' has fewer than \(leastCell) rows",
        own: "'\(few.key)' of '\(name)' has \(few.value) rows, fewer than \(leastCell)")
    }
    for (name, range) in contents.ranges {
      let bounds = try bounds(of: name)
      guard bounds.contains(range.lowerBound), bounds.contains(range.upperBound) else {
        throw PolicyBreach(
          "a value of '\(name)' lies outside the policy's bounds",
          own: "numbers of '\(name)' lie from \(range.lowerBound) to \(range.upperBound), and the "
            + "policy's bounds are \(bounds.lowerBound) and \(bounds.upperBound)")
      }
    }
  }

  /// The values of the policy, which has all that the rows have.
  ///
  /// - Parameter others: whether rows without a value are a group.
  func levels(
    of name: String, among found: [String], others: Bool = false
  ) throws(PolicyBreach) -> [String] {
    guard let levels = columns[name]?.levels else {
      throw PolicyBreach("the policy has no list of the values of '\(name)'")
    }
    let unknown = UnknownGroups.levelName
    if let other = found.first(where: { !levels.contains($0) && !(others && $0 == unknown) }) {
      throw PolicyBreach(
        "'\(name)' has a value that the policy does not list",
        own: "'\(name)' has the value '\(other)', which the policy does not list")
    }
    let all = levels + (others && found.contains(unknown) ? [unknown] : [])
    return Set(all).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// The largest weight, then the largest size of each number about its origin.
  func sizes(of encoder: FeatureEncoder, found: [Double]) throws(PolicyBreach) -> [Double] {
    let weight = largestWeight ?? 1
    guard found.first ?? 0 <= weight else {
      throw PolicyBreach("a weight is above the policy's largest")
    }
    var sizes = [weight]
    for number in encoder.numeric {
      let bounds = try bounds(of: number.name), origin = number.origin
      sizes.append(max(abs(bounds.lowerBound - origin), abs(bounds.upperBound - origin)))
    }
    return sizes
  }

  /// What `Request.Question.sizes` asks for: of standardized numbers.
  func encodedSizes(
    of encoder: FeatureEncoder, attributes count: Int
  ) throws(PolicyBreach) -> [Double] {
    var sizes = [largestWeight ?? 1, -.infinity]
    for number in encoder.numeric {
      let bounds = try bounds(of: number.name), center = number.origin - number.shift
      let most = max(abs(bounds.lowerBound - center), abs(bounds.upperBound - center))
      sizes.append(most * abs(number.scale) * (1 + Self.rounding))
    }
    return sizes + Array(repeating: -.infinity, count: max(0, count - sizes.count))
  }

  /// What rounding to `Float` may add to a size.
  private static let rounding = 1e-5
}
