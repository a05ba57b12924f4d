import Criteria
import Datasets
import Mitigation
import Reports

/// A method of a suite with its options: `reductions` or `reductions:algorithm=faithful`.
struct BenchMethod: Sendable {
  let name: String
  let options: [String: String]

  /// What no method fits.
  static let null = BenchMethod(name: BenchCell.nullMethod, options: [:])

  private init(name: String, options: [String: String]) {
    self.name = name
    self.options = options
  }

  /// - Parameters:
  ///   - criterion: what the method is to make alike, where it can.
  ///   - bound: to which difference, where the method takes one.
  init(_ text: String, criterion: Criterion, bound: Double) throws(DataError) {
    let named = try NamedOptions(text, option: "methods")
    let method = try Mitigations.named(named.name)
    var options = Self.asked(of: method, criterion, bound)
    options.merge(named.options) { _, stated in stated }
    // What is wrong with an option is said before anything runs.
    _ = try MethodOptions(options, of: method)
    name = method.name
    self.options = options
  }

  /// The options by which a method takes the size of a gap, the one of several that a constraint has.
  private static let bounds = ["bound", "target_gap"]

  private static func asked(
    of method: any Mitigation.Type, _ criterion: Criterion, _ bound: Double
  ) -> [String: String] {
    let known = method.options
    var options: [String: String] = [:]
    let takes = known.contains { option in
      guard option.name == "criterion" else { return false }
      switch option.kind {
      case .choice(let names), .bounds(let names): return names.contains(criterion.name)
      default: return false
      }
    }
    guard takes else { return [:] }
    options["criterion"] = criterion.name
    if let name = bounds.first(where: { name in known.contains { $0.name == name } }) {
      options[name] = "\(bound)"
    }
    if known.contains(where: { $0.name == "compared" }) { options["compared"] = "to_overall" }
    return options
  }

  /// The methods of names; `default` and `all` stand for several.
  static func list(
    _ names: [String], criterion: Criterion, bound: Double
  ) throws(DataError) -> [BenchMethod] {
    var methods: [BenchMethod] = []
    for name in names {
      let parts =
        switch name {
        case "default": Mitigations.defaults
        case "all": Mitigations.all.map { $0.name }
        default: [name]
        }
      for part in parts {
        methods.append(try BenchMethod(part, criterion: criterion, bound: bound))
      }
    }
    return methods
  }
}

/// A name with options after it, each behind a colon: `synthetic:rows=1000:groups=4`.
struct NamedOptions {
  let name: String
  let options: [String: String]

  /// - Parameter option: where the text stands.
  init(_ text: String, option: String) throws(DataError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var options: [String: String] = [:]
    for part in parts.dropFirst() {
      guard let sign = part.firstIndex(of: "="), sign > part.startIndex else {
        throw .option(
          option, value: text, "expected NAME or NAME:OPTION=VALUE, and '\(part)' has no '='")
      }
      let name = String(part[..<sign]).replacing("-", with: "_")
      guard options.updateValue(String(part[part.index(after: sign)...]), forKey: name) == nil
      else { throw .option(option, value: text, "'\(name)' is given twice") }
    }
    name = parts[0]
    self.options = options
  }
}
