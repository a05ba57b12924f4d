import Essentials
import Testing

@Suite struct CanonicalJSONTests {
  private struct Numbers: Codable, Equatable {
    var name = "a/b"
    var values: [Double]
  }

  @Test func numbersThatJSONLacksAreAbsentInDocuments() throws {
    let text = try CanonicalJSON.text(Numbers(values: [.infinity, 1.5, -.infinity, .nan]))
    #expect(text == #"{"name":"a/b","values":[null,1.5,null,null]}"#)
  }

  @Test func storedValuesKeepThem() throws {
    let numbers = Numbers(values: [.infinity, 0.1, -.infinity])
    let text = try CanonicalJSON.text(numbers, specials: .asTexts)
    #expect(text == #"{"name":"a/b","values":["inf",0.1,"-inf"]}"#)
    #expect(try CanonicalJSON.value(from: text.utf8) == numbers)
  }

  @Test func whatIsNotThereIsNamedByItsPath() {
    #expect(throws: JSONFault("'values' is missing")) {
      _ = try CanonicalJSON.value(Numbers.self, from: #"{"name":"x"}"#.utf8)
    }
  }
}
