import CEquipoise
import Mitigation

/// A registered stage, as a catalogue tells it.
struct StageDescription {
  var name, family, summary, source, dial: String
  var options: [MethodOption]
  var needsGroups: Bool

  init(_ method: any Preprocessor.Type) {
    name = method.name
    family = MitigationFamily.preprocessing.rawValue
    summary = method.summary
    source = method.source
    dial = ""
    options = method.options
    needsGroups = method.needsGroups
  }

  init(_ method: any Postprocessor.Type) {
    name = method.name
    family = MitigationFamily.postprocessing.rawValue
    summary = method.summary
    source = method.source
    dial = (method as? any FrontierPostprocessor.Type)?.dial ?? ""
    options = method.options
    needsGroups = method.needsGroups
  }

  static func all(_ stage: eqp_stage) -> [StageDescription]? {
    switch stage {
    case EQP_PREPROCESSORS: Preprocessors.all.map { StageDescription($0) }
    case EQP_POSTPROCESSORS: Postprocessors.all.map { StageDescription($0) }
    default: nil
    }
  }
}

@c @implementation
public func eqp_stage_count(_ stage: eqp_stage) -> Int64 {
  Int64(StageDescription.all(stage)?.count ?? 0)
}

@c @implementation
public func eqp_stage_at(
  _ stage: eqp_stage, _ index: Int64, _ info: UnsafeMutablePointer<eqp_method_info>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard let all = StageDescription.all(stage) else { throw CallError.argument("no such stage") }
    let found = try entry(index, of: all, "method")
    try require(info, "info").pointee = eqp_method_info(
      name: ConstantText.pointer(found.name), family: ConstantText.pointer(found.family),
      summary: ConstantText.pointer(found.summary), source: ConstantText.pointer(found.source),
      dial: ConstantText.pointer(found.dial), option_count: Int64(found.options.count),
      needs_groups: found.needsGroups ? 1 : 0)
    return EQP_OK
  }
}

@c @implementation
public func eqp_stage_option_at(
  _ stage: eqp_stage, _ method: UnsafePointer<CChar>?, _ index: Int64,
  _ info: UnsafeMutablePointer<eqp_option_info>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard let all = StageDescription.all(stage) else { throw CallError.argument("no such stage") }
    let name = try text(method, "method")
    guard let found = all.first(where: { $0.name == name }) else {
      throw CallError.argument("there is no method '\(name)' at this stage", column: name)
    }
    try require(info, "info").pointee = describe(
      try entry(index, of: found.options, "option"))
    return EQP_OK
  }
}
