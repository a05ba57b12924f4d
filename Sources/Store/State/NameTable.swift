/// The names of models, arms and values, and the codes that rows have for them.
package struct NameTable: Sendable, Equatable, Codable {
  package static let mostModels = 65_535
  package static let mostArms = 255
  package static let missing: UInt8 = 0
  package static let other: UInt8 = 255

  package private(set) var models: [String] = []
  package private(set) var arms: [String] = []
  /// Of each attribute; a value's code is its place and 1.
  package private(set) var values: [[String]]
  private let isOpen: [Bool]
  private var modelCodes: [String: UInt16] = [:]
  private var armCodes: [String: UInt8] = [:]
  private var valueCodes: [[String: UInt8]]

  package enum CodingKeys: String, CodingKey { case models, arms, values }

  package init(_ plan: MonitorPlan) {
    isOpen = plan.attributes.map { $0.values == nil }
    values = plan.attributes.map { $0.values ?? [] }
    valueCodes = values.map { names in
      Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt8($0 + 1)) })
    }
  }

  package init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    models = try stored.decode([String].self, forKey: .models)
    arms = try stored.decode([String].self, forKey: .arms)
    values = try stored.decode([[String]].self, forKey: .values)
    isOpen = values.map { _ in true }
    valueCodes = values.map { _ in [:] }
  }

  /// What was stored, with the plan's rules for names to come.
  package init(_ plan: MonitorPlan, stored: NameTable) {
    self.init(plan)
    for (code, name) in stored.models.enumerated() {
      take(BatchFrame.Name(kind: .model, code: UInt16(code), text: name))
    }
    for (code, name) in stored.arms.enumerated() {
      take(BatchFrame.Name(kind: .arm, code: UInt16(code), text: name))
    }
    for (attribute, names) in stored.values.enumerated() {
      for (place, name) in names.enumerated().dropFirst(values[attribute].count) {
        take(
          BatchFrame.Name(
            kind: .value, attribute: UInt8(attribute), code: UInt16(place + 1), text: name))
      }
    }
  }

  /// A name of a batch in the journal.
  package mutating func take(_ name: BatchFrame.Name) {
    switch name.kind {
    case .model:
      models.append(name.text)
      modelCodes[name.text] = name.code
    case .arm:
      arms.append(name.text)
      armCodes[name.text] = UInt8(name.code)
    case .value:
      values[Int(name.attribute)].append(name.text)
      valueCodes[Int(name.attribute)][name.text] = UInt8(name.code)
    }
  }

  package mutating func model(
    _ name: String, _ new: inout [BatchFrame.Name]
  ) throws(StoreError) -> UInt16 {
    if let code = modelCodes[name] { return code }
    guard models.count < Self.mostModels else {
      throw .tooMany("models and versions", limit: Self.mostModels)
    }
    new.append(BatchFrame.Name(kind: .model, code: UInt16(models.count), text: name))
    take(new.last!)
    return new.last!.code
  }

  package mutating func arm(_ name: String, _ new: inout [BatchFrame.Name]) throws(StoreError)
    -> UInt8
  {
    if let code = armCodes[name] { return code }
    guard arms.count < Self.mostArms else { throw .tooMany("arms", limit: Self.mostArms) }
    new.append(BatchFrame.Name(kind: .arm, code: UInt16(arms.count), text: name))
    take(new.last!)
    return UInt8(new.last!.code)
  }

  package mutating func value(
    _ name: String?, _ attribute: Int, _ new: inout [BatchFrame.Name]
  ) -> UInt8 {
    guard let name else { return Self.missing }
    if let code = valueCodes[attribute][name] { return code }
    guard isOpen[attribute], values[attribute].count < MonitorPlan.mostValues else {
      return Self.other
    }
    new.append(
      BatchFrame.Name(
        kind: .value, attribute: UInt8(attribute), code: UInt16(values[attribute].count + 1),
        text: name))
    take(new.last!)
    return UInt8(new.last!.code)
  }

  package func text(_ code: UInt8, of attribute: Int) -> String {
    switch code {
    case Self.missing: MonitorPlan.Attribute.missing
    case Self.other: MonitorPlan.Attribute.other
    default: values[attribute][Int(code) - 1]
    }
  }

  /// The name of a group of some attributes; nil where one of them is missing.
  package func group(_ key: CountKey, _ choice: [Int]) -> String? {
    var parts: [String] = []
    for attribute in choice {
      let code = key.code(of: attribute)
      if code == Self.missing { return nil }
      parts.append(text(code, of: attribute))
    }
    return parts.joined(separator: "×")
  }
}
