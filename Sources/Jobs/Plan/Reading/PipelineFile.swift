import Auditing
import Criteria
import Datasets
import Essentials
import Models
import Reports

/// A pipeline file, read and checked: its variants as plans, and what is written of them.
///
/// Relative paths begin at the file's own folder. Every problem of the file is found at once, each
/// with its line and column.
public struct PipelineFile: Sendable {
  /// The path that it was read from.
  public let path: String
  /// The digest of its bytes.
  public let digest: String
  public let name: String
  public let title: String?
  public let summary: String?
  /// In the order of the file.
  public let plans: [PipelinePlan]
  /// The metric that 'Pareto' takes for fairness.
  public let disparity: MeasureName
  public let unprocesses: Bool
  public let reports: [PipelineReportKind]
  /// The owner's notes, as a path that is opened.
  public let notes: String?
  public let date: String?
  private let nodes: [String: ConfigurationNode]

  static let usualReports: [PipelineReportKind] = [.html, .markdown, .json]

  /// Checks what was written.
  ///
  /// - Parameters:
  ///   - path: what errors name, and whose folder relative paths begin at.
  ///   - seed: nil: 0 unless the file names one.
  ///   - tables: rows of the caller's, `data` and `test_data`, in place of the file's.
  package static func checked(
    _ root: ConfigurationNode, path: String, seed: UInt64?, digest: String,
    tables: [String: DataLocation] = [:]
  ) throws(PipelineFileError) -> PipelineFile {
    guard root.entries != nil else {
      let detail =
        root.isEmpty ? "the file is empty" : "keys with values are expected, not \(root.kind)"
      throw PipelineFileError(file: path, [PipelineProblem(root.place, detail)])
    }
    let problems = ProblemList()
    let reader = PlanReader(
      problems: problems, folder: folder(of: path), usualSeed: seed ?? 0, tables: tables)
    let file = ConfigurationSection(root, name: "", keys: PipelineKeys.file, problems: problems)
    if seed != nil, let place = file.place("seed") {
      problems.add(place, "the file has a seed, and so has the command line: leave one out")
    }
    let name = file.text("pipeline") ?? stem(path)
    if let problem = nameProblem(name) { problems.add(file.value("pipeline")?.place, problem) }
    let variants = Variants(file, name: name, problems)
    let plans = variants.list.compactMap { reader.plan($0.node, name: $0.name) }
    for entry in file.value("constraints")?.entries ?? []
    where !reader.used.contains(entry.key.replacing("-", with: "_")) {
      problems.add(entry.place, "no stage of any variant has an option '\(entry.key)'")
    }
    let reports = reports(file, of: plans, problems), compare = file.section("compare")
    let result = PipelineFile(
      path: path, digest: digest, name: name, title: file.text("title"),
      summary: file.text("description"), plans: plans,
      disparity: disparity(compare, problems),
      unprocesses: compare.flag("unprocess") ?? false, reports: reports,
      notes: file.text("notes").flatMap { notes in
        reader.existing(notes, file.value("notes")?.place ?? root.place)
      },
      date: file.text("date"),
      nodes: Dictionary(
        variants.list.map { ($0.name, $0.node) }, uniquingKeysWith: { first, _ in first }))
    try problems.throwIfAny(file: path)
    return result
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private static func reports(
    _ file: ConfigurationSection, of plans: [PipelinePlan], _ problems: ProblemList
  ) -> [PipelineReportKind] {
    guard let names = file.choices("reports") else { return usualReports }
    let reports = names.compactMap { PipelineReportKind(rawValue: $0) }
    if reports.contains(.fourFifths) && plans.contains(where: { $0.rows.options.weights != nil }) {
      problems.add(file.value("reports")?.place, "'four-fifths' counts people, not weights")
    }
    return reports
  }

  private static func disparity(
    _ compare: ConfigurationSection, _ problems: ProblemList
  ) -> MeasureName {
    let disparity = compare.text("disparity").map { MeasureName($0) } ?? RunsDocument.usualDisparity
    if let advice = RunsDocument.advice(for: disparity) {
      problems.add(compare.value("disparity")?.place, "'\(disparity)': \(advice)")
    }
    return disparity
  }

  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem = name.split(separator: ".", omittingEmptySubsequences: true).first.map(String.init)
    return DisplaySlug.of(stem ?? "pipeline")
  }

