import Datasets

/// Requests as bytes, to be sent to where rows are.
///
/// Layout, little-endian: signature, version, cells, scale, kind of question, its numbers, checksum.
/// Everything is checked as it is read, so that bytes of any origin give a request that can be
/// answered, or an error.
extension Request {
  static let signature = Array("EQPASKED".utf8)
  static let version: UInt16 = 1
  static let mostCells = 1 << 16
  static let mostBins = 1 << 20

  public func encoded() -> [UInt8] {
    var writer = StateWriter(check: .words)
    for byte in Self.signature { writer.write(byte) }
    writer.write(Self.version)
    writer.write(UInt32(cells))
    writer.write(Int32(scale.weight))
    writer.write(Int32(scale.offset))
    writer.writeBounds(scale.columns)
    writer.writeBounds(scale.attributes)
    writer.write(question.kind)
    switch question {
    case .scores(let asked): writer.write(asked)
    case .gram(let asked), .diagonal(let asked): writer.write(asked)
    case .product(let asked, let direction):
      writer.write(asked)
      writer.writeNumbers(direction)
    case .moments, .levelLabels: break
    case .scan(let bins): writer.write(bins)
    case .positives(let models):
      writer.write(UInt32(models.count))
      for theta in models { writer.writeNumbers(theta) }
    case .histograms(let models):
      writer.write(UInt32(models.count))
      for bins in models { writer.write(bins) }
    case .classGrams(let asked, let classes):
      writer.write(asked)
      writer.write(UInt32(classes.count))
      for one in classes { writer.write(UInt16(one)) }
    case .levelCurvatures(let theta), .squares(let theta), .margins(let theta):
      writer.writeNumbers(theta)
    case .sizes(let exact): writer.write(UInt8(exact ? 1 : 0))
    }
    return writer.finished()
  }

  /// Which request this is: its bytes' checksum, which answers carry.
  public var mark: UInt64 { encoded().suffix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  /// Reads what `encoded()` wrote.
  public init(decoding bytes: [UInt8]) throws(SumsError) {
    do { self = try Self.read(bytes) } catch { throw .bytes(of: "request", error) }
    try requireUnits()
  }

  private static func read(_ bytes: [UInt8]) throws(StateError) -> Request {
    var reader = try StateReader(bytes, signature: signature, check: .words)
    let version: UInt16 = try reader.integer()
    guard version == Self.version else { throw .unknownVersion(Int(version)) }
    let cells = Int(try reader.integer(UInt32.self))
    guard cells > 0, cells <= mostCells else {
      throw .invalid("\(cells) cells", at: reader.offset)
    }
    let weight = try reader.bound(), offset = try reader.bound()
    let scale = SumScale(
      weight: weight, columns: try reader.bounds(), offset: offset,
      attributes: try reader.bounds())
    guard !scale.columns.isEmpty else { throw .invalid("no column", at: reader.offset) }
    let form = QuestionForm(cells: cells, width: scale.columns.count)
    let kind: UInt8 = try reader.integer()
    let question = try reader.question(kind, form)
    try reader.end()
    return Request(question, cells: cells, scale: scale)
  }
}

extension StateReader {
  fileprivate mutating func question(
    _ kind: UInt8, _ form: QuestionForm
  ) throws(StateError) -> Request.Question {
    switch kind {
    case 0: return .scores(try scores(form))
    case 1: return .gram(try curvature(form))
    case 2: return .diagonal(try curvature(form, mostSets: 1))
    case 3:
      let asked = try curvature(form)
      return .product(asked, direction: try numbers(asked.sets * form.width))
    case 4: return .moments
    case 5: return .scan(try bins(form))
    case 6: return .positives(try models(form))
    case 7: return .histograms(try histograms(form))
    case 8:
      let asked = try curvature(form, mostSets: 1)
      return .classGrams(asked, classes: try classes(form))
    case 9: return .levelCurvatures(try numbers(form.width))
    case 10: return .squares(try numbers(form.width))
    case 11: return .margins(try numbers(form.width))
    case 12: return .sizes(exact: try flag())
    case 13: return .levelLabels
    default: throw .invalid("an unknown question", at: offset)
    }
  }

  private mutating func classes(_ form: QuestionForm) throws(StateError) -> [Int] {
    let place = offset
    let found = try count(of: 2)
    guard found == form.cells else {
      throw .invalid("\(found) classes of \(form.cells) cells", at: place)
    }
    var classes: [Int] = []
    for _ in 0..<found { classes.append(Int(try integer(UInt16.self))) }
    guard classes.max()! < form.cells else { throw .invalid("a class too many", at: place) }
    return classes
  }

