import CKernels
import LinearAlgebra

/// What an adversary is shown of a prediction, and of the label where errors are to be alike.
public enum AdversaryInput: Codable, Sendable, Equatable {
  /// The prediction ŷ: σ(z), softmax(z) or z; with the label beside it for equalized odds.
  case prediction
  /// s = σ((1 + |c|)·z) with c learnt by the adversary, and s·y and s·(1 − y) for equalized odds:
  /// section 4 of the paper. For binary predictors.
  case sharpened
  /// s = σ(κ·z) for each κ, for each value of the label apart, and the label itself: an adversary
  /// that is told how often each group has each label cannot mistake that for a difference in
  /// errors. A small κ has a slope everywhere, a large one is nearly the decision.
  case conditional(sharpness: [Double])
  /// The last hidden units, with the label beside them for equalized odds.
  case representation
}

/// Which rows and labels an adversary compares groups on.
public enum AdversaryGoal: String, Codable, Sendable, CaseIterable {
  /// Predictions do not tell the group.
  case demographicParity = "demographic_parity"
  /// Predictions do not tell the group of rows with the same label.
  case equalizedOdds = "equalized_odds"
  /// Predictions do not tell the group of rows whose label is the positive one.
  case equalOpportunity = "equal_opportunity"
}

/// One number that the adversary is shown: value[source]·f(y), or f(y) alone.
struct AdversaryFeature: Sendable, Equatable {
  enum Factor: Sendable, Equatable {
    case one
    /// 1[y = class]
    case isClass(Int)
    case label
  }

  /// The prediction's component; nil for none.
  var source: Int?
  var factor: Factor

  /// The kernels' number of the factor, and its class.
  var kernelFactor: (Int32, Int32) {
    switch factor {
    case .one: (Int32(EQP_FACTOR_ONE), 0)
    case .isClass(let k): (Int32(EQP_FACTOR_CLASS), Int32(k))
    case .label: (Int32(EQP_FACTOR_LABEL), 0)
    }
  }
}

extension AdversaryInput {
  /// Whether the adversary learns how sharp s is.
  var learnsSharpness: Bool { self == .sharpened }

  /// How many times a binary prediction is shown, each with a sharpness of its own.
  func levels(_ head: OutputHead) -> Int {
    if case .conditional(let sharpness) = self, head == .binary { return sharpness.count }
    return 1
  }

  /// The numbers shown for a predictor with this head.
  func features(_ head: OutputHead, _ goal: AdversaryGoal) -> [AdversaryFeature] {
    let components = 0..<(head == .binary ? levels(head) : head.outputs)
    let plain = components.map { AdversaryFeature(source: $0, factor: .one) }
    guard goal == .equalizedOdds else { return plain }
    let labels: [AdversaryFeature.Factor] =
      switch head {
      case .binary: [.label]
      case .classes(let count): (1..<max(2, count)).map { .isClass($0) }
      case .continuous: [.label]
      }
    let alone = labels.map { AdversaryFeature(source: nil, factor: $0) }
    switch (self, head) {
    case (.sharpened, .binary):
      return plain + Self.byClass(components, 2).reversed()
    case (.conditional, .binary):
      return Self.byClass(components, 2) + alone
    case (.conditional, .classes(let count)):
      return Self.byClass(components, count) + alone
    default:
      return plain + alone
    }
  }

  /// value·1[y = k] for each component and class
  private static func byClass(_ components: Range<Int>, _ classes: Int) -> [AdversaryFeature] {
    components.flatMap { source in
      (0..<classes).map { AdversaryFeature(source: source, factor: .isClass($0)) }
    }
  }
}

/// Turns a tile of predictor outputs into what the adversary is shown, and gradients back.
///
/// Values of a binary prediction lie level by level, (levels, rows); those of others row by row,
/// (rows, outputs).
struct AdversaryInputPass<Scalar: KernelScalar> {
  let input: AdversaryInput
  let head: OutputHead
  let features: [AdversaryFeature]
  let levels: Int

