/// What questions are called, and what they take from rows, for the log of whoever holds them.
extension Request.Question {
  /// The word for the question.
  public var name: String {
    switch self {
    case .scores: "scores"
    case .gram: "gram"
    case .diagonal: "diagonal"
    case .product: "product"
    case .moments: "cell-moments"
    case .scan: "scan"
    case .positives: "positives"
    case .histograms: "histograms"
    case .classGrams: "class-grams"
    case .levelCurvatures: "level-curvatures"
    case .squares: "squares"
    case .margins: "margins"
    case .levelLabels: "level-labels"
    case .sizes: "sizes"
    }
  }

  public var takes: String {
    switch self {
    case .scores(let asked):
      "sums of losses and their slopes\(asked.probabilityByCell ? ", and of probabilities," : "")"
        + "\(asked.lossByCell ? " by group and label" : "")"
    case .gram: "sums of products of each two columns, weighted by the model's curvature"
    case .diagonal: "sums of the square of each column, weighted by the model's curvature"
    case .product: "sums of each column, weighted by the model's curvature along a direction"
    case .moments: "sums of each column by group and label"
    case .scan: "sums of losses, slopes and a histogram of scores by group and label"
    case .positives: "weights of the rows that models select, by group and label"
    case .histograms: "histograms of scores by group and label"
    case .classGrams: "sums of products of each two columns by class of groups and labels"
    case .levelCurvatures: "sums of curvature of each level by group and label"
    case .squares: "the sum of squared scores"
    case .margins: "the largest score, and the largest of a row on the wrong side"
    case .levelLabels: "which labels each level has rows of"
    case .sizes: "the largest weight and the largest size of each column"
    }
  }

  /// How many numbers an answer has besides its sums.
  public func extremes(_ shape: RowShape) -> Int {
    switch self {
    case .margins: 2
    case .levelLabels: 2 * shape.levels.reduce(0, +)
    case .sizes: 2 + shape.denseColumns + shape.attributes
    default: 0
    }
  }

  /// Whether an answer has largest values alone.
  public var isOfExtremes: Bool {
    switch self {
    case .margins, .levelLabels, .sizes: true
    default: false
    }
  }
}
