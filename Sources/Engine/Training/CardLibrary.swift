import Foundation
import Runs
import Torch

/// NVIDIA's management library (NVML), which comes with the driver and tells of cards without taking memory on them, and
/// what of the CUDA runtime says which card has which number. Neither is linked: both are asked for by name.
public struct CardLibrary: Sendable {
    private typealias Begin = @convention(c) @Sendable () -> CInt
    private typealias Find =
        @convention(c) @Sendable (UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>) -> CInt
    private typealias Name = @convention(c) @Sendable (OpaquePointer, UnsafeMutablePointer<CChar>, CUnsignedInt) -> CInt
    private typealias Load = @convention(c) @Sendable (OpaquePointer, UnsafeMutablePointer<CUnsignedInt>) -> CInt
    private typealias Memory = @convention(c) @Sendable (OpaquePointer, UnsafeMutablePointer<UInt64>) -> CInt
    private typealias Place = @convention(c) @Sendable (UnsafeMutablePointer<CChar>, CInt, CInt) -> CInt

    private let find: Find
    private let name: Name
    private let load: Load
    private let memory: Memory
    private let place: Place

    /// The driver's; nil without one.
    public static let system = CardLibrary("libnvidia-ml.so.1", runtime: nil)

    /// - Parameter runtime: the CUDA runtime's library; nil for the one that libtorch has loaded.
    init?(_ path: String, runtime: String?) {
        func function<Function>(
            _ library: UnsafeMutableRawPointer?, _ name: String, as: Function.Type
        ) -> Function? {
            dlsym(library, name).map { unsafeBitCast($0, to: Function.self) }
        }
        guard let nvml = dlopen(path, RTLD_NOW | RTLD_LOCAL),
            let begin = function(nvml, "nvmlInit_v2", as: Begin.self), begin() == 0,
            let find = function(nvml, "nvmlDeviceGetHandleByPciBusId_v2", as: Find.self),
            let name = function(nvml, "nvmlDeviceGetName", as: Name.self),
            let load = function(nvml, "nvmlDeviceGetUtilizationRates", as: Load.self),
            let memory = function(nvml, "nvmlDeviceGetMemoryInfo", as: Memory.self),
            let place = function(
                runtime.map { dlopen($0, RTLD_NOW | RTLD_LOCAL) } ?? nil, "cudaDeviceGetPCIBusId", as: Place.self)
        else { return nil }
        (self.find, self.name, self.load, self.memory, self.place) = (find, name, load, memory, place)
    }

    /// The card that is CUDA's device of this number: CUDA counts by speed, and only what is shown to the process. Nil where
    /// the libraries do not tell.
    public func card(_ index: Int) -> GraphicsCard? {
        var bus = [CChar](repeating: 0, count: 32)
        guard let number = CInt(exactly: index), place(&bus, CInt(bus.count), number) == 0 else { return nil }
        var handle: OpaquePointer?
        guard find(bus, &handle) == 0, let handle else { return nil }
        var text = [CChar](repeating: 0, count: 96)
        // The share of time in which the card computed, and in which its memory was used; total, free and used bytes.
        var (rates, bytes) = ([CUnsignedInt](repeating: 0, count: 2), [UInt64](repeating: 0, count: 3))
        guard name(handle, &text, CUnsignedInt(text.count)) == 0, load(handle, &rates) == 0,
            memory(handle, &bytes) == 0,
            let total = Int(exactly: bytes[0]), let used = Int(exactly: bytes[2])
        else { return nil }
        let words = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return GraphicsCard(name: words, load: Int(min(rates[0], 100)), memoryUsed: used, memoryTotal: total)
    }

    /// The card of a device, as the driver tells; nil on the processor.
    static func card(of device: Device) -> GraphicsCard? {
        guard case .cuda(let index) = device else { return nil }
        return system?.card(index)
    }

    /// Of `count` CUDA devices the number of the one with the least work: of those least loaded (to 10 %) the one with the most
    /// memory free, then the first; 0 where one does not tell.
    public func free(of count: Int) -> Int {
        let cards = (0..<count).compactMap(card)
        guard cards.count == count else { return 0 }
        func rank(_ card: GraphicsCard) -> (Int, Int) { (card.load / 10, card.memoryUsed - card.memoryTotal) }
        return cards.indices.min { rank(cards[$0]) < rank(cards[$1]) } ?? 0
    }
}
