/// The level numbers of observed combinations of groups in one run of memory: millions of arrays of a
/// few numbers each would cost more than the counts.
public struct Combinations: Sendable, Equatable, RandomAccessCollection {
  /// Level numbers of a combination.
  public let width: Int
  public private(set) var count = 0
  /// Shape `(count, width)`.
  private var levels: [UInt32] = []

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public init(width: Int, capacity: Int = 0) {
    self.width = width
    levels.reserveCapacity(width * capacity)
  }

  /// - Parameter width: of each of the combinations.
  public init(_ combinations: some Sequence<[Int]>, width: Int) {
    self.init(width: width, capacity: combinations.underestimatedCount)
    for combination in combinations { append(combination) }
  }

  public mutating func append(_ combination: [Int]) {
    precondition(combination.count == width, "a level for each attribute")
    for level in combination { levels.append(UInt32(level)) }
    count += 1
  }

  /// Adds the digits of a number in mixed radix, the last attribute's stride 1.
  mutating func append(digits number: Int, strides: [Int], sizes: [Int]) {
    for (stride, size) in zip(strides, sizes) { levels.append(UInt32(number / stride % size)) }
    count += 1
  }

  public subscript(place: Int) -> [Int] {
    (width * place..<width * (place + 1)).map { Int(levels[$0]) }
  }

  public subscript(place: Int, attribute: Int) -> Int { Int(levels[width * place + attribute]) }
}

/// Tallies side by side, without what follows from the counts: sums of weights are kept only where they
/// are not the counts themselves, sums of scores only where there are scores.
public struct TallyTable: Sendable, Equatable, RandomAccessCollection {
  private(set) var rows: [SIMD4<Int>] = []
  /// Both empty when every weight is 1.
  private(set) var weights: [SIMD4<Double>] = []
  private(set) var squares: [SIMD4<Double>] = []
  /// Empty without scores.
  private(set) var scores: [ScoreTotals?] = []
  private(set) var hasWeights = false
  private(set) var hasScores = false

  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }

  public init(_ tallies: some Sequence<Tally> = EmptyCollection()) {
    rows.reserveCapacity(tallies.underestimatedCount)
    for tally in tallies { append(tally) }
  }

  mutating func reserveCapacity(_ count: Int) { rows.reserveCapacity(count) }

  public mutating func append(_ tally: Tally) {
    let plain = SIMD4<Double>(tally.rows)
    if !hasWeights && (tally.weights != plain || tally.squares != plain) {
      weights = rows.map { SIMD4<Double>($0) }
      squares = weights
      hasWeights = true
    }
    if hasWeights {
      weights.append(tally.weights)
      squares.append(tally.squares)
    }
    if tally.scores != nil && !hasScores {
      scores = Array(repeating: nil, count: rows.count)
      hasScores = true
    }
    if hasScores { scores.append(tally.scores) }
    rows.append(tally.rows)
  }

  public subscript(place: Int) -> Tally {
    Tally(
      rows: rows[place], weights: hasWeights ? weights[place] : nil,
      squares: hasWeights ? squares[place] : nil, scores: hasScores ? scores[place] : nil)
  }

  /// Tables of equal tallies are equal, whether or not they keep weights that are all 1.
  public static func == (left: TallyTable, right: TallyTable) -> Bool {
    left.count == right.count && left.indices.allSatisfy { left[$0] == right[$0] }
  }
}

/// Sums of tallies by a number, as a marginal needs them.
struct TallySums {
  private(set) var rows: [SIMD4<Int>]
  private var weights: [SIMD4<Double>]
  private var squares: [SIMD4<Double>]
  private var scores: [ScoreTotals?]
  private(set) var isTouched: [Bool]

  init(count: Int, like table: TallyTable) {
    rows = Array(repeating: .zero, count: count)
    weights = Array(repeating: .zero, count: table.hasWeights ? count : 0)
    squares = weights
    scores = Array(repeating: nil, count: table.hasScores ? count : 0)
    isTouched = Array(repeating: false, count: count)
  }

  mutating func add(_ place: Int, of table: TallyTable, at number: Int) {
    rows[number] &+= table.rows[place]
    isTouched[number] = true
    if table.hasWeights {
      weights[number] += table.weights[place]
      squares[number] += table.squares[place]
    }
    guard table.hasScores, let sums = table.scores[place] else { return }
    if scores[number] == nil { scores[number] = sums } else { scores[number]! += sums }
  }

  subscript(number: Int) -> Tally {
    Tally(
      rows: rows[number], weights: weights.isEmpty ? nil : weights[number],
      squares: squares.isEmpty ? nil : squares[number],
      scores: scores.isEmpty ? nil : scores[number])
  }
}
