import Essentials

/// JSON texts inside model files. Infinities and NaN, which the report of a failed fit may contain,
/// are stored as texts.
package enum StoredJSON {
  package static func text(_ value: some Encodable) -> String {
    guard let text = try? CanonicalJSON.text(value, specials: .asTexts) else {
      preconditionFailure("stored values are what JSON can say")
    }
    return text
  }

  package static func value<Value: Decodable>(
    _ text: String, kind: String
  ) throws(PredictorError) -> Value {
    do throws(JSONFault) { return try CanonicalJSON.value(from: text.utf8) } catch {
      throw .badConfiguration(kind: kind, detail: error.description)
    }
  }
}