  init(_ input: AdversaryInput, _ head: OutputHead, _ goal: AdversaryGoal) {
    self.input = input
    self.head = head
    features = input.features(head, goal)
    levels = input.levels(head)
  }

  /// Elements of the values of one row.
  var width: Int { head == .binary ? levels : head.outputs }

  /// How many times as steep as the prediction itself a level is shown.
  private func sharpness(_ level: Int, _ learnt: Scalar) -> Scalar {
    if case .conditional(let values) = input { return Scalar(values[level]) }
    return learnt
  }

  /// The prediction as it is shown; `scratch` holds (2·rows).
  func values(
    _ z: UnsafePointer<Scalar>, rows: Int, learnt: Scalar,
    into values: UnsafeMutablePointer<Scalar>, scratch: UnsafeMutablePointer<Scalar>
  ) {
    switch head {
    case .binary:
      for level in 0..<levels {
        Scalar.Kernels.combine(z, z, rows, sharpness(level, learnt), 0, scratch)
        Scalar.Kernels.sigmoidSoftplus(scratch, rows, values + level * rows, scratch + rows)
      }
    case .classes(let count): Scalar.Kernels.softmax(z, rows, count, values)
    case .continuous: values.update(from: z, count: rows)
    }
  }

  /// The input matrix (rows, features + 1), whose last column is 1 already.
  func fill(
    _ values: UnsafePointer<Scalar>, labels: UnsafePointer<Scalar>, rows: Int,
    into matrix: UnsafeMutablePointer<Scalar>
  ) {
    for (k, feature) in features.enumerated() {
      let (factor, which) = feature.kernelFactor
      let isBinary = head == .binary
      Scalar.Kernels.feature(
        feature.source.map { values + (isBinary ? $0 * rows : $0) }, isBinary ? 1 : head.outputs,
        labels, rows, factor, which, matrix + k, features.count + 1)
    }
  }

  /// Gradients in the predictor's outputs z, rows `stride` apart, from those in the shown numbers,
  /// (rows, features); returns the gradient in the learnt sharpness. `scratch` holds (rows).
  func pushBack(
    _ gradient: UnsafePointer<Scalar>, values: UnsafePointer<Scalar>, z: UnsafePointer<Scalar>,
    labels: UnsafePointer<Scalar>, rows: Int, learnt: Scalar,
    into u: UnsafeMutablePointer<Scalar>, stride: Int, scratch: UnsafeMutablePointer<Scalar>
  ) -> Double {
    Scalar.Kernels.fill(0, rows, head.outputs, u, stride)
    switch head {
    case .binary:
      var inSharpness = 0.0
      for level in 0..<levels {
        Scalar.Kernels.fill(0, 1, rows, scratch, 0)
        collect(gradient, of: level, labels, rows, into: scratch, stride: 1, offset: 0)
        inSharpness += Scalar.Kernels.sigmoidBack(
          values + level * rows, z, rows, sharpness(level, learnt), scratch, 1)
        Scalar.Kernels.featureBack(scratch, 1, labels, rows, 0, 0, u, stride)
      }
      return inSharpness
    case .classes, .continuous:
      for source in 0..<head.outputs {
        collect(gradient, of: source, labels, rows, into: u, stride: stride, offset: source)
      }
      if case .classes(let count) = head {
        Scalar.Kernels.softmaxBack(values, rows, count, u, stride)
      }
      return 0
    }
  }

  /// Adds up the gradients of the features that are made of one value.
  private func collect(
    _ gradient: UnsafePointer<Scalar>, of source: Int, _ labels: UnsafePointer<Scalar>,
    _ rows: Int, into u: UnsafeMutablePointer<Scalar>, stride: Int, offset: Int
  ) {
    for (k, feature) in features.enumerated() where feature.source == source {
      let (factor, which) = feature.kernelFactor
      Scalar.Kernels.featureBack(
        gradient + k, features.count, labels, rows, factor, which, u + offset, stride)
    }
  }
}
