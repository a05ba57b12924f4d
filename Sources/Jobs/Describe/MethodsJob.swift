import Datasets
import Mitigation
import Models

/// Lists the methods, or the options of one.
public struct MethodsJob: Job {
  public static let name = "methods"
  public static let summary = "Lists the methods, or the options of one."

  /// The method; nil for all.
  public var method: String?

  public init() {}

  public static let table: [OptionRecord<MethodsJob>] = [
    .text("name", \.method, isPositional: true, "Name of a method.")
  ]

  public struct Outcome: JobOutcome {
    public struct Entry: Encodable, Sendable {
      public struct Option: Encodable, Sendable {
        public var name: String
        public var values: String
        public var defaultValue: OptionValue?
        public var summary: String
        /// Names that still work.
        public var deprecated: [String]?

        enum CodingKeys: String, CodingKey {
          case name, values, summary, deprecated
          case defaultValue = "default"
        }
      }

      public var name: String
      public var family: String
      public var summary: String
      public var source: String
      public var dial: String?
      public var options: [Option]
    }

    public var methods: [any Mitigation.Type]
    public var document: [Entry] {
      methods.map { method in
        Entry(
          name: method.name, family: method.family.rawValue, summary: method.summary,
          source: method.source, dial: (method as? any FrontierMitigation.Type)?.dial,
          options: method.options.map {
            .init(
              name: $0.name, values: $0.domain, defaultValue: $0.defaultValue,
              summary: $0.summary, deprecated: $0.formerName.map { [$0] })
          })
      }
    }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    Outcome(methods: try method.map { [try Mitigations.named($0)] } ?? Mitigations.all)
  }
}
