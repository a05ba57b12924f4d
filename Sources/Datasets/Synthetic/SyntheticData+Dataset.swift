import LinearAlgebra

extension SyntheticData {
  /// All rows in memory, as `Scalar`: features as they are made, without standardizing them.
  ///
  /// The attribute is named `group`, its groups `g0`, `g1`, …; levels are named by their numbers. A
  /// level that no row has is a column of zeros.
  public func dataset<Scalar: KernelScalar>(
    as type: Scalar.Type = Scalar.self, pool: WorkerPool = .default
  ) -> Dataset<Scalar> {
    let n = rows, d = features, k = categorical
    let x = Buffer<Scalar>(uninitialized: n * d)
    let codes = (0..<k).map { _ in Buffer<UInt16>(uninitialized: n) }
    let groups = Buffer<UInt16>(uninitialized: n), labels = Buffer<UInt8>(uninitialized: n)
    let maker = SyntheticMaker(self)
    pool.forEach(blocks) { index in
      let block = maker.block(index), first = index * Self.blockRows
      // SAFETY: a block writes its own rows, and all buffers hold `rows` of them.
      for i in 0..<block.rows * d { x.pointer[first * d + i] = Scalar(block.x[i]) }
      for i in 0..<block.rows {
        for j in 0..<k { codes[j].pointer[first + i] = block.codes[i * k + j] }
        groups.pointer[first + i] = block.groups[i]
        labels.pointer[first + i] = block.labels[i]
      }
    }
    let encoder = FeatureEncoder(
      numeric: (0..<d).map { FeatureEncoder.Numeric(name: "x\($0)") },
      categorical: (0..<k).map { j in
        FeatureEncoder.Categorical(name: "c\(j)", levels: (0..<levels).map { "l\($0)" })
      },
      label: "label", positive: "1", negative: "0")
    return Dataset(
      source: "synthetic", encoder: encoder,
      features: DesignMatrix(
        dense: Matrix(buffer: x, rows: n, columns: d, rowStride: d),
        categorical: zip(codes, encoder.levelCounts).map { CodeColumn(codes: $0, levels: $1) }),
      labels: labels,
      attributes: [
        GroupIndex(
          attribute: "group", codes: groups, names: (0..<self.groups).map { "g\($0)" })
      ])
  }
}
