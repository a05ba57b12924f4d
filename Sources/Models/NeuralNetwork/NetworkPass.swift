import Datasets
import LinearAlgebra

/// A network's forward and backward pass over one tile of rows, on a worker's own memory.
///
/// With several gradients (the predictor's own and the adversary's) one forward pass serves both,
/// and they are pushed back together: the deltas of a row lie side by side, so a layer takes one
/// product for all. Where the output is a single number, even that is not needed: every gradient is
/// a row's factor times the gradient of the output, so one set of deltas is pushed back and the
/// factors enter the weights' product.
///
/// Gradients of q losses lie tensor-wise side by side: layer l at q·offset, q blocks of its count.
struct NetworkPass<Scalar: KernelScalar> {
  typealias Pointer = UnsafePointer<Scalar>
  typealias MutablePointer = UnsafeMutablePointer<Scalar>

  let architecture: NetworkArchitecture
  let layout: NetworkLayout
  let parameters: Buffer<Scalar>

  init(_ architecture: NetworkArchitecture, parameters: Buffer<Scalar>) {
    self.architecture = architecture
    layout = NetworkLayout(architecture)
    precondition(parameters.count == layout.count, "parameters for this architecture")
    self.parameters = parameters
  }

  /// What decides which units a training pass drops.
  struct Dropping {
    var seed: UInt64
    /// The number of the tile's first row within its batch.
    var firstRow: Int
  }

  // MARK: Layer 0

  /// Copies the rows with the given numbers into the tile.
  func gather(
    _ features: DesignMatrix<Scalar>, _ index: UnsafePointer<UInt32>, _ rows: Int,
    _ space: NetworkWorkspace<Scalar>
  ) {
    let width = architecture.denseInputs
    if width > 0 {
      Scalar.Kernels.gatherRows(
        features.dense.pointer(row: 0), features.dense.rowStride, width, index, rows,
        space.input.pointer, width + 1)
    }
    let columns = layout.firstLevels.count
    for c in 0..<columns {
      gatherCodes(
        features.categorical[c].codes.pointer, index, rows, layout.firstLevels[c],
        space.codes.pointer + c, columns)
    }
  }

  /// The gradients of a batch in some units of the table of levels, added up in the order of rows,
  /// for both of two losses.
  ///
  /// - Parameters:
  ///   - starts, rows: which rows have each level, of `sortCodes`
  ///   - delta, other: (rows, stride): gradients in the inputs of the first layer's units
  ///   - u, v: a factor for each row, nil for 1
  func addLevels(
    starts: UnsafePointer<Int32>, rows: UnsafePointer<Int32>, delta: Pointer, other: Pointer,
    stride: Int, factors u: Pointer?, _ v: Pointer?, units range: Range<Int>,
    _ gradient: MutablePointer, _ otherGradient: MutablePointer?
  ) {
    let width = architecture.units(of: 0)
    let first = range.lowerBound
    Scalar.Kernels.levelSums(
      starts, rows, layout.levelCount, delta + first, other + first, stride, u, v, range.count,
      gradient + first, otherGradient.map { $0 + first }, width)
  }

  // MARK: Forward

  /// Outputs of the tile, (rows, outputs), into the workspace.
  func forward(_ rows: Int, _ space: NetworkWorkspace<Scalar>, dropping: Dropping? = nil) {
    for index in 0..<architecture.layerCount {
      let layer = layout.layers[index]
      let isLast = index == architecture.layerCount - 1
      let target = isLast ? space.outputs.pointer : space.hidden[index].pointer
      let stride = isLast ? layer.units : layer.units + 1
      product(layer, space.input(of: index), rows, target, stride)
      if index == 0 && !architecture.levels.isEmpty {
        Scalar.Kernels.embed(
          space.codes.pointer, rows, architecture.levels.count,
          parameters.pointer + layout.layersEnd, layer.units, target, stride)
      }
      if !isLast { activate(index, rows, space, dropping) }
    }
  }

  /// [A 1]·[W; b]
  private func product(
    _ layer: NetworkLayout.Layer, _ input: Pointer, _ rows: Int, _ target: MutablePointer,
    _ stride: Int
  ) {
    let weights = parameters.pointer + layer.offset
    if layer.units == 1 && stride == 1 {
      Scalar.Kernels.fill(weights[layer.inputs], 1, rows, target, rows)
      Scalar.Kernels.rowsDot(input, rows, layer.inputs, layer.inputs + 1, weights, target)
      return
    }
    Scalar.Routines.gemm(
      false, false, Int32(rows), Int32(layer.units), Int32(layer.inputs + 1), 1, input,
      Int32(layer.inputs + 1), weights, Int32(layer.units), 0, target, Int32(stride))
  }

  private func activate(
    _ index: Int, _ rows: Int, _ space: NetworkWorkspace<Scalar>, _ dropping: Dropping?
  ) {
    let units = architecture.hidden[index]
    let values = space.hidden[index].pointer
    Scalar.Kernels.activate(
      architecture.activation.kind, values, rows, units, units + 1, space.slope(of: index))
    if let dropping, architecture.dropout > 0 {
      Scalar.Kernels.dropout(
        values, rows, units, units + 1, space.slopes[index].pointer, 1 - architecture.dropout,
        dropping.seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15, dropping.firstRow)
    }
  }

