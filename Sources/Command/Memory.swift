import Foundation

/// Makes the C library keep freed memory for the next image or tensor. By default it gives large pieces back to the
/// system, which must then zero new pages every time: half of the time that reading and scoring label images takes.
/// - Parameter ofAnySize: also pieces of more than 32 MB, as training's are.
public func keepFreedMemory(ofAnySize: Bool = false) {
    #if canImport(Glibc)
        // <malloc.h> is not among the headers that Swift imports: mallopt by name, its options by their numbers there.
        typealias Option = @convention(c) (CInt, CInt) -> CInt
        guard let symbol = dlsym(nil, "mallopt") else { return }
        let setOption = unsafeBitCast(symbol, to: Option.self)
        let (trimThreshold, mapThreshold, mapMaximum): (CInt, CInt, CInt) = (-1, -3, -4)
        // The largest threshold that the library accepts; beyond it pieces still go back at once...
        _ = setOption(mapThreshold, 32 << 20)
        // -1: the top of the heap is never given back, however much of it is free (a step may free gigabytes at once).
        _ = setOption(trimThreshold, -1)
        // ...unless none may be mapped on its own.
        if ofAnySize { _ = setOption(mapMaximum, 0) }
    #endif
}
