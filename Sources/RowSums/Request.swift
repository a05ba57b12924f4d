import Datasets

/// One question about all rows: what is summed, at which coefficients, and in which units.
///
/// A request says everything that an answer depends on apart from the rows; equal requests have equal
/// bytes. x̃ = (x, 1) has `width` entries, and cells are those of the rows' coding.
public struct Request: Sendable, Equatable {
  public var scale: SumScale
  public var cells: Int
  public var question: Question

  public enum Question: Sendable, Equatable {
    /// Losses and probabilities by cell and their slopes.
    case scores(ScoreQuestion)
    /// The lower triangle of Σ hᵢ·x̃ᵢx̃ᵢᵀ, row by row, one after the other for each set.
    case gram(CurvatureQuestion)
    /// Σ hᵢ·x̃ᵢⱼ² of each column, where hᵢ < 0 counts as 0.
    case diagonal(CurvatureQuestion)
    /// Σ hᵢ·(x̃ᵢ·v)·x̃ᵢ.
    case product(CurvatureQuestion, direction: [Double])
    /// Σ sᵢ·x̃ᵢ of each cell, then Σ aᵢₖ·x̃ᵢ of each continuous attribute.
    case moments
    /// Of each cell Σ s·log(1 + eᶻ), Σ s·σ(z)·x̃ and the histogram of the score.
    case scan(ScoreBins)
    /// Σ of the weights of the rows with z ≥ 0 by cell, for each of several coefficient vectors.
    case positives([[Double]])
    /// Σ of the weights by bin of the score and cell, for each of several coefficient vectors.
    case histograms([ScoreBins])
    /// The Gram matrix of the rows of each class of cells, one triangle after the other.
    case classGrams(CurvatureQuestion, classes: [Int])
    /// Σ s·p(1−p) of each level of each categorical column, by cell; 0 at other columns.
    case levelCurvatures([Double])
    /// Σ s·z² and Σ s.
    case squares([Double])
    /// Extremes, no sums: the largest |z|, and of the rows of positive weight the largest violation of
    /// their labels, −z of a label 1, z of a label 0 and |z| of one between.
    case margins([Double])
    /// Extremes, no sums: of each level of each categorical column whether a row of positive weight has
    /// a label below 1, then whether one has a label above 0: 1 where there is one.
    case levelLabels
    /// Extremes, no sums: the largest weight, |offset|, |x| of each dense column and |a| of each
    /// continuous attribute; of columns in a few rows of each block, or exactly.
    case sizes(exact: Bool)
  }

  public init(_ question: Question, cells: Int, scale: SumScale) {
    self.question = question
    self.cells = cells
    self.scale = scale
  }

  public var width: Int { scale.columns.count }
}

/// Σ_{i∈c} sᵢ·(a_c·log(1 + eᶻ) − b_c·z) and Σ_{i∈c} sᵢ·σ(z) with z = θ·x̃ + offset, and ∂/∂θ of them.
public struct ScoreQuestion: Sendable, Equatable {
  /// Shape `(sets, width)`.
  public var theta: [Double]
  /// a and b of each cell.
  public var softplusWeights, scoreWeights: [Double]
  /// Coefficient vectors; with several, the rows of cell c are scored by that of set c/2.
  public var sets: Int
  /// Whether slopes of the loss are wanted by cell, shape `(cells, width)`, or of its sum.
  public var lossByCell: Bool
  /// Whether slopes of the probability are wanted too, by cell.
  public var probabilityByCell: Bool

  public init(
    theta: [Double], softplusWeights: [Double], scoreWeights: [Double], sets: Int = 1,
    lossByCell: Bool = false, probabilityByCell: Bool = false
  ) {
    self.theta = theta
    self.softplusWeights = softplusWeights
    self.scoreWeights = scoreWeights
    self.sets = sets
    self.lossByCell = lossByCell
    self.probabilityByCell = probabilityByCell
  }
}

/// Second derivatives: hᵢ = sᵢ·p(1−p)·(α_c + β_c·(1−2p)) with p = σ(θ·x̃ + offset).
public struct CurvatureQuestion: Sendable, Equatable {
  /// Shape `(sets, width)`.
  public var theta: [Double]
  /// Of each cell.
  public var alpha, beta: [Double]
  public var sets: Int

  public init(theta: [Double], alpha: [Double], beta: [Double], sets: Int = 1) {
    self.theta = theta
    self.alpha = alpha
    self.beta = beta
    self.sets = sets
  }
}

/// Bins of a score z = θ·x̃: bin k of B holds width·(k − B/2) ≤ z < width·(k + 1 − B/2), and the outer
/// bins the rest as well.
public struct ScoreBins: Sendable, Equatable {
  public var theta: [Double]
  /// A power of two, so that comparing with an edge is exact.
  public var width: Double
  public var bins: Int

  public init(theta: [Double], width: Double, bins: Int) {
    self.theta = theta
    self.width = width
    self.bins = bins
  }
}
