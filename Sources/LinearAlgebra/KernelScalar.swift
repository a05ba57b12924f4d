import CKernels
import COpenBLAS

/// The type of the features: `Float` or `Double`.
///
/// Inside a block of rows everything is computed in this type; sums across blocks are `Double`.
public protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable, Codable, Sendable,
  LosslessStringConvertible
{
  associatedtype Routines: DenseRoutines where Routines.Scalar == Self
  associatedtype Kernels: BlockKernels, NetworkKernels, TransformKernels
  where Kernels.Scalar == Self

  /// `"F32"` or `"F64"`, as the safetensors format names the types.
  static var storageName: String { get }
}

extension Float: KernelScalar {
  public typealias Routines = eqp_routines_f32
  public typealias Kernels = eqp_kernels_f32
  public static var storageName: String { "F32" }
}

extension Double: KernelScalar {
  public typealias Routines = eqp_routines_f64
  public typealias Kernels = eqp_kernels_f64
  public static var storageName: String { "F64" }
}

// The headers declare each function once for both types, as a static member of these: that is all
// that meets the protocols, and nothing stands between a caller and the function.
extension eqp_routines_f32: DenseRoutines { public typealias Scalar = Float }
extension eqp_routines_f64: DenseRoutines { public typealias Scalar = Double }
extension eqp_kernels_f32: BlockKernels, NetworkKernels, TransformKernels {
  public typealias Scalar = Float
}
extension eqp_kernels_f64: BlockKernels, NetworkKernels, TransformKernels {
  public typealias Scalar = Double
}

/// Functions over numbers of one type in memory.
public protocol ScalarFunctions {
  associatedtype Scalar
  typealias Pointer = UnsafePointer<Scalar>
  typealias MutablePointer = UnsafeMutablePointer<Scalar>
}
