import Datasets
import LinearAlgebra
import Mitigation
import Models
import Testing

/// That methods say truly where they use sensitive attributes.
@Suite struct AttributeUseTests {
  private func rows(usesSensitive: Bool = false) throws -> Dataset<Double> {
    let set = try BundledDataset.named("german")
    var options = DataOptions(set)
    options.sensitive = ["sex"]
    options.useSensitive = usesSensitive
    return try DataReader(options: options).read(.bundled(set, .train))
  }

  /// Settings that make slow methods quick, by option.
  private static let quick = [
    "epochs": "2", "pretraining": "1", "hidden": "4", "rounds": "5", "prototypes": "2",
    "steps": "10", "corrections": "50", "programs": "8", "grid_size": "3", "combinations": "10",
    "bound": "0.2", "max_iterations": "20",
  ]

  /// A method whose model needs the attributes of new rows says so, and no other does.
  @Test(arguments: Mitigations.all.map { $0.name })
  func whatAMethodSaysIsWhatItsModelNeeds(_ name: String) throws {
    let method = try Mitigations.named(name)
    var options: [String: String] = [:]
    for (option, value) in Self.quick where method.options.contains(where: { $0.name == option }) {
      options[option] = value
    }
    let model = try method.fit(
      try rows(), FitRequest(options: try MethodOptions(options, of: method)))
    let isAsked = !method.attributeUse.isDisjoint(with: [.decision, .thresholds])
    #expect(model.predictor.needsAttributes == isAsked)
    #expect(Set(model.usedAttributes.map(\.use)) == method.attributeUse)
  }

  @Test func anAttributeAmongTheFeaturesIsUsedAtDecisionTime() throws {
    #expect(try Logistic().fit(try rows()).usedAttributes == [])
    #expect(
      try Logistic().fit(try rows(usesSensitive: true)).usedAttributes
        == [UsedAttribute(by: "use_sensitive", .decision)])
  }
}
