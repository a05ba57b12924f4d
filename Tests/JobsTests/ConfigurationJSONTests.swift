import Jobs
import Testing

@Suite struct ConfigurationJSONTests {
  private func refusal(_ text: String) -> String {
    do {
      let root = try ConfigurationJSON.parse(text, file: "pipeline")
      _ = try PipelineFile.checked(root, path: "pipeline", seed: nil, digest: "")
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func keysKeepTheirOrderAndTextsTheirQuotes() throws {
    let node = try ConfigurationJSON.parse(
      #"{"b": 1, "a": [true, null, "1", "A\ud83d\ude00\n"]}"#, file: "p.json")
    #expect(node.entries?.map(\.key) == ["b", "a"])
    guard case .list(let items)? = node.entries?[1].value.content else {
      Issue.record("no list")
      return
    }
    #expect(items.map(\.kind) == ["'true'", "nothing", "the text '1'", "the text 'A😀\n'"])
    #expect(node.entries?[1].place == TextPlace(line: 1, column: 10))
  }

  @Test(arguments: [
    ("", "pipeline:1:1: no valid JSON: the text ends too early"),
    ("{\n  \"data\": }", "pipeline:2:11: no valid JSON: '}' begins no value"),
    ("{\"a\": 1, \"a\": 2}", "pipeline:1:10: no valid JSON: 'a' more than once"),
    ("{\"a\": 1} x", "text after the value"), ("{\"a\": 01x}", "'01x' is not a value"),
    ("{\"a\": 01}", "'01' is not a value"), ("{\"a\": 1.}", "'1.' is not a value"),
    ("{\"a\": 0x10}", "'0x10' is not a value"), ("{\"a\": \"\\u００４１\"}", "four hexadecimal digits"),
    ("{\"a\" 1}", "':' is expected, not '1'"), ("[1, 2", "',' is expected at the end"),
    ("{\"a\": \"\\ud800\"}", "'\\' is expected"), ("{\"a\": \"\\q\"}", "'\\q' is not an escape"),
    ("{\"a\": \"\n\"}", "a control character in a text"), ("{\"a\": nan}", "'nan' is not a value"),
    ("[1]", "keys with values are expected, not a list"),
    ("{\"data\": {\"dataset\": \"germany\"}}", "did you mean 'german'?"),
    ("{\"dat\": 1}", "pipeline:1:2: unknown key 'dat'; did you mean 'data'?"),
  ])
  func mistakesHaveTheirPlace(text: String, words: String) {
    #expect(refusal(text).contains(words), "\(refusal(text))")
  }

  @Test func deepTextsAreRefused() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(refusal(deep).contains("deep"))
    let wide = "[" + String(repeating: "1,", count: 100_001) + "1]"
    #expect(refusal(wide).contains("more than 100000 values"))
  }
}
