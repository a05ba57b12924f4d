import CText
import TestSupport
import Testing

/// What codes stand for, looked up several at a time, against one after the other.
@Suite struct CodeLookupTests {
  private func drawn(_ rows: Int, below limit: Int, missing: Bool) -> [UInt16] {
    var random = SeededGenerator(seed: UInt64(rows * 31 + limit))
    return (0..<rows).map { _ in
      missing && Int.random(in: 0..<5, using: &random) == 0
        ? UInt16.max : UInt16(Int.random(in: 0..<limit, using: &random))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 40], [0, 1, 15, 16, 17, 1000])
  func valuesAreThoseOfTheCodes(levels: Int, rows: Int) {
    let codes = drawn(rows, below: levels, missing: true)
    let values = (0...levels).map { UInt8(1 << ($0 % 7)) }
    var target = [UInt8](repeating: 255, count: rows)
    let seen = eqp_codes_bytes(codes, Int64(rows), values, UInt16(levels), &target)
    let expected = codes.map { values[min(Int($0), levels)] }
    #expect(target == expected)
    #expect(seen == expected.reduce(0, |))
  }

  @Test(arguments: [1, 3, 40], [false, true])
  func numbersAreThoseOfTheCodes(levels: Int, isSame: Bool) {
    let codes = drawn(500, below: levels, missing: false)
    let numbers = (0..<levels).map { UInt16(isSame ? $0 : levels - 1 - $0) }
    var target = [UInt16](repeating: 0, count: 500)
    eqp_codes_renumber(codes, 500, numbers, Int64(levels), &target)
    #expect(target == codes.map { numbers[Int($0)] })
  }

  @Test(arguments: [1, 3, 1024, 1025, 3000])
  func narrowCodesAreThoseOfTheNumbers(levels: Int) {
    let codes = drawn(700, below: levels, missing: true).map { $0 == .max ? -1 : Int32($0) }
    // One of the values is a missing one itself.
    let numbers = (0..<levels).map { $0 == levels / 2 ? UInt16.max : UInt16(levels - $0) }
    var target = [UInt16](repeating: 0, count: 700)
    let missing = eqp_codes_narrow(codes, 700, numbers, Int64(levels), .max, &target)
    #expect(target == codes.map { $0 < 0 ? .max : numbers[Int($0)] })
    #expect(Int(missing) == target.count { $0 == .max })
  }
}
