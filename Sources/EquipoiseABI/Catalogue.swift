import CEquipoise
import Criteria
import Datasets
import Mitigation

@c @implementation
public func eqp_method_count() -> Int64 { Int64(Mitigations.all.count) }

@c @implementation
public func eqp_method_at(
  _ index: Int64, _ info: UnsafeMutablePointer<eqp_method_info>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let method = try entry(index, of: Mitigations.all, "method")
    try require(info, "info").pointee = describe(method)
    return EQP_OK
  }
}

@c @implementation
public func eqp_method_named(
  _ name: UnsafePointer<CChar>?, _ info: UnsafeMutablePointer<eqp_method_info>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let method = try Mitigations.named(try text(name, "name"))
    try require(info, "info").pointee = describe(method)
    return EQP_OK
  }
}

@c @implementation
public func eqp_method_option_at(
  _ method: UnsafePointer<CChar>?, _ index: Int64,
  _ info: UnsafeMutablePointer<eqp_option_info>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let method = try Mitigations.named(try text(method, "method"))
    try require(info, "info").pointee = describe(
      try entry(index, of: method.options, "option"))
    return EQP_OK
  }
}

func describe(_ option: MethodOption) -> eqp_option_info {
  let type =
    switch option.kind {
    case .number: EQP_OPTION_NUMBER
    case .integer: EQP_OPTION_INTEGER
    case .flag: EQP_OPTION_FLAG
    case .choice: EQP_OPTION_CHOICE
    case .bounds: EQP_OPTION_BOUNDS
    default: EQP_OPTION_TEXT
    }
  return eqp_option_info(
    name: ConstantText.pointer(option.name), type: type,
    default_value: ConstantText.pointer(option.defaultValue?.description ?? ""),
    domain: ConstantText.pointer(option.domain), summary: ConstantText.pointer(option.description))
}

@c @implementation
public func eqp_item_count(_ catalogue: eqp_catalogue) -> Int64 {
  Int64(items(catalogue)?.count ?? 0)
}

@c @implementation
public func eqp_item_at(
  _ catalogue: eqp_catalogue, _ index: Int64, _ info: UnsafeMutablePointer<eqp_item_info>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard let items = items(catalogue) else { throw CallError.argument("no such catalogue") }
    let item = try entry(index, of: items, "item")
    try require(info, "info").pointee = eqp_item_info(
      name: ConstantText.pointer(item.name), summary: ConstantText.pointer(item.summary),
      source: ConstantText.pointer(item.source))
    return EQP_OK
  }
}

func entry<Entry>(
  _ index: Int64, of entries: [Entry], _ what: String
) throws(CallError) -> Entry {
  guard index >= 0, index < Int64(entries.count) else {
    throw .argument("there is no \(what) number \(index): there are \(entries.count)")
  }
  return entries[Int(index)]
}

private func describe(_ method: any Mitigation.Type) -> eqp_method_info {
  eqp_method_info(
    name: ConstantText.pointer(method.name), family: ConstantText.pointer(method.family.rawValue),
    summary: ConstantText.pointer(method.summary), source: ConstantText.pointer(method.source),
    dial: ConstantText.pointer((method as? any FrontierMitigation.Type)?.dial ?? ""),
    option_count: Int64(method.options.count), needs_groups: method.needsGroups ? 1 : 0)
}

private func items(
  _ catalogue: eqp_catalogue
) -> [(name: String, summary: String, source: String)]? {
  switch catalogue {
  case EQP_METRICS: Metrics.all.map { ($0.name, $0.summary, "") }
  case EQP_CONSTRAINTS: Criterion.linear.map { ($0.name, $0.summary, $0.source) }
  case EQP_PENALTIES: Penalties.all.map { ($0.name, $0.summary, $0.source) }
  case EQP_DATASETS: BundledDataset.all.map { ($0.name, $0.summary, $0.attribution) }
  case EQP_CRITERIA: Criterion.all.map { ($0.name, $0.summary, $0.source) }
  default: nil
  }
}
