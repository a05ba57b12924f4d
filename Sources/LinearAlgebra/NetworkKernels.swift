import CKernels

/// The kernels of neural networks for one type of numbers: each requirement is one function
/// of `cnetwork.h`, which says what it computes. Shapes are the callers' business.
public protocol NetworkKernels: ScalarFunctions {
  static func gatherRows(
    _ x: Pointer, _ stride: Int, _ columns: Int, _ row: UnsafePointer<UInt32>, _ rows: Int,
    _ out: MutablePointer, _ ld: Int
  )
  static func activate(
    _ kind: Int32, _ x: MutablePointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ slope: MutablePointer?
  )
  static func activateReference(
    _ kind: Int32, _ x: MutablePointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ slope: MutablePointer?
  )
  static func deactivate(
    _ kind: Int32, _ h: Pointer, _ stride: Int, _ slope: Pointer?, _ rows: Int, _ columns: Int,
    _ blocks: Int, _ delta: MutablePointer
  )
  static func deactivateOuter(
    _ kind: Int32, _ h: Pointer, _ stride: Int, _ slope: Pointer?, _ w: Pointer, _ rows: Int,
    _ columns: Int, _ delta: MutablePointer
  )
  static func dropout(
    _ x: MutablePointer, _ rows: Int, _ columns: Int, _ stride: Int, _ slope: MutablePointer,
    _ keep: Double, _ seed: UInt64, _ first: Int
  )
  static func pairScale(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ u: Pointer, _ v: Pointer,
    _ out: MutablePointer
  )
  static func pairRowsAdd(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ u: Pointer, _ v: Pointer,
    _ g: MutablePointer, _ h: MutablePointer
  )
  static func pairRowsAddReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ u: Pointer, _ v: Pointer,
    _ g: MutablePointer, _ h: MutablePointer
  )
  static func embed(
    _ code: UnsafePointer<Int32>, _ rows: Int, _ codes: Int, _ table: Pointer, _ columns: Int,
    _ out: MutablePointer, _ stride: Int
  )
  static func levelSums(
    _ start: UnsafePointer<Int32>, _ row: UnsafePointer<Int32>, _ levels: Int, _ d: Pointer,
    _ e: Pointer, _ stride: Int, _ u: Pointer?, _ v: Pointer?, _ columns: Int,
    _ g: MutablePointer, _ h: MutablePointer?, _ ld: Int
  )
  static func binaryLoss(
    _ z: Pointer, _ p: Pointer, _ softplus: Pointer, _ y: Pointer, _ w: Pointer, _ rows: Int,
    _ factor: Scalar, _ u: MutablePointer
  ) -> Double
  static func binaryLossReference(
    _ z: Pointer, _ y: Pointer, _ w: Pointer, _ rows: Int, _ factor: Scalar, _ u: MutablePointer
  ) -> Double
  static func softmaxLoss(
    _ z: Pointer, _ stride: Int, _ y: Pointer, _ w: Pointer, _ rows: Int, _ classes: Int,
    _ factor: Scalar, _ u: MutablePointer, _ ldu: Int
  ) -> Double
  static func squaredLoss(
    _ z: Pointer, _ stride: Int, _ y: Pointer, _ w: Pointer, _ rows: Int, _ factor: Scalar,
    _ u: MutablePointer, _ ldu: Int
  ) -> Double
  static func absoluteLoss(
    _ p: Pointer, _ y: Pointer, _ w: Pointer, _ rows: Int, _ factor: Scalar, _ u: MutablePointer
  ) -> Double
  static func copyStrided(_ x: Pointer, _ ldx: Int, _ rows: Int, _ out: MutablePointer, _ ldo: Int)
  static func gather(_ x: Pointer, _ row: UnsafePointer<UInt32>, _ rows: Int, _ out: MutablePointer)
  static func feature(
    _ x: Pointer?, _ ldx: Int, _ y: Pointer, _ rows: Int, _ factor: Int32, _ which: Int32,
    _ out: MutablePointer, _ ldo: Int
  )
  static func featureBack(
    _ g: Pointer, _ ldg: Int, _ y: Pointer, _ rows: Int, _ factor: Int32, _ which: Int32,
    _ u: MutablePointer, _ ldu: Int
  )
  static func sigmoidBack(
    _ s: Pointer, _ z: Pointer, _ rows: Int, _ k: Scalar, _ u: MutablePointer, _ ldu: Int
  ) -> Double
  static func softmax(_ z: Pointer, _ rows: Int, _ classes: Int, _ p: MutablePointer)
  static func softmaxBack(
    _ p: Pointer, _ rows: Int, _ classes: Int, _ u: MutablePointer, _ ldu: Int
  )
  static func curvature(_ p: Pointer, _ w: Pointer, _ rows: Int, _ out: MutablePointer)
  static func fill(_ value: Scalar, _ rows: Int, _ columns: Int, _ out: MutablePointer, _ ld: Int)
  static func cellWeights(
    _ w: Pointer, _ group: Pointer, _ label: Pointer, _ rows: Int, _ table: UnsafePointer<Double>,
    _ labels: Int, _ out: MutablePointer
  )
  static func classProbability(
    _ u: Pointer, _ ldu: Int, _ y: Pointer, _ w: Pointer, _ rows: Int, _ which: Int32,
    _ p: MutablePointer
  )
  static func plainStep(
    _ p: MutablePointer, _ g: Pointer, _ count: Int, _ rate: Scalar, _ decay: Scalar
  )
  static func addParts(_ g: Pointer, _ parts: Int, _ ld: Int, _ count: Int, _ out: MutablePointer)
  static func pairProducts(
    _ a: Pointer, _ b: Pointer, _ count: Int, _ sums: UnsafeMutablePointer<Double>
  )
  static func combine(
    _ a: Pointer, _ b: Pointer, _ count: Int, _ s: Scalar, _ t: Scalar, _ out: MutablePointer
  )
  static func momentumStep(
    _ p: MutablePointer, _ g: Pointer, _ velocity: MutablePointer, _ count: Int, _ rate: Scalar,
    _ momentum: Scalar, _ decay: Scalar
  )
  static func adamStep(
    _ p: MutablePointer, _ g: Pointer, _ m: MutablePointer, _ v: MutablePointer, _ count: Int,
    _ rate: Scalar, _ b1: Scalar, _ b2: Scalar, _ eps: Scalar, _ c1: Scalar, _ c2: Scalar,
    _ coupled: Scalar,
    _ decay: Scalar
  )
  static func adamStepReference(
    _ p: MutablePointer, _ g: Pointer, _ m: MutablePointer, _ v: MutablePointer, _ count: Int,
    _ rate: Scalar, _ b1: Scalar, _ b2: Scalar, _ eps: Scalar, _ c1: Scalar, _ c2: Scalar,
    _ coupled: Scalar,
    _ decay: Scalar
  )
  static func rmspropStep(
    _ p: MutablePointer, _ g: Pointer, _ v: MutablePointer, _ count: Int, _ rate: Scalar,
    _ b: Scalar,
    _ eps: Scalar, _ coupled: Scalar
  )
  static func allFinite(_ x: Pointer, _ count: Int) -> Bool
}

/// out[i·ld] = first + code[row[i]]
@inlinable public func gatherCodes(
  _ code: UnsafePointer<UInt16>, _ row: UnsafePointer<UInt32>, _ rows: Int, _ first: Int,
  _ out: UnsafeMutablePointer<Int32>, _ ld: Int
) {
  eqp_gather_codes(code, row, rows, Int32(first), out, ld)
}

/// Which rows have each level, in their order: those of level l are `rows[starts[l]..<starts[l + 1]]`.
///
/// - Parameters:
///   - code: shape `(count, columns)`, below `levels`
///   - starts: shape `(levels + 1)`
///   - rows: shape `(count · columns)`
@inlinable public func sortCodes(
  _ code: UnsafePointer<Int32>, _ count: Int, _ columns: Int, levels: Int,
  starts: UnsafeMutablePointer<Int32>, rows: UnsafeMutablePointer<Int32>
) {
  eqp_sort_codes(code, count, columns, levels, starts, rows)
}
