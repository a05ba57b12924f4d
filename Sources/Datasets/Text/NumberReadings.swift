/// How texts read as numbers, each text read once: the values of a table repeat.
final class NumberReadings {
  private var known: [String: NumberReading?] = [:]

  /// nil for a text that is no number in any form.
  func reading(_ text: String) -> NumberReading? {
    if let found = known[text] { return found }
    let reading = NumberReading(text)
    known.updateValue(reading, forKey: text)
    return reading
  }
}
