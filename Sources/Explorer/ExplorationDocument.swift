import Datasets
import Essentials
import Mitigation

/// All that a page holds: counts, curves and fits, and no row of the data. Schema
/// `equipoise.exploration/1`.
public struct ExplorationDocument: Sendable, Encodable {
  /// How the document was made.
  public struct Made: Sendable, Encodable {
    public var program: String
    public var data: String
    /// SHA-256 of the data's file; nil for other tables.
    public var digest: String?
    public var rows: Int
    public var weighted: Bool
    public var leastCell: Int
    public var command: String?

    public init(
      program: String, data: String, digest: String? = nil, rows: Int, weighted: Bool,
      leastCell: Int, command: String? = nil
    ) {
      self.program = program
      self.data = data
      self.digest = digest
      self.rows = rows
      self.weighted = weighted
      self.leastCell = leastCell
      self.command = command
    }

    enum CodingKeys: String, CodingKey {
      case program, data, digest, rows, weighted, command
      case leastCell = "least_cell"
    }
  }

  public struct Label: Sendable, Encodable {
    public var name: String
    public var positive: String
  }

  public struct Group: Sendable, Encodable {
    public var name: String
    /// nil where it is withheld, as are the others.
    public var rows: Int?
    public var positives: Double?
    public var negatives: Double?
    public var weight: Double?
    public var withheld: String?
  }

  public struct Division: Sendable, Encodable {
    public var name: String
    public var attributes: [String]
    public var groups: [Group]
    /// A rule's text without its digest, with `{{cuts}}` and `{{option}}` where thresholds go.
    public var ruleTemplate: String?

    enum CodingKeys: String, CodingKey {
      case name, attributes, groups
      case ruleTemplate = "rule_template"
    }
  }

  public var schema = "equipoise.exploration/1"
  public var made: Made
  public var label: Label?
  public var partitions: [Division]
  public var models: [ModelPart]
  public var columns: [ColumnCard]
  public var slices: [ExploredSlice]

  /// The document as canonical JSON on one line.
  public func json() throws -> String { try CanonicalJSON.text(self) }
}

/// What a document tells of a model.
public struct ModelPart: Sendable, Encodable {
  /// Arrays in base64, lowest byte first.
  public struct Curve: Sendable, Encodable {
    public var cuts: String
    public var type: String
    public var positives: String?
    public var negatives: String
    public var totalPositives: Double?
    public var totalNegatives: Double
    public var effectiveRows: Double
    public var complete: Bool

    enum CodingKeys: String, CodingKey {
      case cuts, type, positives, negatives, complete
      case totalPositives = "total_positives"
      case totalNegatives = "total_negatives"
      case effectiveRows = "effective_rows"
    }
  }

  public struct Strategy: Sendable, Encodable {
    public struct HeldOut: Sendable, Encodable {
      public var cost: Double
      public var gap: Double?
    }

    public var name: String
    public var partition: Int
    public var costRatio: Double
    public var bound: Double?
    public var status: String
    /// By listed group, nil where it is withheld; nil where decisions are drawn.
    public var thresholds: [ScoreThreshold?]?
    public var cost: Double
    public var gap: Double?
    public var heldOut: HeldOut?
    public var drawn: Bool

    enum CodingKeys: String, CodingKey {
      case name, partition, bound, status, thresholds, cost, gap, drawn
      case costRatio = "cost_ratio"
      case heldOut = "held_out"
    }
  }

  public var name: String
  public var kind: ExploredModel.Kind
  public var threshold: Double?
  public var curves: [[Curve?]]?
  var stated: [[StatedCounts.Counts?]]
  public var strategies: [Strategy]?
  public var dependence: [DependenceCurve]?
  public var flips: [FlipTest]?
  public var errorTree: ErrorTree?

  enum CodingKeys: String, CodingKey {
    case name, kind, threshold, curves, stated, strategies, dependence, flips
    case errorTree = "error_tree"
  }
}

extension ModelPart.Curve {
  init(_ curve: ReleasedCurve, isWeighted: Bool, hasLabels: Bool) {
    func text(_ values: ArraySlice<Double>) -> String {
      isWeighted ? Packed.text(values) : Packed.text(values.map { UInt32($0) })
    }
    cuts = Packed.text(curve.cuts[...])
    type = isWeighted ? "f64" : "u32"
    positives = hasLabels ? text(curve.curve.truePositives.dropFirst()) : nil
    negatives = text(curve.curve.falsePositives.dropFirst())
    totalPositives = hasLabels ? curve.curve.positives : nil
    totalNegatives = curve.curve.negatives
    effectiveRows = curve.effectiveRows
    complete = curve.isComplete
  }
}

/// Numbers as base64 of their bytes, lowest first.
enum Packed {
  static func text(_ values: some Sequence<Double>) -> String {
    text(bytes: values.flatMap { bytes($0.bitPattern, 8) })
  }

  static func text(_ values: [UInt32]) -> String {
    text(bytes: values.flatMap { bytes(UInt64($0), 4) })
  }

  private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  static func text(bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
