import Datasets
import LinearAlgebra
import Models

/// Reasons of decisions of a linear score z = x·w + b that selects where z ≥ t.
///
/// The part of a source column j in the score of a row, beside a typical selected row, is
/// r_j = Σ_k w_k·(x_k − m_k) over the columns k of the design matrix that j became: a number, the
/// levels of a category, whether a value is missing. m is the mean of reference rows. The parts add
/// up: Σ_j r_j = z(x) − z(m).
struct LinearReasons<Scalar: KernelScalar> {
  /// A source column's part in the score of a row.
  struct Part: Equatable {
    var column: String
    var value: Double
  }

  /// Why a row is not selected.
  struct Reasons: Equatable {
    /// The most negative first.
    var listed: [Part]
    /// What the listed parts are of all that speaks against the row, 0…1.
    var share: Double
    /// How far the score lies below the cut with the listed columns at the reference; 0 where the
    /// row would be selected.
    var shortBy: Double
    var isSufficient: Bool { shortBy == 0 }
  }

  /// Reasons are listed until they make up this share of what speaks against a row.
  static var listedShare: Double { 0.8 }

  let model: LinearModel
  /// A score at least this is selected.
  let cut: Double
  let columns: [String]
  /// Columns that are no reason to give, as sensitive ones.
  let withheld: Set<String>
  /// The mean of the reference rows, by column of the design matrix.
  let reference: [Double]
  let encoder: FeatureEncoder
  /// The columns of the design matrix that each source column became.
  let places: [(dense: Int?, coded: [Int])]
  /// The column of the design matrix at which each coded one begins.
  let firstColumns: [Int]

  /// - Parameter rows: the reference rows.
  init(
    _ model: LinearModel, cut: Double, _ data: Dataset<Scalar>, reference rows: [Int],
    withheld: Set<String>
  ) {
    self.model = model
    self.cut = cut
    self.withheld = withheld
    let encoder = data.encoder, features = data.features
    self.encoder = encoder
    firstColumns = features.firstColumns
    var reference = [Double](repeating: 0, count: features.columns)
    for row in rows {
      for j in 0..<features.dense.columns { reference[j] += Double(features.dense[row, j]) }
      for (column, first) in zip(features.categorical, features.firstColumns) {
        reference[first + Int(column.codes[row])] += 1
      }
    }
    self.reference = reference.map { $0 / Double(max(rows.count, 1)) }
    let numbers = encoder.numeric.map(\.name), categories = encoder.categorical.map(\.name)
    let flags = encoder.numeric.filter(\.hasMissing).map(\.name)
    columns = numbers + categories
    places =
      numbers.enumerated().map { place, name in
        (place, flags.firstIndex(of: name).map { [categories.count + $0] } ?? [])
      } + categories.indices.map { (nil, [$0]) }
  }

  /// The parts of all source columns in a row's score.
  func parts(_ features: DesignMatrix<Scalar>, row: Int) -> [Part] {
    columns.indices.map { k in
      var sum = 0.0
      if let j = places[k].dense {
        sum += model.coefficients[j] * (Double(features.dense[row, j]) - reference[j])
      }
      for place in places[k].coded {
        let column = features.categorical[place], first = features.firstColumns[place]
        sum += model.coefficients[first + Int(column.codes[row])]
        for level in 0..<column.levels {
          sum -= model.coefficients[first + level] * reference[first + level]
        }
      }
      return Part(column: columns[k], value: sum)
    }
  }

  /// Why a row with a score below the cut is not selected.
  ///
  /// - Parameter most: reasons that are listed where they make up enough; where the row would still
  ///   not be selected, further ones follow.
  func reasons(_ parts: [Part], score: Double, most: Int) -> Reasons {
    let against = parts.filter { $0.value < 0 && !withheld.contains($0.column) }.enumerated()
      .sorted { a, b in
        a.element.value == b.element.value ? a.offset < b.offset : a.element.value < b.element.value
      }.map(\.element)
    let total = against.reduce(0) { $0 + $1.value }
    var listed: [Part] = [], sum = 0.0
    for part in against {
      let tellsEnough = sum <= Self.listedShare * total || listed.count == most
      if !listed.isEmpty && tellsEnough && score - sum >= cut { break }
      listed.append(part)
      sum += part.value
    }
    return Reasons(
      listed: listed, share: total < 0 ? sum / total : 0, shortBy: max(0, cut - (score - sum)))
  }
}
