import CEquipoise
import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Synchronization

/// A data set in either storage type.
enum AnyDataset: Sendable {
  case float(Dataset<Float>)
  case double(Dataset<Double>)

  /// The same with what is known of its features.
  func known(isFinite: Bool) -> AnyDataset {
    switch self {
    case .float(var data):
      data.hasCheckedFeatures = isFinite
      return .float(data)
    case .double(var data):
      data.hasCheckedFeatures = isFinite
      return .double(data)
    }
  }
}

/// What a caller has given of a data set so far; `assembled` is what calls work with.
final class DatasetParts: Sendable {
  private struct State {
    var features: AnyFeatures = .none
    var names: [String]?
    var categories: [(name: String, levels: [String], codes: Buffer<UInt16>)] = []
    var labels: Buffer<UInt8>?
    /// Numbers to predict in place of labels.
    var targets: [Double]?
    var weights: [Double]?
    var attributes: [GroupIndex] = []
    /// Sensitive columns that are numbers.
    var continuous: [(name: String, values: [Double])] = []
    var predictions: Buffer<UInt8>?
    var scores: [Double]?
    /// A table that was read, whose features stand.
    var table: AnyDataset?
    /// The parts put together.
    var whole: AnyDataset?
    /// What a reader of any result must know of how the table was read.
    var notes: [String] = []
    /// Whether every feature is known to be a finite number; the memory may not change meanwhile.
    var isFinite = false
  }

  private enum AnyFeatures: Sendable {
    case none
    case float(Matrix<Float>)
    case double(Matrix<Double>)
  }

  let rows: Int
  private let state: Mutex<State>

  init(rows: Int) {
    self.rows = rows
    state = Mutex(State())
  }

  /// A table that was read whole.
  init<Scalar: KernelScalar>(_ data: Dataset<Scalar>, predictions: [UInt8]?, scores: [Double]?) {
    rows = data.rows
    var state = State()
    state.labels = data.labels
    state.weights = data.sampleWeights
    state.attributes = data.attributes
    state.predictions = predictions.map { Buffer($0) }
    state.scores = scores
    state.notes = data.told().map { $0.text(.python) }
    if let data = data as? Dataset<Float> { state.table = .float(data) }
    if let data = data as? Dataset<Double> { state.table = .double(data) }
    self.state = Mutex(state)
  }

  // MARK: Parts

  func setFeatures(_ matrix: OutsideMatrix, names: [String]) throws(CallError) {
    try requireNoTable()
    change { state in
      switch matrix {
      case .float(let block): state.features = .float(block)
      case .double(let block): state.features = .double(block)
      }
      state.names = names
      state.isFinite = false
    }
  }

  func addCategory(
    _ name: String, _ levels: [String], _ codes: Buffer<UInt16>
  ) throws(CallError) {
    try requireNoTable()
    change { $0.categories.append((name, levels, codes)) }
  }

