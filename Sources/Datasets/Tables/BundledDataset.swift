import CBundledData
import LinearAlgebra

/// A public data set inside the binary, with the roles of its columns.
public struct BundledDataset: Sendable, Equatable {
  public enum Part: String, Sendable { case train, test }

  public let name: String
  /// One sentence for tables and help.
  public let summary: String
  /// What a reader of any result on these data must know.
  public let caution: String?
  public let attribution: String
  public let label: String
  public let positive: String
  /// What is taken as sensitive when nothing is asked for.
  public let sensitive: [String]
  public let drop: [String]
  public let missingTexts: [String]
  public let hasTestPart: Bool

  public static let all = [adult, german, compas]

  public static func named(_ name: String) throws(DataError) -> BundledDataset {
    guard let found = all.first(where: { $0.name == name }) else {
      throw .unknownDataset(name: name, nearest: NearestName.of(name, among: all.map(\.name)))
    }
    return found
  }

  static let adult = BundledDataset(
    name: "adult",
    summary: "US census of 1994: does a person earn more than 50,000 dollars? 48,842 rows",
    caution: nil, attribution: "Becker and Kohavi, UCI Machine Learning Repository, CC BY 4.0",
    label: "income", positive: ">50K", sensitive: ["sex"], drop: ["fnlwgt"],
    missingTexts: ["?"], hasTestPart: true)

  static let german = BundledDataset(
    name: "german", summary: "Statlog German credit: is a loan good? 1,000 rows",
    caution: "1,000 rows are too few for conclusions.",
    attribution: "Hofmann, UCI Machine Learning Repository, CC BY 4.0",
    label: "credit", positive: "good", sensitive: ["sex"], drop: ["personal-status"],
    missingTexts: [], hasTestPart: false)

  static let compas = BundledDataset(
    name: "compas",
    summary: "Broward County, Florida: is a defendant arrested again within two years? 7,214 rows",
    caution: "The label is an arrest, not an offence: policing decides who is arrested.",
    attribution: "Larson, Mattu, Kirchner, Angwin (ProPublica), compas-analysis",
    label: "two_year_recid", positive: "1", sensitive: ["race"],
    // Dates, texts about one person, later events, and the scores of the tool under study.
    drop: [
      "compas_screening_date", "age_cat", "decile_score", "priors_count", "c_jail_in",
      "c_jail_out", "c_offense_date", "c_arrest_date", "c_charge_desc", "is_recid",
      "r_charge_degree", "r_days_from_arrest", "r_offense_date", "r_charge_desc", "r_jail_in",
      "r_jail_out", "violent_recid", "is_violent_recid", "vr_charge_degree", "vr_offense_date",
      "vr_charge_desc", "type_of_assessment", "score_text", "screening_date",
      "v_type_of_assessment", "v_decile_score", "v_score_text", "v_screening_date", "in_custody",
      "out_custody", "start", "end", "event", "days_b_screening_arrest", "c_days_from_compas",
    ],
    missingTexts: [], hasTestPart: false)
}

/// The data sets inside the binary.
enum BundledTables: TableSource {
  static let name = "bundled"

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    guard case .bundled(let dataset, let part) = location else { return nil }
    let stored = dataset.hasTestPart ? "\(dataset.name)-\(part.rawValue)" : dataset.name
    var count: Int64 = 0
    guard let start = eqp_bundled_data(stored, &count) else {
      throw .unknownDataset(name: stored, nearest: nil)
    }
    // SAFETY: the bytes are constants of the binary; they are only read, by the decompressor.
    let bytes = FileBytes(
      UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: CChar.self),
      count: Int(count)
    ) {}
    return try CSVTable(bytes, file: stored, reading, pool: pool)
  }
}

extension DataOptions {
  /// The options that a bundled data set comes with.
  public init(_ dataset: BundledDataset) {
    self.init(
      label: dataset.label, positive: dataset.positive, sensitive: dataset.sensitive,
      drop: dataset.drop, missingTexts: dataset.missingTexts)
  }
}