  private mutating func flag() throws(StateError) -> Bool {
    let place = offset
    let flag: UInt8 = try integer()
    guard flag <= 1 else { throw .invalid("a flag of \(flag)", at: place) }
    return flag == 1
  }
}

extension Request.Question {
  fileprivate var kind: UInt8 {
    switch self {
    case .scores: 0
    case .gram: 1
    case .diagonal: 2
    case .product: 3
    case .moments: 4
    case .scan: 5
    case .positives: 6
    case .histograms: 7
    case .classGrams: 8
    case .levelCurvatures: 9
    case .squares: 10
    case .margins: 11
    case .sizes: 12
    case .levelLabels: 13
    }
  }
}

/// What the numbers of a question must fit.
private struct QuestionForm {
  var cells: Int
  var width: Int
}

extension StateWriter {
  fileprivate mutating func writeBounds(_ bounds: [Int]) {
    write(UInt32(bounds.count))
    for bound in bounds { write(Int32(bound)) }
  }

  fileprivate mutating func writeNumbers(_ numbers: [Double]) {
    write(UInt32(numbers.count))
    for number in numbers { write(number) }
  }

  fileprivate mutating func write(_ asked: ScoreQuestion) {
    write(UInt32(asked.sets))
    writeNumbers(asked.theta)
    writeNumbers(asked.softplusWeights)
    writeNumbers(asked.scoreWeights)
    write(UInt8((asked.lossByCell ? 1 : 0) | (asked.probabilityByCell ? 2 : 0)))
  }

  fileprivate mutating func write(_ asked: CurvatureQuestion) {
    write(UInt32(asked.sets))
    writeNumbers(asked.theta)
    writeNumbers(asked.alpha)
    writeNumbers(asked.beta)
  }

  fileprivate mutating func write(_ bins: ScoreBins) {
    writeNumbers(bins.theta)
    write(bins.width)
    write(UInt32(bins.bins))
  }
}

extension StateReader {
  fileprivate mutating func bound() throws(StateError) -> Int {
    let place = offset
    let bound = Int(try integer(Int32.self))
    guard abs(bound) <= 1_024 else { throw .invalid("a bound of 2^\(bound)", at: place) }
    return bound
  }

  fileprivate mutating func bounds() throws(StateError) -> [Int] {
    var bounds: [Int] = []
    for _ in 0..<(try count(of: 4)) { bounds.append(try bound()) }
    return bounds
  }

  /// So many numbers, and no other count.
  fileprivate mutating func numbers(_ wanted: Int) throws(StateError) -> [Double] {
    let place = offset
    let found = try count(of: 8)
    guard found == wanted else {
      throw .invalid("\(found) numbers where there must be \(wanted)", at: place)
    }
    var numbers: [Double] = []
    numbers.reserveCapacity(found)
    for _ in 0..<found { numbers.append(try number()) }
    return numbers
  }

  fileprivate mutating func models(_ form: QuestionForm) throws(StateError) -> [[Double]] {
    var models: [[Double]] = []
    for _ in 0..<(try count(of: 8)) { models.append(try numbers(form.width)) }
    return models
  }

  fileprivate mutating func histograms(_ form: QuestionForm) throws(StateError) -> [ScoreBins] {
    var models: [ScoreBins] = []
    for _ in 0..<(try count(of: 8)) { models.append(try bins(form)) }
    return models
  }

  fileprivate mutating func sets(_ form: QuestionForm, most: Int) throws(StateError) -> Int {
    let place = offset
    let sets = Int(try integer(UInt32.self))
    guard sets > 0, sets <= most, sets == 1 || 2 * sets == form.cells else {
      throw .invalid("\(sets) sets of \(form.cells) cells", at: place)
    }
    return sets
  }

  fileprivate mutating func scores(_ form: QuestionForm) throws(StateError) -> ScoreQuestion {
    let sets = try sets(form, most: form.cells)
    let theta = try numbers(sets * form.width)
    let a = try numbers(form.cells), b = try numbers(form.cells)
    let place = offset
    let wanted: UInt8 = try integer()
    guard wanted < 4, sets == 1 || wanted & 1 == 1 else {
      throw .invalid("sums that do not exist", at: place)
    }
    return ScoreQuestion(
      theta: theta, softplusWeights: a, scoreWeights: b, sets: sets, lossByCell: wanted & 1 == 1,
      probabilityByCell: wanted & 2 == 2)
  }

  fileprivate mutating func curvature(
    _ form: QuestionForm, mostSets: Int = .max
  ) throws(StateError) -> CurvatureQuestion {
    let sets = try sets(form, most: mostSets)
    let theta = try numbers(sets * form.width)
    return CurvatureQuestion(
      theta: theta, alpha: try numbers(form.cells), beta: try numbers(form.cells), sets: sets)
  }

  fileprivate mutating func bins(_ form: QuestionForm) throws(StateError) -> ScoreBins {
    let theta = try numbers(form.width)
    let place = offset
    let width = try number()
    let bins = Int(try integer(UInt32.self))
    guard width > 0, width.significand == 1, bins >= 2, bins <= Request.mostBins else {
      throw .invalid("\(bins) bins of width \(width)", at: place)
    }
    return ScoreBins(theta: theta, width: width, bins: bins)
  }
}
