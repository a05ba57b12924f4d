import Datasets
import LinearAlgebra

/// A linear model of its own for each group: z = w_g·x + b_g.
public struct GroupedLinearModel: Predictor, Equatable {
  public static let kind = "grouped-linear"

  /// The attributes whose observed combinations the groups are.
  public let attributes: [String]
  /// Shape `(G)`.
  public let groups: [String]
  public let models: [LinearModel]

  public init(attributes: [String], groups: [String], models: [LinearModel]) {
    precondition(groups.count == models.count, "a model for each group")
    self.attributes = attributes
    self.groups = groups
    self.models = models
  }

  public var needsAttributes: Bool { true }
  public var featureColumns: Int? { models.first?.coefficients.count }

  private struct Configuration: Codable {
    var attributes: [String]
    var groups: [String]
  }

  public var state: PredictorState {
    let configuration = Configuration(attributes: attributes, groups: groups)
    let width = models.first?.theta.count ?? 0
    return PredictorState(
      kind: Self.kind, configuration: StoredJSON.text(configuration),
      tensors: [
        NamedTensor(
          "theta", shape: [models.count, width], .float64(models.flatMap(\.theta)))
      ])
  }

  public init(_ state: PredictorState) throws {
    let configuration: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    let theta = try state.tensor("theta")
    guard theta.shape.count == 2, theta.shape[0] == configuration.groups.count else {
      throw PredictorError.badConfiguration(kind: Self.kind, detail: "a row for each group")
    }
    let width = theta.shape[1], numbers = theta.doubles
    self.init(
      attributes: configuration.attributes, groups: configuration.groups,
      models: (0..<theta.shape[0]).map {
        LinearModel(theta: Array(numbers[$0 * width..<($0 + 1) * width]))
      })
  }

  public func scores<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try chosen(data) { $0.scores(data.features, pool: pool) }
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try chosen(data) { $0.probabilities(data.features, pool: pool) }
  }

  private func chosen<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ values: (LinearModel) -> [Double]
  ) throws -> [Double] {
    let member = try data.codes(of: attributes, as: groups)
    var result = [Double](repeating: 0, count: data.rows)
    for (group, model) in models.enumerated() {
      let all = values(model)
      for i in 0..<data.rows where member[i] == group { result[i] = all[i] }
    }
    return result
  }
}
