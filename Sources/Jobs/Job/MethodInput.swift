import Datasets
import Mitigation

/// A method with options of its own, as they were given: what a job's table does not know.
public struct MethodInput: Sendable, Equatable {
  public var name: String?
  /// Texts by name, as a command line spells them.
  public var options: [String: String] = [:]

  public init(_ name: String? = nil, options: [String: String] = [:]) {
    self.name = name
    self.options = options
  }

  mutating func set(_ name: String, _ value: OptionInput) { options[name] = value.shown }

  /// The options, checked to be options of the method.
  ///
  /// - Parameter job: whose own options a misspelt one may have meant.
  func checked<Work: Job>(
    _ known: [MethodOption], of method: String, _ job: Work.Type
  ) throws(DataError) -> MethodOptions {
    let names = known.flatMap(\.names)
    for name in options.keys.sorted()
    where !names.contains(name.replacing("-", with: "_")) {
      throw .option(
        name,
        """
        neither '\(Work.name)' nor the method '\(method)' has this option\
        \(NearestName.suggestion(forOption: name, among: names + Work.table.map(\.name))) \
        (\(optionsOf: method))
        """)
    }
    return try MethodOptions(options, from: known, of: method)
  }
}

/// A job whose options beyond its table are those of a method.
protocol MethodJob: Job {
  var method: MethodInput { get set }
}

extension MethodJob {
  public mutating func setOther(_ name: String, _ value: OptionInput) throws(DataError) {
    method.set(name, value)
  }
}
