/// Reads the part of Python's pickle format that `torch.save` uses, or once used, for weights, and nothing more: no code
/// is named that is not known here, so none can run. Source: Python's pickletools, protocol 2.
struct Unpickler {
    /// What is wrong, as the rest of a sentence.
    struct Fault: Error {
        var problem: String
        var advice: String?
    }

    /// A value of the pickle. Containers are places in `containers`: a pickle may nest them a million deep or put one into
    /// itself, which neither recursion nor reference counts would bear.
    enum Value {
        case none
        case bool(Bool)
        case integer(Int)
        case float(Double)
        case string(String)
        case tuple(Int)
        case list(Int)
        /// Keys and values by turns.
        case dictionary(Int)
        case function(Function)
        case storageType(DataType)
        /// A place in `storages`.
        case storage(Int)
        /// A place in `tensors`.
        case tensor(Int)
    }

    /// The callables that weights need.
    enum Function: String {
        case orderedDictionary = "collections.OrderedDict"
        case rebuildTensor = "torch._utils._rebuild_tensor_v2"
        /// As PyTorch 0.1 wrote it, without what gradients need.
        case rebuildOldTensor = "torch._utils._rebuild_tensor"
        case rebuildParameter = "torch._utils._rebuild_parameter"
        /// As PyTorch before 0.4 wrote it: the class itself.
        case parameter = "torch.nn.parameter.Parameter"
    }

    /// A storage: the data that the file keeps under `key`.
    struct Storage {
        var type: DataType
        var key: String
        /// Elements of the data.
        var count: Int
        /// Those that tensors see; before PyTorch 0.4 a storage could be a part of another.
        var seen: Range<Int>
    }

    /// A view of a storage, unchecked.
    struct Tensor {
        var storage: Int
        var offset: Int
        var shape: [Int]
        var strides: [Int]
    }

    private(set) var containers: [[Value]] = []
    private(set) var storages: [Storage] = []
    /// Nil for a parameter that was made but not given its tensor.
    private(set) var tensors: [Tensor?] = []
    private var reader: LittleEndianReader
    private var stack: [Value] = []
    private var marks: [Int] = []
    private var memo: [UInt64: Value] = [:]

    private static let maximumStack = 1 << 20
    private static let maximumContainers = 1 << 21

