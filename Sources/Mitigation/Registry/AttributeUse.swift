import Models

/// Where a method or a model uses sensitive attributes. Rules about their use differ by this.
public enum AttributeUse: String, Sendable, Codable, CaseIterable, Comparable {
  /// The attributes of training rows shape the fit.
  case training
  /// The attribute of a new row changes its score or its decision, as a feature or by a correction.
  case decision
  /// Groups have thresholds, or chances of being selected, of their own.
  case thresholds = "group-thresholds"

  /// In the order of the cases.
  public static func < (a: AttributeUse, b: AttributeUse) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }

  /// In words: what uses the attribute does this.
  public var words: String {
    switch self {
    case .training: "uses the attribute in training"
    case .decision: "uses the attribute at decision time"
    case .thresholds: "sets thresholds by group"
    }
  }
}

/// What a part of a plan or a model does with sensitive attributes.
public struct UsedAttribute: Sendable, Equatable {
  /// A method, or what else uses them: `use_sensitive`.
  public var by: String
  public var use: AttributeUse

  public init(by: String, _ use: AttributeUse) {
    self.by = by
    self.use = use
  }
}

extension TrainedModel {
  /// What the model does with sensitive attributes, by its methods and by what it needs of new rows.
  ///
  /// A method that this version does not know is told by what the model needs alone.
  public var usedAttributes: [UsedAttribute] {
    var used: [UsedAttribute] = []
    for name in method.split(separator: StagedFit.separator).map(String.init) {
      guard let found = Mitigations.all.first(where: { $0.name == name }) else { continue }
      used += found.attributeUse.sorted().map { UsedAttribute(by: name, $0) }
    }
    if encoder.options.useSensitive { used.append(UsedAttribute(by: "use_sensitive", .decision)) }
    if predictor.needsAttributes, !used.contains(where: { $0.use != .training }) {
      used.append(UsedAttribute(by: method, .decision))
    }
    return used
  }
}