  /// Names are folders and stand in file names.
  static func nameProblem(_ name: String) -> String? {
    let isPlain = name.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || scalar == "-" || scalar == "_"
    }
    guard !isPlain || name.isEmpty || name.hasPrefix("-") || name.count > longestName else {
      return nil
    }
    return "'\(ConfigurationNode.shortened(name))' is not a name: letters, digits, - and _, at "
      + "most \(longestName) of them, not - first"
  }

  static let longestName = 64

  /// The plans of some variants in the order of the file.
  public func plans(named wanted: [String]) throws(DataError) -> [PipelinePlan] {
    guard !wanted.isEmpty else {
      throw .option("variants", "expected names of variants")
    }
    for name in wanted {
      _ = try NearestName.find(name, in: plans, what: "variant in \(path)") { $0.name }
    }
    return plans.filter { wanted.contains($0.name) }
  }

  /// An error that the rows of a variant led to, with the place of the file that it goes back to
  /// where there is one.
  public func located(_ error: any Error, in plan: PipelinePlan) -> any Error {
    // A column of a condition stands in the condition's text.
    let conditions = [plan.rows.region, plan.rows.options.condition].compactMap(\.self)
    let texts = Self.culprits(error).flatMap { name in
      [name] + conditions.filter { $0.columns.contains(name) }.map(\.text)
    }
    guard let wanted = texts.first(where: { place(of: $0, in: plan) != nil }) else { return error }
    return failure(blaming: wanted, in: plan, (error as? any UserError)?.text(.yaml) ?? "\(error)")
  }

  /// A failure that something written in the file led to.
  public func failure(
    blaming text: String, in plan: PipelinePlan, _ detail: String
  ) -> PipelineFileError {
    PipelineFileError(file: path, [PipelineProblem(place(of: text, in: plan), detail)])
  }

  private func place(of text: String, in plan: PipelinePlan) -> TextPlace? {
    let parts = [
      "data", "where", "preprocess", "learner", "postprocess", "constraints", "audit", "fail_on",
    ]
    return parts.lazy.compactMap { nodes[plan.name]?[$0]?.place(of: text) }.first
  }

  /// What an error blames that somebody may have written, the most telling first.
  private static func culprits(_ error: any Error) -> [String] {
    switch error {
    case DataError.unknownColumn(_, let column, _, _): [column]
    case DataError.duplicatedColumn(_, let column, _): [column]
    case DataError.conflictingRoles(let column, _, _): [column]
    case DataError.unknownValue(_, _, let value, _): [value]
    case DataError.notTwoClasses(_, let column, _): [column]
    case DataError.tooManyGroups(_, let column, _): [column]
    case DataError.option(let fault): [fault.value, fault.name].compactMap(\.self)
    case AuditError.unknownReference(let group, _, _): [group]
    case AuditError.unknownAttribute(let name, _): [name]
    case AuditError.unknownControl(let name, _): [name]
    default: []
    }
  }
}

/// A name made of what names are made of.
private enum DisplaySlug {
  static func of(_ text: String) -> String {
    let slug = String(
      text.unicodeScalars.map { scalar -> Character in
        let isPlain =
          ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
          || ("0"..."9").contains(scalar) || scalar == "_"
        return isPlain ? Character(scalar) : "-"
      }.drop { $0 == "-" }.prefix(PipelineFile.longestName))
    return slug.isEmpty ? "pipeline" : slug
  }
}

/// The variants of a file: each the file's own parts with its parts over them.
private struct Variants {
  var list: [(name: String, node: ConfigurationNode)] = []

  /// Files that a variant's folder would stand in the way of.
  private static let taken: Set = ["comparison", "sha256sums"]

  init(_ file: ConfigurationSection, name: String, _ problems: ProblemList) {
    let given = PipelineKeys.variantNames.filter { file.value($0) != nil }
    if given.count > 1 {
      problems.add(
        file.place(given[1]), "'\(given[0])' and '\(given[1])' are two words for one thing")
    }
    guard let key = given.first, let node = file.value(key) else {
      list = [(name, file.node)]
      return
    }
    // Title and description of the file are the whole pipeline's.
    let base = ConfigurationNode(
      content: .mapping(
        (file.node.entries ?? []).filter {
          !PipelineKeys.variantNames.contains($0.key) && !["title", "description"].contains($0.key)
        }), place: file.node.place)
    guard let entries = node.entries, !entries.isEmpty else {
      problems.add(node.place, "'\(key)' takes names with the parts that they override")
      return
    }
    var seen: Set<String> = []
    for entry in entries {
      Self.check(entry, &seen, problems)
      let own =
        entry.value.isEmpty
        ? ConfigurationNode(content: .mapping([]), place: entry.value.place) : entry.value
      // What a variant may not say is found here, where its own keys still stand apart.
      _ = ConfigurationSection(
        own, name: "\(key).\(entry.key)", keys: PipelineKeys.variant, problems: problems)
      guard let parts = own.entries else { continue }
      let known = Set(PipelineKeys.variant.map(\.name))
      let override = ConfigurationNode(
        content: .mapping(parts.filter { known.contains($0.key) }), place: own.place)
      list.append((entry.key, base.overridden(by: override)))
    }
  }

  /// A variant's name is a folder's, unlike the others on a disk that does not tell cases apart.
  private static func check(
    _ entry: ConfigurationEntry, _ seen: inout Set<String>, _ problems: ProblemList
  ) {
    if let problem = PipelineFile.nameProblem(entry.key) { problems.add(entry.place, problem) }
    let folder = entry.key.lowercased()
    if taken.contains(folder) {
      problems.add(entry.place, "'\(entry.key)' is the name of a file that is written")
    }
    if !seen.insert(folder).inserted {
      problems.add(entry.place, "'\(entry.key)' differs from another variant by its case alone")
    }
  }
}