    /// - Parameter start: where in `bytes` the first pickle begins.
    init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) {
        reader = LittleEndianReader(bytes)
        _ = reader.skip(start)
    }

    /// Where in the bytes the next pickle would begin.
    var position: Int { reader.position }

    /// Reads a pickle to its end, where another may begin. What it refers to stays in `containers`, `storages` and
    /// `tensors`.
    mutating func load() throws(Fault) -> Value {
        (stack, marks, memo) = ([], [], [:])
        while true {
            let opcode = UInt8(try integer(1))
            if opcode == UInt8(ascii: ".") { return try pop() }
            try execute(opcode)
            guard stack.count <= Self.maximumStack, marks.count <= Self.maximumStack,
                containers.count <= Self.maximumContainers
            else { throw Fault(problem: "holds too many objects") }
        }
    }

    private mutating func execute(_ opcode: UInt8) throws(Fault) {
        switch Unicode.Scalar(opcode) {
        case "\u{80}":
            let version = try integer(1)
            guard version <= 5 else { throw Fault(problem: "is pickled in the unknown protocol \(version)") }
        case "N": stack.append(.none)
        case "\u{88}": stack.append(.bool(true))
        case "\u{89}": stack.append(.bool(false))
        case "K": stack.append(.integer(Int(try integer(1))))
        case "M": stack.append(.integer(Int(try integer(2))))
        case "J": stack.append(.integer(Int(Int32(truncatingIfNeeded: try integer(4)))))
        case "\u{8a}": stack.append(.integer(try long()))
        case "G": stack.append(.float(Double(bitPattern: try integer(8).byteSwapped)))
        case "X": stack.append(.string(try text(Int(try integer(4)))))
        case ")": stack.append(.tuple(try add([])))
        case "]": stack.append(.list(try add([])))
        case "}": stack.append(.dictionary(try add([])))
        case "(": marks.append(stack.count)
        case "t": stack.append(.tuple(try add(try popToMark())))
        case "\u{85}": try tuple(1)
        case "\u{86}": try tuple(2)
        case "\u{87}": try tuple(3)
        case "a": try append([try pop()])
        case "e": try append(try popToMark())
        case "s": try set(try popLast(2))
        case "u": try set(try popToMark())
        case "q": memo[try integer(1)] = try top()
        case "r": memo[try integer(4)] = try top()
        case "h": try recall(try integer(1))
        case "j": try recall(try integer(4))
        case "0": _ = try pop()
        case "c": try global()
        case "Q": try persistentStorage()
        case "R", "\u{81}": try call()
        case "b": try build()
        default:
            throw Fault(
                problem: "holds more than weights (pickle opcode \(opcode) at byte \(reader.position - 1))",
                advice: "save model.state_dict() alone with torch.save")
        }
    }

    // MARK: Stack

    private mutating func pop() throws(Fault) -> Value {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw damaged }
        return value
    }

    private func top() throws(Fault) -> Value {
        guard let value = stack.last else { throw damaged }
        return value
    }

    private mutating func popLast(_ count: Int) throws(Fault) -> [Value] {
        guard stack.count - (marks.last ?? 0) >= count else { throw damaged }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(Fault) -> [Value] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw damaged }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func recall(_ key: UInt64) throws(Fault) {
        guard let value = memo[key] else { throw damaged }
        stack.append(value)
    }

    // MARK: Containers

    private mutating func add(_ values: [Value]) throws(Fault) -> Int {
        containers.append(values)
        return containers.count - 1
    }

    private mutating func tuple(_ count: Int) throws(Fault) {
        let values = try popLast(count)
        stack.append(.tuple(try add(values)))
    }

    private mutating func append(_ values: [Value]) throws(Fault) {
        guard case .list(let list) = try top() else { throw damaged }
        containers[list].append(contentsOf: values)
    }

    private mutating func set(_ pairs: [Value]) throws(Fault) {
        guard pairs.count.isMultiple(of: 2), case .dictionary(let dictionary) = try top() else { throw damaged }
        containers[dictionary].append(contentsOf: pairs)
    }

    // MARK: Callables

    private mutating func global() throws(Fault) {
        guard let module = reader.bytes(upTo: 0x0A), let name = reader.bytes(upTo: 0x0A) else { throw damaged }
        let path = String(decoding: module, as: UTF8.self) + "." + String(decoding: name, as: UTF8.self)
        if let function = Function(rawValue: path) {
            stack.append(.function(function))
        } else if let type = Self.storageTypes[path] {
            stack.append(.storageType(type))
        } else {
            throw Fault(
                problem: "names \(String(path.prefix(80))), which weights do not need; it was not run",
                advice: "save model.state_dict() alone with torch.save, or do not trust this file")
        }
    }

    private static let storageTypes: [String: DataType] = [
        "torch.DoubleStorage": .float64, "torch.FloatStorage": .float32, "torch.HalfStorage": .float16,
        "torch.BFloat16Storage": .bfloat16, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
        "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8,
        "torch.BoolStorage": .bool, "torch.storage.UntypedStorage": .uint8,
    ]

    /// The persistent id ('storage', type, key, location, count), in files from before PyTorch 1.6 with a sixth element:
    /// none, or (key, offset, count) of the part that is seen.
    private mutating func persistentStorage() throws(Fault) {
        guard case .tuple(let place) = try pop(), case let id = containers[place], 5...6 ~= id.count,
            case .string("storage") = id[0], case .storageType(let type) = id[1], case .string(let key) = id[2],
            case .integer(let count) = id[4], count >= 0
        else { throw damaged }
        var seen = 0..<count
        switch id.count == 6 ? id[5] : .none {
        case .none: break
        case .tuple(let view):
            guard containers[view].count == 3, case .integer(let offset) = containers[view][1],
                case .integer(let length) = containers[view][2], 0...count ~= offset, 0...(count - offset) ~= length
            else { throw damaged }
            seen = offset..<offset + length
        default: throw damaged
        }
        storages.append(Storage(type: type, key: key, count: count, seen: seen))
        stack.append(.storage(storages.count - 1))
    }

    private mutating func call() throws(Fault) {
        guard case .tuple(let place) = try pop(), case .function(let function) = try pop() else { throw damaged }
        let arguments = containers[place]
        switch function {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw damaged }
            stack.append(.dictionary(try add([])))
        case .parameter where arguments.isEmpty:
            tensors.append(nil)
            stack.append(.tensor(tensors.count - 1))
        case .rebuildParameter, .parameter:
            guard case .tensor? = arguments.first else { throw damaged }
            stack.append(arguments[0])
        case .rebuildTensor, .rebuildOldTensor:
            guard arguments.count >= 4, case .storage(let storage) = arguments[0],
                case .integer(let offset) = arguments[1]
            else { throw damaged }
            let shape = try integers(arguments[2])
            tensors.append(
                Tensor(storage: storage, offset: offset, shape: shape, strides: try integers(arguments[3])))
            stack.append(.tensor(tensors.count - 1))
        }
    }

    /// Sets attributes: of a dictionary (`_metadata` of a state dict), where they tell nothing about weights, or of an old
    /// parameter: its tensor and four about gradients, or three about gradients.
    private mutating func build() throws(Fault) {
        let state = try pop()
        switch (try top(), state) {
        case (.dictionary, _): break
        case (.tensor(let index), .tuple(let place)):
            switch (containers[place].count, containers[place].first) {
            case (5, .tensor(let source)?): tensors[index] = tensors[source]
            case (3, _): break
            default: throw damaged
            }
        default: throw damaged
        }
    }

    // MARK: Atoms

    private func integers(_ value: Value) throws(Fault) -> [Int] {
        guard case .tuple(let place) = value, containers[place].count <= StoredTensor.maximumRank else { throw damaged }
        var integers: [Int] = []
        for element in containers[place] {
            guard case .integer(let integer) = element else { throw damaged }
            integers.append(integer)
        }
        return integers
    }

    private mutating func integer(_ size: Int) throws(Fault) -> UInt64 {
        guard let value = reader.integer(size) else { throw damaged }
        return value
    }

    /// A number of up to 8 bytes, two's complement, as Python's long.
    private mutating func long() throws(Fault) -> Int {
        let size = Int(try integer(1))
        guard size <= 8 else { throw Fault(problem: "holds a number beyond 64 bits") }
        if size == 0 { return 0 }
        let shift = 64 - 8 * size
        return Int(bitPattern: UInt(try integer(size)) << shift) >> shift
    }

    private mutating func text(_ count: Int) throws(Fault) -> String {
        guard let bytes = reader.bytes(count), let text = String(validating: bytes, as: UTF8.self) else {
            throw damaged
        }
        return text
    }

    /// That the pickle makes no sense where it was read last.
    var damaged: Fault {
        Fault(problem: "is damaged: its pickle breaks off or errs at byte \(reader.position)")
    }
}
