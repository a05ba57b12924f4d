import LinearAlgebra

/// Asks a source about its rows, in units that fit its numbers.
///
/// Bounds of the numbers come from a few rows with a wide margin. Where a sum does not fit, the source
/// looks at all rows for exact ones, and is asked again.
public final class RowReader {
  public let source: any RowSource
  public let shape: RowShape
  private var isExact = false

  public init(_ source: any RowSource) {
    self.source = source
    shape = source.shape
  }

  /// The sums that a question asks for, in its order; not-a-numbers where some are not finite, as they
  /// are where coefficients are far off.
  public func sums(_ question: Request.Question) throws -> [Double] {
    let request = Request(question, cells: shape.cells, scale: try source.scale(exact: isExact))
    do { return try source.values(request) } catch let refusal as Refusal {
      switch refusal.kind {
      case .notFinite: break
      case .tooLarge where !isExact:
        isExact = true
        return try sums(question)
      default: throw refusal
      }
    } catch SumsError.exponent(_) {}
    let count = try request.unitCount()
    return Array(repeating: .nan, count: count)
  }

  /// The largest values that a question asks for.
  public func extremes(_ question: Request.Question) throws -> [Double] {
    let scale = try source.scale(exact: isExact)
    return try source.answer(Request(question, cells: shape.cells, scale: scale)).extremes
  }

  // MARK: - Shapes

  /// Σ h·x̃x̃ᵀ as the lower triangle of a matrix; with several sets of coefficients, of diagonal blocks.
  public func gram(_ asked: CurvatureQuestion) throws -> Matrix<Double> {
    let numbers = try sums(.gram(asked))
    let width = shape.width
    let matrix = Matrix<Double>(rows: asked.sets * width, columns: asked.sets * width)
    for set in 0..<asked.sets {
      Self.fill(matrix, at: set * width, width, numbers[(set * width * (width + 1) / 2)...])
    }
    return matrix
  }

  /// The Gram matrix of each class of cells.
  public func classGrams(_ asked: CurvatureQuestion, classes: [Int]) throws -> [Matrix<Double>] {
    let numbers = try sums(.classGrams(asked, classes: classes))
    let width = shape.width
    return (0...(classes.max() ?? 0)).map { number in
      let matrix = Matrix<Double>(rows: width, columns: width)
      Self.fill(matrix, at: 0, width, numbers[(number * width * (width + 1) / 2)...])
      return matrix
    }
  }

  private static func fill(
    _ matrix: Matrix<Double>, at origin: Int, _ width: Int, _ triangle: ArraySlice<Double>
  ) {
    precondition(triangle.count >= width * (width + 1) / 2, "a number for each pair of columns")
    triangle.withUnsafeBufferPointer { triangle in
      guard var next = triangle.baseAddress else { return }
      for i in 0..<width {
        // SAFETY: the block lies inside the matrix, and the triangle has i + 1 numbers a row.
        (matrix.pointer(row: origin + i) + origin).update(from: next, count: i + 1)
        next += i + 1
      }
    }
  }

  /// Σ_{i∈c} s·x̃ of each cell, then Σ a·x̃ of each continuous attribute, shape `(width)` each.
  public func moments() throws -> [[Double]] { rows(of: try sums(.moments)) }

  public func scan(_ bins: ScoreBins) throws -> CellScan {
    CellScan(try sums(.scan(bins)), cells: shape.cells, width: shape.width)
  }

  /// Σ s of the rows with z ≥ 0 by cell, for each of several coefficient vectors.
  public func positives(_ models: [[Double]]) throws -> [[Double]] {
    Self.parts(try sums(.positives(models)), of: shape.cells)
  }

  /// Σ s by bin and cell, shape `(bins, cells)`, for each of several coefficient vectors.
  public func histograms(_ models: [ScoreBins]) throws -> [[Double]] {
    guard let first = models.first else { return [] }
    return Self.parts(try sums(.histograms(models)), of: first.bins * shape.cells)
  }

  /// Σ s·p(1−p) of each level by cell, shape `(cells, width)`.
  public func levelCurvatures(_ theta: [Double]) throws -> [[Double]] {
    rows(of: try sums(.levelCurvatures(theta)))
  }

  /// The weighted root mean square of the scores.
  public func scoreScale(_ theta: [Double]) throws -> Double {
    let sums = try sums(.squares(theta))
    return sums[1] > 0 ? (sums[0] / sums[1]).squareRoot() : 0
  }

  private func rows(of numbers: [Double]) -> [[Double]] { Self.parts(numbers, of: shape.width) }

  private static func parts(_ numbers: [Double], of size: Int) -> [[Double]] {
    stride(from: 0, to: numbers.count, by: size).map { Array(numbers[$0..<$0 + size]) }
  }
}
