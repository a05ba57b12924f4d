import CKernels

extension Double: NetworkKernels {
  @inlinable public static func gatherRows(
    _ x: Pointer, _ stride: Int, _ columns: Int, _ row: UnsafePointer<UInt32>, _ rows: Int,
    _ out: MutablePointer, _ ld: Int
  ) {
    eqp_gather_rows_f64(x, Int64(stride), Int64(columns), row, Int64(rows), out, Int64(ld))
  }

  @inlinable public static func activate(
    _ kind: Int32, _ x: MutablePointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ slope: MutablePointer?
  ) {
    eqp_activate_f64(kind, x, Int64(rows), Int64(columns), Int64(stride), slope)
  }

  @inlinable public static func activateReference(
    _ kind: Int32, _ x: MutablePointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ slope: MutablePointer?
  ) {
    eqp_activate_reference_f64(kind, x, Int64(rows), Int64(columns), Int64(stride), slope)
  }

  @inlinable public static func deactivate(
    _ kind: Int32, _ h: Pointer, _ stride: Int, _ slope: Pointer?, _ rows: Int, _ columns: Int,
    _ blocks: Int, _ delta: MutablePointer
  ) {
    eqp_deactivate_f64(
      kind, h, Int64(stride), slope, Int64(rows), Int64(columns), Int64(blocks), delta
    )
  }

  @inlinable public static func deactivateOuter(
    _ kind: Int32, _ h: Pointer, _ stride: Int, _ slope: Pointer?, _ w: Pointer, _ rows: Int,
    _ columns: Int, _ delta: MutablePointer
  ) {
    eqp_deactivate_outer_f64(kind, h, Int64(stride), slope, w, Int64(rows), Int64(columns), delta)
  }

  @inlinable public static func dropout(
    _ x: MutablePointer, _ rows: Int, _ columns: Int, _ stride: Int, _ slope: MutablePointer,
    _ keep: Double, _ seed: UInt64, _ first: Int
  ) {
    eqp_dropout_f64(x, Int64(rows), Int64(columns), Int64(stride), slope, keep, seed, Int64(first))
  }

  @inlinable public static func pairScale(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ u: Pointer, _ v: Pointer,
    _ out: MutablePointer
  ) {
    eqp_pair_scale_f64(x, Int64(rows), Int64(columns), Int64(stride), u, v, out)
  }

  @inlinable public static func pairRowsAdd(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ u: Pointer, _ v: Pointer,
    _ g: MutablePointer, _ h: MutablePointer
  ) {
    eqp_pair_rows_add_f64(x, Int64(rows), Int64(columns), Int64(stride), u, v, g, h)
  }

