import Datasets
import Models

/// A method as a value: its options are properties, listed with their names in a table.
///
/// A property's own value is the default of the option. Every door reads the same table: it makes
/// the value from texts, and a model's record of its options from the value.
public protocol MethodTable: OptionTable {
  /// The same string in every interface.
  static var name: String { get }
}

extension MethodTable {
  /// The options as doors list them.
  public static var options: [MethodOption] { listed }

  /// - Parameter texts: values by name; underscores and dashes are alike.
  public init(options texts: [String: String]) throws(DataError) {
    self.init(try MethodOptions(texts, from: Self.options, of: Self.name))
  }

  /// The method with options that were checked. What is none of its own is left out; a value in the
  /// record of a model that this version does not know leaves the default.
  public init(_ options: MethodOptions) { self.init(checked: options) }

  /// The options by name, as models record them; those without a value are left out.
  public var recorded: MethodOptions { optionValues }

  /// Throws when a property has a value that the option does not take.
  public func check() throws(DataError) {
    var copy = self
    for record in Self.table {
      if let value = record.get(self) { try record.set(&copy, value) }
    }
  }
}

/// Options of a method, or some that several methods share.
extension OptionTable {
  /// As doors list them.
  static var listed: [MethodOption] {
    let usual = Self()
    return table.map { MethodOption($0, default: $0.get(usual)) }
  }

  /// Takes from options that were checked what is its own.
  init(checked options: MethodOptions) {
    self.init()
    for record in Self.table {
      guard let value = options.values[record.name] else { continue }
      try? record.set(&self, .text(value.description))
    }
  }

  /// By name; those without a value are left out.
  var optionValues: MethodOptions {
    var values: [String: OptionValue] = [:]
    for record in Self.table {
      values[record.name] = record.get(self).map { OptionValue($0, of: record.kind) }
    }
    return MethodOptions(recorded: values)
  }
}

extension OptionValue {
  /// A value as a record holds it, which has the kind.
  init(_ input: OptionInput, of kind: OptionKind) {
    let text = input.shown
    let value: OptionValue? =
      switch kind {
      case .number: Double(text).map { .number($0) }
      case .integer, .integers: Int(text).map { .integer($0) }
      case .flag: Bool(text).map { .flag($0) }
      default: nil
      }
    self = value ?? .text(text)
  }
}