  // MARK: Backward

  /// Gradients of q losses whose gradients in the outputs are given, added to `gradient`.
  ///
  /// - Parameters:
  ///   - upstream: (rows, q, outputs)
  ///   - injected: (rows, q, last hidden layer): gradients that reach the last hidden units from
  ///     elsewhere, nil for none
  ///   - firstDelta: (rows, q, units of layer 0), receives the gradients in the inputs of the first
  ///     layer's units; nil when they are not needed
  ///   - inputGradient: (rows, q, denseInputs), nil when it is not needed
  func backward(
    _ rows: Int, _ space: NetworkWorkspace<Scalar>, blocks q: Int, upstream: MutablePointer,
    injected: Pointer? = nil, gradient: MutablePointer, firstDelta: MutablePointer? = nil,
    inputGradient: MutablePointer? = nil
  ) {
    precondition(q <= space.blocks, "the workspace has too few blocks")
    var delta = upstream
    for index in (0..<architecture.layerCount).reversed() {
      let layer = layout.layers[index]
      let input = space.input(of: index)
      for block in 0..<q {
        Scalar.Routines.gemm(
          true, false, Int32(layer.inputs + 1), Int32(layer.units), Int32(rows), 1, input,
          Int32(layer.inputs + 1), delta + block * layer.units, Int32(q * layer.units), 1,
          gradient + q * layer.offset + block * layer.count, Int32(layer.units))
      }
      guard index > 0 else {
        if let firstDelta { firstDelta.update(from: delta, count: rows * q * layer.units) }
        if let inputGradient { pushBack(layer, delta, rows * q, inputGradient) }
        return
      }
      let next = space.deltas[index % 2].pointer
      pushBack(layer, delta, rows * q, next)
      if let injected, index == architecture.layerCount - 1 {
        Scalar.Routines.axpy(Int32(rows * q * layer.inputs), 1, injected, next)
      }
      deactivate(index - 1, rows, space, blocks: q, next)
      delta = next
    }
  }

  /// The same for two losses of a single output: their gradients in it are `u` and `v`, (rows) each.
  /// `firstDelta`, (rows, units of layer 0), is the gradient of the output itself.
  func backwardOfSingleOutput(
    _ rows: Int, _ space: NetworkWorkspace<Scalar>, _ u: Pointer, _ v: Pointer,
    gradient: MutablePointer, firstDelta: MutablePointer? = nil
  ) {
    let last = architecture.layerCount - 1
    let output = layout.layers[last]
    Scalar.Kernels.pairRowsAdd(
      space.input(of: last), rows, output.inputs + 1, output.inputs + 1, u, v,
      gradient + 2 * output.offset, gradient + 2 * output.offset + output.count)
    guard last > 0 else { return }
    func target(_ layer: Int) -> MutablePointer {
      layer == 0 ? firstDelta ?? space.deltas[0].pointer : space.deltas[layer % 2].pointer
    }
    var delta = target(last - 1)
    Scalar.Kernels.deactivateOuter(
      architecture.activation.kind, space.hidden[last - 1].pointer, output.inputs + 1,
      space.slope(of: last - 1), parameters.pointer + output.offset, rows, output.inputs, delta)
    for index in (0..<last).reversed() {
      let layer = layout.layers[index]
      Scalar.Kernels.pairScale(
        space.input(of: index), rows, layer.inputs + 1, layer.inputs + 1, u, v,
        space.scaled.pointer)
      Scalar.Routines.gemm(
        true, false, Int32(2 * (layer.inputs + 1)), Int32(layer.units), Int32(rows), 1,
        space.scaled.pointer, Int32(2 * (layer.inputs + 1)), delta, Int32(layer.units), 1,
        gradient + 2 * layer.offset, Int32(layer.units))
      guard index > 0 else { return }
      let next = target(index - 1)
      pushBack(layer, delta, rows, next)
      deactivate(index - 1, rows, space, blocks: 1, next)
      delta = next
    }
  }

  /// δ·Wᵀ, (rows, inputs)
  private func pushBack(
    _ layer: NetworkLayout.Layer, _ delta: Pointer, _ rows: Int, _ target: MutablePointer
  ) {
    Scalar.Routines.gemm(
      false, true, Int32(rows), Int32(layer.inputs), Int32(layer.units), 1, delta,
      Int32(layer.units), parameters.pointer + layer.offset, Int32(layer.units), 0, target,
      Int32(layer.inputs))
  }

  private func deactivate(
    _ hiddenLayer: Int, _ rows: Int, _ space: NetworkWorkspace<Scalar>, blocks: Int,
    _ delta: MutablePointer
  ) {
    let units = architecture.hidden[hiddenLayer]
    Scalar.Kernels.deactivate(
      architecture.activation.kind, space.hidden[hiddenLayer].pointer, units + 1,
      space.slope(of: hiddenLayer), rows, units, blocks, delta)
  }
}