  @inlinable public static func pairRowsAddReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ u: Pointer, _ v: Pointer,
    _ g: MutablePointer, _ h: MutablePointer
  ) {
    eqp_pair_rows_add_reference_f64(x, Int64(rows), Int64(columns), Int64(stride), u, v, g, h)
  }

  @inlinable public static func embed(
    _ code: UnsafePointer<Int32>, _ rows: Int, _ codes: Int, _ table: Pointer, _ columns: Int,
    _ out: MutablePointer, _ stride: Int
  ) {
    eqp_embed_f64(code, Int64(rows), Int64(codes), table, Int64(columns), out, Int64(stride))
  }

  @inlinable public static func levelSums(
    _ start: UnsafePointer<Int32>, _ row: UnsafePointer<Int32>, _ levels: Int, _ d: Pointer,
    _ e: Pointer, _ stride: Int, _ u: Pointer?, _ v: Pointer?, _ columns: Int,
    _ g: MutablePointer, _ h: MutablePointer?, _ ld: Int
  ) {
    eqp_level_sums_f64(
      start, row, Int64(levels), d, e, Int64(stride), u, v, Int64(columns), g, h, Int64(ld))
  }

  @inlinable public static func binaryLoss(
    _ z: Pointer, _ p: Pointer, _ softplus: Pointer, _ y: Pointer, _ w: Pointer, _ rows: Int,
    _ factor: Self, _ u: MutablePointer
  ) -> Double {
    eqp_binary_loss_f64(z, p, softplus, y, w, Int64(rows), factor, u)
  }

  @inlinable public static func binaryLossReference(
    _ z: Pointer, _ y: Pointer, _ w: Pointer, _ rows: Int, _ factor: Self, _ u: MutablePointer
  ) -> Double {
    eqp_binary_loss_reference_f64(z, y, w, Int64(rows), factor, u)
  }

  @inlinable public static func softmaxLoss(
    _ z: Pointer, _ stride: Int, _ y: Pointer, _ w: Pointer, _ rows: Int, _ classes: Int,
    _ factor: Self, _ u: MutablePointer, _ ldu: Int
  ) -> Double {
    eqp_softmax_loss_f64(z, Int64(stride), y, w, Int64(rows), Int64(classes), factor, u, Int64(ldu))
  }

  @inlinable public static func squaredLoss(
    _ z: Pointer, _ stride: Int, _ y: Pointer, _ w: Pointer, _ rows: Int, _ factor: Self,
    _ u: MutablePointer, _ ldu: Int
  ) -> Double {
    eqp_squared_loss_f64(z, Int64(stride), y, w, Int64(rows), factor, u, Int64(ldu))
  }

  @inlinable public static func absoluteLoss(
    _ p: Pointer, _ y: Pointer, _ w: Pointer, _ rows: Int, _ factor: Self, _ u: MutablePointer
  ) -> Double {
    eqp_absolute_loss_f64(p, y, w, Int64(rows), factor, u)
  }

  @inlinable public static func copyStrided(
    _ x: Pointer, _ ldx: Int, _ rows: Int, _ out: MutablePointer, _ ldo: Int
  ) {
    eqp_copy_strided_f64(x, Int64(ldx), Int64(rows), out, Int64(ldo))
  }

  @inlinable public static func gather(
    _ x: Pointer, _ row: UnsafePointer<UInt32>, _ rows: Int, _ out: MutablePointer
  ) {
    eqp_gather_f64(x, row, Int64(rows), out)
  }

  @inlinable public static func feature(
    _ x: Pointer?, _ ldx: Int, _ y: Pointer, _ rows: Int, _ factor: Int32, _ which: Int32,
    _ out: MutablePointer, _ ldo: Int
  ) {
    eqp_feature_f64(x, Int64(ldx), y, Int64(rows), factor, which, out, Int64(ldo))
  }

  @inlinable public static func featureBack(
    _ g: Pointer, _ ldg: Int, _ y: Pointer, _ rows: Int, _ factor: Int32, _ which: Int32,
    _ u: MutablePointer, _ ldu: Int
  ) {
    eqp_feature_back_f64(g, Int64(ldg), y, Int64(rows), factor, which, u, Int64(ldu))
  }

  @inlinable public static func sigmoidBack(
    _ s: Pointer, _ z: Pointer, _ rows: Int, _ k: Self, _ u: MutablePointer, _ ldu: Int
  ) -> Double {
    eqp_sigmoid_back_f64(s, z, Int64(rows), k, u, Int64(ldu))
  }

  @inlinable public static func softmax(
    _ z: Pointer, _ rows: Int, _ classes: Int, _ p: MutablePointer
  ) {
    eqp_softmax_f64(z, Int64(rows), Int64(classes), p)
  }

  @inlinable public static func softmaxBack(
    _ p: Pointer, _ rows: Int, _ classes: Int, _ u: MutablePointer, _ ldu: Int
  ) {
    eqp_softmax_back_f64(p, Int64(rows), Int64(classes), u, Int64(ldu))
  }

  @inlinable public static func curvature(
    _ p: Pointer, _ w: Pointer, _ rows: Int, _ out: MutablePointer
  ) {
    eqp_curvature_f64(p, w, Int64(rows), out)
  }

  @inlinable public static func fill(
    _ value: Self, _ rows: Int, _ columns: Int, _ out: MutablePointer, _ ld: Int
  ) {
    eqp_fill_f64(value, Int64(rows), Int64(columns), out, Int64(ld))
  }

  @inlinable public static func cellWeights(
    _ w: Pointer, _ group: Pointer, _ label: Pointer, _ rows: Int, _ table: UnsafePointer<Double>,
    _ labels: Int, _ out: MutablePointer
  ) {
    eqp_cell_weights_f64(w, group, label, Int64(rows), table, Int64(labels), out)
  }

  @inlinable public static func classProbability(
    _ u: Pointer, _ ldu: Int, _ y: Pointer, _ w: Pointer, _ rows: Int, _ which: Int32,
    _ p: MutablePointer
  ) {
    eqp_class_probability_f64(u, Int64(ldu), y, w, Int64(rows), which, p)
  }

  @inlinable public static func plainStep(
    _ p: MutablePointer, _ g: Pointer, _ count: Int, _ rate: Self, _ decay: Self
  ) {
    eqp_plain_step_f64(p, g, Int64(count), rate, decay)
  }

  @inlinable public static func addParts(
    _ g: Pointer, _ parts: Int, _ ld: Int, _ count: Int, _ out: MutablePointer
  ) {
    eqp_add_parts_f64(g, Int64(parts), Int64(ld), Int64(count), out)
  }

  @inlinable public static func pairProducts(
    _ a: Pointer, _ b: Pointer, _ count: Int, _ sums: UnsafeMutablePointer<Double>
  ) {
    eqp_pair_products_f64(a, b, Int64(count), sums)
  }

  @inlinable public static func combine(
    _ a: Pointer, _ b: Pointer, _ count: Int, _ s: Self, _ t: Self, _ out: MutablePointer
  ) {
    eqp_combine_f64(a, b, Int64(count), s, t, out)
  }

  @inlinable public static func momentumStep(
    _ p: MutablePointer, _ g: Pointer, _ velocity: MutablePointer, _ count: Int, _ rate: Self,
    _ momentum: Self, _ decay: Self
  ) {
    eqp_momentum_step_f64(p, g, velocity, Int64(count), rate, momentum, decay)
  }

  @inlinable public static func adamStep(
    _ p: MutablePointer, _ g: Pointer, _ m: MutablePointer, _ v: MutablePointer, _ count: Int,
    _ rate: Self, _ b1: Self, _ b2: Self, _ eps: Self, _ c1: Self, _ c2: Self, _ coupled: Self,
    _ decay: Self
  ) {
    eqp_adam_step_f64(p, g, m, v, Int64(count), rate, b1, b2, eps, c1, c2, coupled, decay)
  }

  @inlinable public static func adamStepReference(
    _ p: MutablePointer, _ g: Pointer, _ m: MutablePointer, _ v: MutablePointer, _ count: Int,
    _ rate: Self, _ b1: Self, _ b2: Self, _ eps: Self, _ c1: Self, _ c2: Self, _ coupled: Self,
    _ decay: Self
  ) {
    eqp_adam_step_reference_f64(p, g, m, v, Int64(count), rate, b1, b2, eps, c1, c2, coupled, decay)
  }

  @inlinable public static func rmspropStep(
    _ p: MutablePointer, _ g: Pointer, _ v: MutablePointer, _ count: Int, _ rate: Self, _ b: Self,
    _ eps: Self, _ coupled: Self
  ) {
    eqp_rmsprop_step_f64(p, g, v, Int64(count), rate, b, eps, coupled)
  }

  @inlinable public static func allFinite(_ x: Pointer, _ count: Int) -> Bool {
    eqp_all_finite_f64(x, Int64(count)) != 0
  }
}
