/// What a batch does to counts, worked out before anything is written.
struct Resolution {
  struct Delta {
    var block: CountBlock.Name
    var key: CountKey
    var slot: Int
    var count: Int
  }

  var deltas: [Delta] = []
  var rows: [JournalRow] = []
  /// Of a record in this batch, its last row.
  var own: [RecordHash: Int] = [:]
  var corrections = 0
  var duplicates = 0
  var lateLabels = 0
  var labels = 0
  var decisions = 0
  /// Labels whose decision has not come, more or fewer.
  var waitingLabels = 0
  var others: [Int: Int] = [:]
  var first: Int64?
  var last: Int64?

  mutating func take(_ row: JournalRow) {
    own[row.kind == .label ? row.id.ofLabel : row.id] = rows.count
    rows.append(row)
  }
}

/// How rows move counts.
struct Resolver {
  let plan: MonitorPlan
  let index: RecordIndex
  let journal: Journal
  let closed: Int?
  var result = Resolution()

  private let tickLength: Int64
  private let cohortLength: Int64
  private let horizon: Int

  init(_ plan: MonitorPlan, _ index: RecordIndex, _ journal: Journal, closed: Int?) {
    self.plan = plan
    self.index = index
    self.journal = journal
    self.closed = closed
    tickLength = plan.tickLength
    cohortLength = plan.cohortLength
    horizon = plan.horizonTicks
  }

  private func find(_ id: RecordHash) throws(StoreError) -> JournalRow? {
    if let row = result.own[id] { return result.rows[row] }
    guard let place = try index.place(of: id) else { return nil }
    return try journal.row(at: place)
  }

  /// Takes a row in; false for a duplicate.
  @discardableResult mutating func take(_ row: JournalRow) throws(StoreError) -> Bool {
    let isTaken = try row.kind == .label ? takeLabel(row) : takeDecision(row)
    if !isTaken { result.duplicates += 1 }
    return isTaken
  }

  private mutating func takeDecision(_ row: JournalRow) throws(StoreError) -> Bool {
    var row = row
    let label = try find(row.id.ofLabel)
    if let before = try find(row.id) {
      guard row.revision > before.revision else { return false }
      // A revision stays in the evidence of the tick that has the first.
      row.evidence = before.evidence
      move(before, label, by: -1)
      result.corrections += 1
    } else {
      result.decisions += 1
      if label != nil { result.waitingLabels -= 1 }
    }
    move(row, label, by: 1)
    result.take(row)
    if row.evidence != JournalRow.noTick {
      result.first = min(result.first ?? row.at, row.at)
      result.last = max(result.last ?? row.at, row.at)
    }
    return true
  }

  private mutating func takeLabel(_ row: JournalRow) throws(StoreError) -> Bool {
    let before = try find(row.id.ofLabel)
    if let before {
      guard row.revision > before.revision else { return false }
      result.corrections += 1
    }
    if let decision = try find(row.id) {
      move(decision, before, by: -1)
      move(decision, row, by: 1)
      if let closed, decision.evidence != JournalRow.noTick, before == nil,
        Int(decision.evidence) + horizon <= closed
      {
        result.lateLabels += 1
      }
    } else if before == nil {
      result.waitingLabels += 1
    }
    if before == nil { result.labels += 1 }
    result.take(row)
    return true
  }

  private mutating func move(_ decision: JournalRow, _ label: JournalRow?, by count: Int) {
    let slot = DecisionCounts.slot(
      decision: decision.value, label: label?.value ?? JournalRow.unknown)
    var key = CountKey(cell: decision.cell, model: decision.model, arm: decision.arm)
    let tick = Int(Timestamp.floorDivide(decision.at, tickLength))
    add(.chart, tick, key, slot, count)
    if decision.evidence != JournalRow.noTick {
      let judged = Int(decision.evidence) + horizon
      // What a label says is part of the evidence if it was there when the decision was judged.
      let isInTime = label.map { Timestamp.floorDivide($0.at, tickLength) <= judged } ?? false
      let known = isInTime ? label!.value : JournalRow.unknown
      add(
        .evidence, Int(decision.evidence), key,
        DecisionCounts.slot(decision: decision.value, label: known), count)
    }
    if let label {
      let age = max(0, Timestamp.floorDivide(label.at - decision.at, cohortLength))
      key.age = UInt8(min(255, age))
      add(.ages, tick, key, slot, count)
    }
  }

  private mutating func add(
    _ kind: CountBlock.Kind, _ tick: Int, _ key: CountKey, _ slot: Int, _ count: Int
  ) {
    result.deltas.append(
      Resolution.Delta(
        block: CountBlock.Name(kind: kind, tick: tick), key: key, slot: slot, count: count))
  }
}
