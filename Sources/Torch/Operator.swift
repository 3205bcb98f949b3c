import CTorch

/// One ATen operator, found once by its schema name and then called through its boxed kernel.
struct Operator: @unchecked Sendable {
    // The handle is a constant of the process; libtorch's dispatcher may be called from any thread.
    private let handle: Result<ct_operator, TorchError>

    init(_ name: String, _ overload: String = "") {
        var found: ct_operator?
        let status = ct_operator_find("aten::" + name, overload, &found)
        if status == CT_OK, let found {
            handle = .success(found)
        } else {
            handle = .failure(.failed(String(cString: ct_error_message())))
        }
    }

    /// Calls the operator with positional arguments (the rest take the schema's defaults) for its tensors.
    func tensors(_ arguments: [Argument], capacity: Int = 3) throws -> [Tensor] {
        let handle = try handle.get()
        var arenas = ArgumentArenas()
        let packed = arguments.map { arenas.pack($0) }
        var count: Int32 = 0
        let results = try [ct_tensor?](unsafeUninitializedCapacity: capacity) { buffer, initialized in
            let status = arenas.withPointers {
                ct_operator_call(
                    handle, packed, Int32(packed.count), $0, buffer.baseAddress, Int32(capacity), &count)
            }
            // The tensors that the arguments borrow must outlive the call.
            withExtendedLifetime(arguments) {}
            try TorchError.check(status)
            initialized = Int(count)
        }
        return results.compactMap { $0.map(Tensor.init(owning:)) }
    }

    /// The same for an operator with one result.
    func callAsFunction(_ arguments: Argument...) throws -> Tensor {
        guard let result = try tensors(arguments).first else { throw TorchError.failed("an operator gave no tensor") }
        return result
    }

    /// The same for an operator that works in place or gives nothing.
    func run(_ arguments: Argument..., capacity: Int = 3) throws {
        _ = try tensors(arguments, capacity: capacity)
    }
}

/// One argument of an operator.
enum Argument {
    case standard
    case none
    case tensor(Tensor)
    case int(Int)
    case real(Double)
    case bool(Bool)
    case ints([Int])
    case reals([Double])
    case tensors([Tensor])
    case text(String)
    case type(DataType)
    case device(Device)

    static func optional(_ tensor: Tensor?) -> Argument { tensor.map(Argument.tensor) ?? .none }
}

/// Flat storage for the values of one call, so that a call needs a fixed number of pointers.
private struct ArgumentArenas {
    private var integers: [Int64] = []
    private var reals: [Double] = []
    private var handles: [ct_tensor?] = []
    private var text: [CChar] = []

    mutating func pack(_ argument: Argument) -> ct_argument {
        switch argument {
        case .standard: return ct_argument(kind: Int32(CT_DEFAULT.rawValue), first: 0, count: 0)
        case .none: return ct_argument(kind: Int32(CT_NONE.rawValue), first: 0, count: 0)
        case .tensor(let tensor): return append(tensor.handle, to: \.handles, as: CT_TENSOR)
        case .int(let value): return append(Int64(value), to: \.integers, as: CT_INT)
        case .real(let value): return append(value, to: \.reals, as: CT_REAL)
        case .bool(let value): return append(value ? 1 : 0, to: \.integers, as: CT_BOOL)
        case .type(let type): return append(Int64(type.rawValue), to: \.integers, as: CT_INT)
        case .ints(let values): return append(values.map(Int64.init), to: \.integers, as: CT_INTS)
        case .reals(let values): return append(values, to: \.reals, as: CT_REALS)
        case .tensors(let values): return append(values.map(\.handle), to: \.handles, as: CT_TENSORS)
        case .text(let value): return append(value.utf8CString, to: \.text, as: CT_TEXT)
        case .device(let device): return append(device.description.utf8CString, to: \.text, as: CT_DEVICE)
        }
    }

    private mutating func append<Value>(
        _ value: Value, to arena: WritableKeyPath<Self, [Value]>, as kind: ct_kind
    ) -> ct_argument {
        append(CollectionOfOne(value), to: arena, as: kind)
    }

    private mutating func append<Values: Collection>(
        _ values: Values, to arena: WritableKeyPath<Self, [Values.Element]>, as kind: ct_kind
    ) -> ct_argument {
        let first = self[keyPath: arena].count
        self[keyPath: arena].append(contentsOf: values)
        return ct_argument(kind: Int32(kind.rawValue), first: Int32(first), count: Int32(values.count))
    }

    func withPointers<Result>(_ body: (ct_arenas) -> Result) -> Result {
        integers.withUnsafeBufferPointer { integers in
            reals.withUnsafeBufferPointer { reals in
                handles.withUnsafeBufferPointer { handles in
                    text.withUnsafeBufferPointer { text in
                        body(
                            ct_arenas(
                                integers: integers.baseAddress, reals: reals.baseAddress,
                                handles: handles.baseAddress, text: text.baseAddress))
                    }
                }
            }
        }
    }
}
