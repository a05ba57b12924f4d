import Datasets
import Essentials

/// Data and split of a variant.
extension PlanReader {
  func rows(_ file: ConfigurationSection, seed: UInt64) -> PipelineRows? {
    let data = file.section("data"), split = file.section("split")
    guard let (location, bundled) = location(data, file) else { return nil }
    let options = options(data, bundled)
    if options.label == nil {
      problems.add(file.place("data"), "'data.label' is needed: it names the true outcome")
    }
    if options.sensitive.isEmpty {
      problems.add(
        file.place("data"), "'data.sensitive' is needed: without groups there is nothing to compare"
      )
    }
    let splitSeed = split.integer("seed").map { UInt64($0) } ?? seed
    return PipelineRows(
      location: location, options: options, precision: data.choice("precision") ?? .float,
      test: test(split, bundled, seed: splitSeed),
      validation: part("validation", split, seed: splitSeed &+ Split.secondSeedOffset),
      region: region(file), unknown: data.choice("unknown") ?? .exclude)
  }

  /// The condition on the rows that the variant is for.
  private func region(_ file: ConfigurationSection) -> RowCondition? {
    guard let text = file.text("where") else { return nil }
    do { return try RowCondition(text) } catch {
      problems.add(file.value("where")?.place, Self.refused("where", error))
      return nil
    }
  }

  /// What is wrong with a value of a key.
  private static func refused(_ key: String, _ error: DataError) -> String {
    guard case .option(let fault) = error else { return "'\(key)': \(error.text(.yaml))" }
    let value = fault.value.map { " cannot be '\(ConfigurationNode.shortened($0))'" } ?? ""
    return "'\(key)'\(value): \(fault.reason.text(.yaml))"
  }

  private func location(
    _ data: ConfigurationSection, _ file: ConfigurationSection
  ) -> (DataLocation, BundledDataset?)? {
    if let table = tables["data"] {
      for key in ["file", "dataset"] where data.value(key) != nil {
        problems.add(
          data.place(key), "'data.\(key)': the rows are handed over beside the pipeline")
      }
      return (table, nil)
    }
    let path = data.text("file"), name: DatasetName? = data.choice("dataset")
    if path != nil, data.value("dataset") != nil {
      problems.add(data.place("dataset"), "'data.file' and 'data.dataset' exclude each other")
      return nil
    }
    if let path, let place = data.value("file")?.place {
      guard let found = existing(path, place) else { return nil }
      return (.path(found), nil)
    }
    if let name, let bundled = try? BundledDataset.named(name.rawValue) {
      return (.bundled(bundled, .train), bundled)
    }
    if data.value("file") == nil && data.value("dataset") == nil {
      problems.add(
        file.place("data") ?? file.node.place,
        "'data.file' or 'data.dataset' is needed: nothing says where the rows are")
    }
    return nil
  }

  /// A path as it is opened, if there is something under it.
  func existing(_ path: String, _ place: TextPlace) -> String? {
    let full = path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
    guard FileManager.default.fileExists(atPath: full) else {
      problems.add(place, "no file '\(ConfigurationNode.shortened(full))'")
      return nil
    }
    return full
  }

  private func options(
    _ data: ConfigurationSection, _ bundled: BundledDataset?
  ) -> DataOptions {
    var options = bundled.map { DataOptions($0) } ?? DataOptions()
    for role in DataOptions.table {
      guard let input = input(role, data) else { continue }
      do { try role.set(&options, input) } catch {
        problems.add(
          data.value(role.name)?.place, Self.refused("data.\(role.name)", error))
      }
    }
    return options
  }

  /// What a section states for an option; nil where it states nothing, or what the table of keys
  /// finds wrong.
  private func input<Root>(
    _ option: OptionRecord<Root>, _ section: ConfigurationSection
  ) -> OptionInput? {
    let key = option.name
    switch option.kind {
    case .texts, .entries, .inputs, .outputs: return section.texts(key).map { .texts($0) }
    case .flag: return section.flag(key).map { .text("\($0)") }
    case .number: return section.number(key).map { .text("\($0)") }
    case .integer: return section.integer(key).map { .text("\($0)") }
    case .choice: return section.chosen(key, option.aliases.synonyms).map { .text($0) }
    case .edges:
      let bins = bins(section)
      return bins.isEmpty ? nil : .mapping(bins.mapValues { .texts($0.map { "\($0)" }) })
    case .text, .bounds, .integers, .input, .output: return section.text(key).map { .text($0) }
    case .mapping: return nil
    }
  }

  private func bins(_ data: ConfigurationSection) -> [String: [Double]] {
    guard let node = data.value("bins") else { return [:] }
    guard let entries = node.entries else {
      problems.add(node.place, "'data.bins' takes columns with their edges, not \(node.kind)")
      return [:]
    }
    var bins: [String: [Double]] = [:]
    for entry in entries {
      let items: [ConfigurationNode] =
        if case .list(let list) = entry.value.content { list } else { [entry.value] }
      let edges = items.compactMap(ConfigurationSection.number)
      guard edges.count == items.count, !edges.isEmpty,
        zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 })
      else {
        problems.add(
          entry.value.place, "'data.bins.\(entry.key)' takes numbers that ascend, as [25, 40]")
        continue
      }
      bins[entry.key] = edges
    }
    return bins
  }

  private func test(
    _ split: ConfigurationSection, _ bundled: BundledDataset?, seed: UInt64
  ) -> DataReader.TestRows? {
    if let table = tables["test_data"] {
      if split.value("test") != nil {
        problems.add(
          split.place("test"), "'split.test': the test rows are handed over beside the pipeline")
      }
      return .table(table)
    }
    if split.value("test") != nil { return part("test", split, seed: seed) }
    if let bundled, bundled.hasTestPart { return .table(.bundled(bundled, .test)) }
    return .fraction(Split.usualTestShare, seed: seed)
  }

  /// A share of the rows, or a file with rows of its own; a share of 0 is none.
  private func part(
    _ key: String, _ split: ConfigurationSection, seed: UInt64
  ) -> DataReader.TestRows? {
    guard let node = split.value(key) else { return nil }
    if let share = ConfigurationSection.number(node) {
      guard share >= 0 && share < 1 else {
        problems.add(
          node.place, "'split.\(key)' is a share of at least 0 and below 1, not \(share)")
        return nil
      }
      return share > 0 ? .fraction(share, seed: seed) : nil
    }
    guard let path = node.text else {
      problems.add(node.place, "'split.\(key)' takes a share or a file, not \(node.kind)")
      return nil
    }
    return existing(path, node.place).map { .table(.path($0)) }
  }
}

/// A name that the table of keys has checked.
private struct DatasetName: RawRepresentable {
  var rawValue: String
}
