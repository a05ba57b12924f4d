import CKernels
import COpenBLAS

extension Float: KernelScalar {
  public static var storageName: String { "F32" }

  @inlinable public static func gemm(
    _ transA: Bool, _ transB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Self,
    _ a: Pointer, _ lda: Int32, _ b: Pointer, _ ldb: Int32, _ beta: Self, _ c: MutablePointer,
    _ ldc: Int32
  ) {
    cblas_sgemm(
      CblasRowMajor, transA ? CblasTrans : CblasNoTrans, transB ? CblasTrans : CblasNoTrans, m, n,
      k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func gemv(
    _ trans: Bool, _ m: Int32, _ n: Int32, _ alpha: Self, _ a: Pointer, _ lda: Int32,
    _ x: Pointer, _ beta: Self, _ y: MutablePointer
  ) {
    cblas_sgemv(
      CblasRowMajor, trans ? CblasTrans : CblasNoTrans, m, n, alpha, a, lda, x, 1, beta, y, 1)
  }

  public static func syrk(
    _ trans: Bool, _ n: Int32, _ k: Int32, _ alpha: Self, _ a: Pointer, _ lda: Int32,
    _ beta: Self, _ c: MutablePointer, _ ldc: Int32
  ) {
    cblas_ssyrk(
      CblasRowMajor, CblasLower, trans ? CblasTrans : CblasNoTrans, n, k, alpha, a, lda, beta, c,
      ldc)
  }

  public static func trsm(
    _ trans: Bool, _ m: Int32, _ n: Int32, _ alpha: Self, _ a: Pointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32
  ) {
    cblas_strsm(
      CblasRowMajor, CblasLeft, CblasLower, trans ? CblasTrans : CblasNoTrans, CblasNonUnit, m, n,
      alpha, a, lda, b, ldb)
  }

  public static func dot(_ n: Int32, _ x: Pointer, _ y: Pointer) -> Self {
    cblas_sdot(n, x, 1, y, 1)
  }

  public static func axpy(_ n: Int32, _ alpha: Self, _ x: Pointer, _ y: MutablePointer) {
    cblas_saxpy(n, alpha, x, 1, y, 1)
  }

  public static func potrf(_ n: Int32, _ a: MutablePointer, _ lda: Int32) -> Int32 {
    // The lower triangle by rows is the upper one by columns, which LAPACK takes as it stands.
    LAPACKE_spotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, a, lda)
  }

  public static func potrs(
    _ n: Int32, _ nrhs: Int32, _ a: Pointer, _ lda: Int32, _ b: MutablePointer, _ ldb: Int32
  ) -> Int32 {
    guard nrhs == 1 else {
      return LAPACKE_spotrs(
        LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), n, nrhs, a, lda, b, ldb)
    }
    return LAPACKE_spotrs_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, 1, a, lda, b, n)
  }

  public static func syevd(
    _ n: Int32, _ a: MutablePointer, _ lda: Int32, _ w: MutablePointer
  ) -> Int32 {
    LAPACKE_ssyevd(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")), n, a, lda, w)
  }

  public static func gelsd(
    _ m: Int32, _ n: Int32, _ nrhs: Int32, _ a: MutablePointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32, _ s: MutablePointer, _ rcond: Self
  ) -> (info: Int32, rank: Int32) {
    var rank: Int32 = 0
    let info = LAPACKE_sgelsd(LAPACK_ROW_MAJOR, m, n, nrhs, a, lda, b, ldb, s, rcond, &rank)
    return (info, rank)
  }

  public static func gels(
    _ m: Int32, _ n: Int32, _ nrhs: Int32, _ a: MutablePointer, _ lda: Int32,
    _ b: MutablePointer, _ ldb: Int32
  ) -> Int32 {
    LAPACKE_sgels(LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "N")), m, n, nrhs, a, lda, b, ldb)
  }

  public static func gesdd(
    _ m: Int32, _ n: Int32, _ a: MutablePointer, _ lda: Int32, _ s: MutablePointer,
    _ u: MutablePointer, _ ldu: Int32, _ vt: MutablePointer, _ ldvt: Int32
  ) -> Int32 {
    LAPACKE_sgesdd(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "S")), m, n, a, lda, s, u, ldu, vt, ldvt)
  }

  @inlinable public static func rowsDot(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ w: Pointer, _ z: MutablePointer,
    _ ahead: Int
  ) {
    eqp_rows_dot_f32(x, Int64(rows), Int64(columns), Int64(stride), w, z, Int64(ahead))
  }

  @inlinable public static func rowsDotReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ w: Pointer, _ z: MutablePointer
  ) {
    eqp_rows_dot_reference_f32(x, Int64(rows), Int64(columns), Int64(stride), w, z)
  }

  @inlinable public static func rowsDotBySet(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ w: Pointer, _ ld: Int,
    _ set: Codes, _ z: MutablePointer
  ) {
    eqp_rows_dot_by_set_f32(x, Int64(rows), Int64(columns), Int64(stride), w, Int64(ld), set, z)
  }

  @inlinable public static func rowsAdd(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ g: MutablePointer,
    _ ahead: Int
  ) {
    eqp_rows_add_f32(x, Int64(rows), Int64(columns), Int64(stride), r, g, Int64(ahead))
  }

  @inlinable public static func rowsAddReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ g: MutablePointer
  ) {
    eqp_rows_add_reference_f32(x, Int64(rows), Int64(columns), Int64(stride), r, g)
  }

  @inlinable public static func rowsAddByCell(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ cell: Codes,
    _ g: MutablePointer, _ ld: Int
  ) {
    eqp_rows_add_by_cell_f32(x, Int64(rows), Int64(columns), Int64(stride), r, cell, g, Int64(ld))
  }

  @inlinable public static func rowsAddByCellReference(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer, _ cell: Codes,
    _ g: MutablePointer, _ ld: Int
  ) {
    eqp_rows_add_by_cell_reference_f32(
      x, Int64(rows), Int64(columns), Int64(stride), r, cell, g, Int64(ld))
  }

  @inlinable public static func rowsScale(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int, _ r: Pointer,
    _ out: MutablePointer
  ) {
    eqp_rows_scale_f32(x, Int64(rows), Int64(columns), Int64(stride), r, out)
  }

  @inlinable public static func codesGather(
    _ code: Codes, _ rows: Int, _ w: Pointer, _ z: MutablePointer
  ) {
    eqp_codes_gather_f32(code, Int64(rows), w, z)
  }

  @inlinable public static func codesGatherFour(
    _ c: (Codes, Codes, Codes, Codes), _ rows: Int, _ w: (Pointer, Pointer, Pointer, Pointer),
    _ z: MutablePointer
  ) {
    eqp_codes_gather_four_f32(
      c.0, c.1, c.2, c.3, Int64(rows), w.0, w.1, w.2, w.3, z)
  }

  @inlinable public static func codesGatherBySet(
    _ code: Codes, _ rows: Int, _ w: Pointer, _ ld: Int, _ set: Codes, _ z: MutablePointer
  ) {
    eqp_codes_gather_by_set_f32(code, Int64(rows), w, Int64(ld), set, z)
  }

  @inlinable public static func codesScatter(
    _ code: Codes, _ rows: Int, _ r: Pointer, _ g: UnsafeMutablePointer<Double>
  ) {
    eqp_codes_scatter_f32(code, Int64(rows), r, g)
  }

  @inlinable public static func codesScatterFour(
    _ c: (Codes, Codes, Codes, Codes), _ rows: Int, _ r: Pointer, _ g: FourSums
  ) {
    eqp_codes_scatter_four_f32(
      c.0, c.1, c.2, c.3, Int64(rows), r, g.0, g.1, g.2, g.3)
  }

  @inlinable public static func codesScatterByCell(
    _ code: Codes, _ rows: Int, _ r: Pointer, _ cell: Codes, _ g: UnsafeMutablePointer<Double>,
    _ ld: Int
  ) {
    eqp_codes_scatter_by_cell_f32(code, Int64(rows), r, cell, g, Int64(ld))
  }

  @inlinable public static func codesContingency(
    _ a: Codes, _ b: Codes, _ rows: Int, _ r: Pointer, _ t: UnsafeMutablePointer<Double>,
    _ ld: Int
  ) {
    eqp_codes_contingency_f32(a, b, Int64(rows), r, t, Int64(ld))
  }

  @inlinable public static func scoreBins(
    _ z: Pointer, _ cell: Codes, _ weight: Pointer?, _ rows: Int, _ scale: Double, _ bins: Int,
    _ cells: Int, _ count: UnsafeMutablePointer<Double>
  ) {
    eqp_score_bins_f32(
      z, cell, weight, Int64(rows), Self(scale), Int64(bins), Int64(cells), count)
  }

  @inlinable public static func sigmoidSoftplus(
    _ z: Pointer, _ rows: Int, _ p: MutablePointer, _ s: MutablePointer
  ) {
    eqp_sigmoid_softplus_f32(z, Int64(rows), p, s)
  }

  @inlinable public static func sigmoidSoftplusReference(
    _ z: Pointer, _ rows: Int, _ p: MutablePointer, _ s: MutablePointer
  ) {
    eqp_sigmoid_softplus_reference_f32(z, Int64(rows), p, s)
  }

  @inlinable public static func lookup(
    _ cell: Codes, _ rows: Int, _ table: Pointer, _ weight: Pointer?, _ out: MutablePointer
  ) {
    eqp_lookup_f32(cell, Int64(rows), table, weight, out)
  }

  @inlinable public static func logisticByCell(
    _ z: Pointer, _ p: Pointer, _ softplus: Pointer, _ cell: Codes, _ weight: Pointer?,
    _ rows: Int, _ cells: Int, _ a: Pointer, _ b: Pointer, _ r: MutablePointer,
    _ loss: MutablePointer
  ) {
    eqp_logistic_by_cell_f32(
      z, p, softplus, cell, weight, Int64(rows), Int64(cells), a, b, r, loss)
  }

  @inlinable public static func weightedProbability(
    _ p: Pointer, _ weight: Pointer?, _ rows: Int, _ r: MutablePointer,
    _ weighted: MutablePointer
  ) {
    eqp_weighted_probability_f32(p, weight, Int64(rows), r, weighted)
  }

  @inlinable public static func cellSums(
    _ cell: Codes, _ rows: Int, _ x: Pointer, _ cells: Int, _ sums: UnsafeMutablePointer<Double>
  ) {
    eqp_cell_sums_f32(cell, Int64(rows), x, Int64(cells), sums)
  }

  @inlinable public static func curvatureByCell(
    _ p: Pointer, _ cell: Codes, _ weight: Pointer?, _ rows: Int, _ a: Pointer, _ b: Pointer,
    _ h: MutablePointer
  ) {
    eqp_curvature_by_cell_f32(p, cell, weight, Int64(rows), a, b, h)
  }

  @inlinable public static func startScores(
    _ offset: Pointer?, _ rows: Int, _ value: Self, _ z: MutablePointer
  ) {
    eqp_start_scores_f32(offset, Int64(rows), value, z)
  }

  @inlinable public static func sum(_ x: Pointer, _ count: Int) -> Double {
    eqp_sum_f32(x, Int64(count))
  }

  @inlinable public static func mask(
    _ code: Codes, _ wanted: UInt16, _ x: Pointer, _ count: Int, _ out: MutablePointer
  ) {
    eqp_mask_f32(code, wanted, x, Int64(count), out)
  }

  @inlinable public static func multiply(
    _ a: Pointer, _ b: Pointer, _ count: Int, _ out: MutablePointer
  ) {
    eqp_multiply_f32(a, b, Int64(count), out)
  }

  @inlinable public static func signedRoots(
    _ h: Pointer, _ count: Int, _ positive: MutablePointer, _ negative: MutablePointer
  ) -> Bool {
    eqp_signed_roots_f32(h, Int64(count), positive, negative) != 0
  }

  @inlinable public static func columnPowers(
    _ x: Pointer, _ rows: Int, _ columns: Int, _ stride: Int,
    _ squares: UnsafeMutablePointer<Double>, _ fourths: UnsafeMutablePointer<Double>
  ) {
    eqp_column_powers_f32(x, Int64(rows), Int64(columns), Int64(stride), squares, fourths)
  }

  @inlinable public static func widenAdd(
    _ x: Pointer, _ count: Int, _ y: UnsafeMutablePointer<Double>
  ) {
    eqp_widen_add_f32(x, Int64(count), y)
  }

  @inlinable public static func narrow(
    _ x: UnsafePointer<Double>, _ count: Int, _ y: MutablePointer
  ) {
    eqp_narrow_f32(x, Int64(count), y)
  }
}