  func setLabels(_ labels: Buffer<UInt8>) {
    change {
      $0.labels = labels
      $0.targets = nil
    }
  }
  func setTargets(_ targets: [Double]) {
    change {
      $0.targets = targets
      $0.labels = nil
    }
  }
  func setWeights(_ weights: [Double]) { change { $0.weights = weights } }
  func addAttribute(_ attribute: GroupIndex) throws(CallError) {
    try addSensitive(attribute.attribute) { $0.attributes.append(attribute) }
  }
  func addContinuous(_ name: String, _ values: [Double]) throws(CallError) {
    try addSensitive(name) { $0.continuous.append((name, values)) }
  }
  private func addSensitive(_ name: String, _ add: (inout State) -> Void) throws(CallError) {
    let fits = state.withLock { state -> Bool in
      let names = state.attributes.map(\.attribute) + state.continuous.map(\.name)
      guard !names.contains(name) else { return false }
      add(&state)
      state.whole = nil
      return true
    }
    guard fits else {
      throw .argument("there is a sensitive column '\(name)' already", column: name)
    }
  }
  func setPredictions(_ predictions: Buffer<UInt8>) {
    state.withLock { $0.predictions = predictions }
  }
  func setScores(_ scores: [Double]) { state.withLock { $0.scores = scores } }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { state in
      body(&state)
      state.whole = nil
    }
  }

  // MARK: Wholes

  /// All columns of the design matrix.
  var columns: Int {
    switch assembled() {
    case .float(let data): data.features.columns
    case .double(let data): data.features.columns
    }
  }

  var isFinite: Bool { state.withLock { $0.isFinite } }
  func markFinite() { state.withLock { $0.isFinite = true } }

  /// Throws when a feature is no finite number; looked at once.
  func requireFinite<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ pool: WorkerPool
  ) throws(DataError) {
    guard !isFinite else { return }
    try data.requireFeatureRange(pool: pool)
    markFinite()
  }

  /// The parts as one data set; made once and kept until a part changes.
  func assembled() -> AnyDataset {
    state.withLock { state in
      if let whole = state.whole { return whole.known(isFinite: state.isFinite) }
      let whole: AnyDataset =
        switch (state.table, state.features) {
        case (.float(let table)?, _): .float(Self.dataset(table, state))
        case (.double(let table)?, _): .double(Self.dataset(table, state))
        case (nil, .none): .double(Self.dataset(Matrix(rows: rows, columns: 0), state))
        case (nil, .float(let block)): .float(Self.dataset(block, state))
        case (nil, .double(let block)): .double(Self.dataset(block, state))
        }
      state.whole = whole
      return whole.known(isFinite: state.isFinite)
    }
  }

  /// Columns stand as they are: nothing is centred or scaled.
  private static func dataset<Scalar: KernelScalar>(
    _ block: Matrix<Scalar>, _ state: State
  ) -> Dataset<Scalar> {
    let names = state.names ?? []
    let categories = state.categories.map {
      (encoding: FeatureEncoder.Categorical(name: $0.name, levels: $0.levels), codes: $0.codes)
    }
    let encoder = FeatureEncoder(
      numeric: names.map { FeatureEncoder.Numeric(name: $0) },
      categorical: categories.map(\.encoding),
      options: DataOptions(
        target: state.targets.map { _ in Self.targetName },
        sensitive: state.attributes.map(\.attribute), continuous: state.continuous.map(\.name)))
    return Dataset(
      source: Self.source, encoder: encoder,
      features: DesignMatrix(
        dense: block,
        categorical: categories.map {
          CodeColumn(codes: $0.codes, levels: $0.encoding.codeCount)
        }),
      labels: state.labels, sampleWeights: state.weights, attributes: state.attributes,
      columns: columns(state))
  }

  /// What errors call data that never were in a table.
  static let source = RowPlace.memory
  /// What the column of targets that never were in a table is called.
  private static let targetName = "target"

  private static func columns(_ state: State) -> [String: [Double]] {
    var columns: [String: [Double]] = [:]
    for (name, values) in state.continuous { columns[name] = values }
    columns[targetName] = state.targets
    return columns
  }

  /// A table's features with the labels, weights and attributes that stand now.
  private static func dataset<Scalar: KernelScalar>(
    _ table: Dataset<Scalar>, _ state: State
  ) -> Dataset<Scalar> {
    var encoder = table.encoder
    encoder.options.continuous += state.continuous.map(\.name)
    // Labels that were set afterwards are what a fit predicts, and so are targets.
    if state.labels != nil { encoder.options.target = nil }
    if state.targets != nil { encoder.options.target = Self.targetName }
    var whole = Dataset(
      source: table.source, encoder: encoder, features: table.features,
      labels: state.labels, sampleWeights: state.weights, attributes: state.attributes,
      controls: table.controls, keys: table.keys,
      columns: table.columns.merging(columns(state)) { _, new in new }, origin: table.origin)
    whole.unknown = table.unknown
    return whole
  }

  /// Throws when the features are a table's.
  private func requireNoTable() throws(CallError) {
    guard state.withLock({ $0.table == nil }) else {
      throw .argument("the features of a data set that was read cannot be changed")
    }
  }

  var notes: [String] { state.withLock { $0.notes } }
  var labels: Buffer<UInt8>? { state.withLock { $0.labels } }
  var weights: [Double]? { state.withLock { $0.weights } }
  var attributes: [GroupIndex] { state.withLock { $0.attributes } }

  func scores() throws(CallError) -> [Double] {
    guard let scores = state.withLock({ $0.scores }) else {
      throw .data("scores are missing", column: "scores")
    }
    return scores
  }

  /// What a postprocessor is fitted to.
  func scoredRows(for method: any Postprocessor.Type) throws -> ScoredRows {
    let scores = try scores()
    return switch assembled() {
    case .float(let data): try ScoredRows(data, scores: scores, column: "scores", for: method)
    case .double(let data): try ScoredRows(data, scores: scores, column: "scores", for: method)
    }
  }

  /// What an audit looks at.
  func outcomes(threshold: Double) throws(CallError) -> Outcomes {
    let state = state.withLock { $0 }
    guard !state.attributes.isEmpty else {
      throw .data("an audit needs at least one sensitive attribute")
    }
    return Outcomes(
      attributes: state.attributes, labels: state.labels, predictions: state.predictions,
      scores: state.scores.map { Buffer($0) }, weights: state.weights.map { Buffer($0) },
      threshold: threshold)
  }
}
