import LinearAlgebra

extension DataReader {
  /// Columns beyond this that cannot be read make the table unreadable.
  private static let mostFaults = 200

  /// Describes a table whatever its features hold: a column that cannot be read as it should is
  /// described as far as it can, with a note of what is wrong. Rows without a label are left out.
  public func description(of location: DataLocation) throws(DataError) -> TableProfile {
    var reader = self
    reader.options.mode.countsOnly = true
    reader.options.mode.leavesOutUnlabelled = true
    var faults: [ColumnFault] = []
    while true {
      do throws(DataError) {
        var profile = try reader.profile(
          location, mixed: Set(faults.filter(\.isMixed).map(\.column)))
        for fault in faults { fault.tell(&profile) }
        for name in options.drop { profile.columns.append(.leftOut(name)) }
        return profile
      } catch {
        // A stream cannot be read again.
        guard location != .path("-"), faults.count < Self.mostFaults,
          let fault = ColumnFault(error, reader.options)
        else { throw error }
        fault.avoid(&reader.options)
        faults.append(fault)
      }
    }
  }
}

/// A column that cannot be read as it should.
private struct ColumnFault {
  enum Way {
    /// Numbers with other texts among them.
    case category
    /// Nothing is read of it.
    case drop(kind: String)
    /// A label of other than two values.
    case noLabel
  }

  var column: String
  var way: Way
  var note: Phrase
  var strayText: String?
  var remedy: LabelRemedy?

  var isMixed: Bool { if case .category = way { true } else { false } }

  init?(_ error: DataError, _ options: DataOptions) {
    guard let (way, note) = Self.way(around: error) else { return nil }
    column = error.culprit
    let roles =
      [options.target, options.weights, options.identifier].compactMap(\.self)
      + options.attributeNames + options.controlNames + options.continuous
    guard !roles.contains(column) else { return nil }
    let isLabel = column == options.label
    if case .noLabel = way { guard isLabel else { return nil } } else if isLabel { return nil }
    self.way = way
    self.note = note
    if case .notANumber(_, _, _, let value) = error { strayText = value }
    if case .notTwoClasses(_, let column, let values) = error {
      remedy = LabelValues(values).remedy(column)
    }
  }

  private static func way(around error: DataError) -> (Way, Phrase)? {
    switch error {
    case .notANumber(let file, let row, let column, let value),
      .notFinite(let file, let row, let column, let value),
      .tooLarge(let file, let row, let column, let value):
      let place = RowPlace(file: file, row: row).short
      return (
        .category,
        """
        column '\(column)': most values are numbers, and others such as '\(value)' in \(place) are \
        not (\(set: "na", value) makes the value a missing one, \(names: "categorical", [column]) \
        makes the column a category)
        """
      )
    case .tooManyLevels(_, let column, let limit):
      return (
        .drop(kind: "text"),
        """
        column '\(column)': more than \(limit) different values; it looks like an identifier \
        (\(names: "drop", [column]) leaves the column out)
        """
      )
    case .unusableColumn(_, let column, let kind, nil):
      return (
        .drop(kind: kind),
        "column '\(column)' is \(kind): \(names: "drop", [column]) leaves it out"
      )
    case .duplicatedColumn(_, let column, _):
      return (
        .drop(kind: "several"),
        """
        the name '\(column)' occurs more than once: rename the columns, or \
        \(names: "drop", [column]) leaves them out
        """
      )
    case .notTwoClasses, .oneClass:
      return error.columnFault.map { (.noLabel, $0) }
    default: return nil
    }
  }

  func avoid(_ options: inout DataOptions) {
    switch way {
    case .category: options.categorical.append(column)
    case .drop: options.drop.append(column)
    case .noLabel: options.label = nil
    }
    options.numeric.removeAll { $0 == column }
  }

  func tell(_ profile: inout TableProfile) {
    let note = ColumnNote(
      column: column, kind: .fault, text: note, strayText: strayText, remedy: remedy)
    guard let j = profile.columns.firstIndex(where: { $0.name == column }) else {
      let kind = if case .drop(let kind) = way { kind } else { "" }
      profile.columns.append(
        ColumnProfile(
          name: column, role: .feature, missing: 0, contents: .unread(kind), notes: [note]))
      return
    }
    if case .noLabel = way { profile.columns[j].role = .label }
    profile.columns[j].notes.insert(note, at: 0)
  }
}

extension ColumnProfile {
  fileprivate static func leftOut(_ name: String) -> ColumnProfile {
    ColumnProfile(name: name, role: .leftOut, missing: 0, contents: .unread("–"))
  }
}
