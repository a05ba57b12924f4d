import Models
import Optimization

/// How adversarial debiasing is to run; the documentation's ablation says what each default is
/// worth.
public struct AdversarialSettings: Sendable {
  /// Which rows go together into a batch.
  public enum Batches: String, Sendable, CaseIterable {
    /// Any.
    case shuffled
    /// Rows of every cell of group and label, in their shares.
    case byCell = "by_cell"
  }

  /// How an adversary keeps up with the predictor.
  public enum Solver: String, Sendable, CaseIterable {
    /// A linear adversary follows its optimum by Newton's steps; a deep one takes gradient steps.
    case newton
    case gradient
  }

  public var goal = AdversaryGoal.demographicParity
  /// The dial α: the weight of the adversary's gradient; 0 trains without an adversary.
  public var strength = 10.0
  /// The largest allowed gap on the training rows; the strength is driven to it.
  public var targetGap: Double?
  /// Units of the predictor's hidden layers; none makes it a logistic regression.
  public var hidden = [64]
  public var activation = Activation.relu
  public var dropout = 0.2
  public var adversaryHidden: [Int] = []
  /// nil: the predictor's.
  public var adversaryActivation: Activation?
  public var adversaryInput = AdversaryInput.conditional(sharpness: [1, 3])
  public var adversaryWeighting = AdversaryWeighting.balanced
  public var adversaryLoss = AdversaryLoss.likelihood
  public var coupling = PlayerCoupling.reversal
  public var solver = Solver.newton
  public var rule: any Optimizer = AdamW()
  /// Steps of the adversary; nil: Newton's where `solver` says so, or Adam's.
  public var adversaryRule: (any Optimizer)?
  public var schedule: any Schedule = CosineSchedule()
  public var start = NetworkStart.he
  public var learningRate = 2e-3
  public var weightDecay = 0.01
  public var clip: Double? = 5
  /// Most rows in a batch; nil is 1024, or a twentieth of the rows of a small table.
  public var batchRows: Int?
  public var batches = Batches.byCell
  /// Epochs without the adversary's say.
  public var pretraining = 5
  /// Epochs with it; nil is 25, or as many as 1,250 steps take on a small table.
  public var epochs: Int?
  /// The share of the epochs over which the strength grows from 0.
  public var ramp = 0.3
  /// The share of the rows that choices are made on, stratified by cell.
  public var validation = 0.2
  public var seed: UInt64 = 0

  public init() {}

  /// Rows of a batch where nothing is asked for: an epoch of a small table has twenty steps still,
  /// of batches that are not too small to tell groups apart.
  func batchRows(of rows: Int) -> Int {
    batchRows ?? min(Self.largestBatch, max(Self.smallestBatch, rows / Self.stepsOfAnEpoch))
  }

  /// Epochs with the adversary where nothing is asked for: it needs some steps to be felt.
  func epochs(of rows: Int) -> Int {
    let steps = max(1, (rows + batchRows(of: rows) - 1) / batchRows(of: rows))
    return epochs ?? max(Self.fewestEpochs, (Self.fewestSteps + steps - 1) / steps)
  }

  private static let fewestEpochs = 25
  private static let fewestSteps = 1_250
  private static let largestBatch = 1024
  private static let smallestBatch = 64
  private static let stepsOfAnEpoch = 20

  /// The share of the last epochs whose iterates are averaged and chosen from.
  static let tail = 0.3
  /// A deep adversary's step size, beside the predictor's.
  static let adversaryRateFactor = 5.0
  /// The share of a Newton step that a linear adversary takes on one batch.
  static let newtonGain = 0.2
  /// An AUC on the validation rows below this is a collapse, as are alike predictions for all.
  static let collapsedAUC = 0.6
  /// Restarts with half the strength or half the step size before a run gives up.
  static let restartLimit = 8
  /// Rows that gaps are measured on during a run: more would not change a choice.
  static let watchedRows = 200_000
}
