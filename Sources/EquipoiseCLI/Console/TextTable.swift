import Equipoise

/// A table for a terminal of any width.
///
/// Where it is too wide, heads are wrapped first, then texts; names are cut in the middle. Numbers are
/// never cut: a table of more numbers than fit side by side goes on below, its first column repeated.
/// Control characters in a cell are shown as `�`: a group's name cannot break the table.
struct TextTable {
  let headers: [String]
  let rows: [[String]]
  let alignedRight: Set<Int>
  /// Columns of names, which are cut rather than wrapped.
  let names: Set<Int>

  private static let gap = "  "
  /// A column of texts is not made narrower than this.
  private static let least = 9
  /// Nor one of names, which are cut so that they still differ.
  private static let leastName = 7
  /// A longer word may be broken.
  private static let longWord = 24

  init(_ headers: [String], _ rows: [[String]], alignedRight: Set<Int>, names: Set<Int> = []) {
    self.headers = headers
    self.rows = rows.map { $0.map(DisplayText.visible) }
    self.alignedRight = alignedRight
    self.names = names
  }

  func text(width: Int) -> String {
    guard !rows.isEmpty else { return "" }
    return blocks(width: width).map { block($0, width: width) }.joined(separator: "\n")
  }

  // MARK: Widths

  private func cells(_ column: Int) -> Int {
    rows.reduce(0) { max($0, DisplayText.columns(of: $1[column])) }
  }

  private func isFlexible(_ column: Int) -> Bool { !alignedRight.contains(column) }

  /// The least width that a column can have.
  private func least(_ column: Int) -> Int {
    let word = TextWrap.longestWord(headers[column])
    guard isFlexible(column) else { return max(word, cells(column)) }
    // A name is cut; of a text no word is broken that is not a long one.
    guard !names.contains(column) else { return max(word, min(cells(column), Self.leastName)) }
    let part = min(longestWord(column), Self.longWord)
    return max(word, min(cells(column), max(Self.least, part)))
  }

  private func longestWord(_ column: Int) -> Int {
    rows.reduce(0) { max($0, TextWrap.longestWord($1[column])) }
  }

  private func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + Self.gap.count * max(widths.count - 1, 0)
  }

  /// The columns that stand side by side; the first column begins every block.
  private func blocks(width: Int) -> [[Int]] {
    var blocks: [[Int]] = [[]]
    for column in headers.indices {
      let wanted = blocks[blocks.count - 1] + [column]
      if total(wanted.map(least)) > width && wanted.count > 2 {
        blocks.append([0, column])
      } else {
        blocks[blocks.count - 1] = wanted
      }
    }
    return blocks
  }

  private func widths(_ columns: [Int], width: Int) -> [Int] {
    var widths = columns.map { max(DisplayText.columns(of: headers[$0]), cells($0)) }
    // Heads give way first: they can be read on several lines.
    while total(widths) > width {
      let heads = columns.indices.filter {
        widths[$0] > max(cells(columns[$0]), TextWrap.longestWord(headers[columns[$0]]))
      }
      guard let widest = heads.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    // Then names, then texts, the widest first.
    for isName in [true, false] {
      while total(widths) > width {
        let flexible = columns.indices.filter {
          isFlexible(columns[$0]) && names.contains(columns[$0]) == isName
            && widths[$0] > least(columns[$0])
        }
        guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
      }
    }
    return widths
  }

  /// How many columns of the terminal a column gets, in the block that has the least room for it.
  func room(_ column: Int, width: Int) -> Int {
    blocks(width: width).compactMap { block in
      block.firstIndex(of: column).map { widths(block, width: width)[$0] }
    }.min() ?? width
  }

  /// Columns of the terminal that no column needs, in the block with the least of them.
  func spare(width: Int) -> Int {
    max(0, blocks(width: width).map { width - total(widths($0, width: width)) }.min() ?? 0)
  }

  // MARK: Lines

  private func block(_ columns: [Int], width: Int) -> String {
    let widths = widths(columns, width: width)
    let short = columns.enumerated().map { place, column in
      names.contains(column)
        ? ShortNames.fitted(rows.map { $0[column] }, columns: widths[place])
        : rows.map { $0[column] }
    }
    func lines(_ cells: [String], atBottom: Bool) -> [String] {
      let wrapped = zip(cells, widths).map { TextWrap.lines($0, width: $1) }
      let height = wrapped.map(\.count).max() ?? 1
      return (0..<height).map { line in
        let parts = wrapped.indices.map { place -> String in
          let own = wrapped[place], index = atBottom ? line - (height - own.count) : line
          let text = own.indices.contains(index) ? own[index] : ""
          let blanks = String(
            repeating: " ", count: max(0, widths[place] - DisplayText.columns(of: text)))
          return alignedRight.contains(columns[place]) ? blanks + text : text + blanks
        }
        return Self.trimmed(parts.joined(separator: Self.gap))
      }
    }
    let rule = String(repeating: "─", count: total(widths))
    let body = rows.indices.flatMap { row in lines(short.map { $0[row] }, atBottom: false) }
    return (lines(columns.map { headers[$0] }, atBottom: true) + [rule] + body).joined(
      separator: "\n")
  }

  private static func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}

/// Texts on lines of a width.
enum TextWrap {
  /// Where a long word may be broken: after one of these.
  private static let joints: Set<Character> = ["-", "+", "/", "_", ",", "=", ";"]

  static func longestWord(_ text: String) -> Int {
    text.split(separator: " ").reduce(0) { max($0, DisplayText.columns(of: String($1))) }
  }

  /// The text on lines of at most this width, broken at blanks, then at joints, then anywhere.
  static func lines(_ text: String, width: Int) -> [String] {
    guard DisplayText.columns(of: text) > width else { return [text] }
    var lines = [""]
    func room(_ piece: String) -> Bool {
      DisplayText.columns(of: lines[lines.count - 1] + piece) <= width
    }
    for word in text.split(separator: " ") {
      let blank = lines[lines.count - 1].isEmpty ? "" : " "
      if room(blank + word) {
        lines[lines.count - 1] += blank + word
        continue
      }
      if !lines[lines.count - 1].isEmpty { lines.append("") }
      for piece in pieces(String(word), width: width) {
        if !room(piece) { lines.append("") }
        lines[lines.count - 1] += piece
      }
    }
    return lines
  }

  /// A paragraph for the terminal.
  static func paragraph(_ text: String, indent: String = "") -> String {
    let lines = lines(text, width: max(Console.width - indent.count, 20))
    return lines.enumerated().map { $0 == 0 ? $1 : indent + $1 }.joined(separator: "\n")
  }

  /// Whether a word may be broken here: never within a number, as 1e-8 or 2,000.
  private static func isJoint(_ piece: String, before next: Character) -> Bool {
    guard let mark = piece.last, joints.contains(mark) else { return false }
    let before = piece.dropLast().last
    return !(next.isNumber && (before?.isNumber == true || before == "e" || before == nil))
  }

  /// A word in pieces that fit.
  private static func pieces(_ word: String, width: Int) -> [String] {
    guard DisplayText.columns(of: word) > width else { return [word] }
    var pieces = [""]
    for character in word {
      let last = pieces[pieces.count - 1]
      if isJoint(last, before: character)
        || DisplayText.columns(of: last + String(character)) > max(width, 2)
      {
        pieces.append("")
      }
      pieces[pieces.count - 1].append(character)
    }
    return pieces
  }
}
