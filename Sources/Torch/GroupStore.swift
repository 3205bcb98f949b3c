import CTorch
import Foundation

/// A table of keys and values that processes on several machines share (c10d's TCPStore). Any thread may use it, one call
/// at a time.
public final class GroupStore: @unchecked Sendable {
    // c10d's client lets one call after the other through.
    let handle: ct_store

    /// Connects to the table at `host`:`port`.
    /// - Parameters:
    ///   - serves: this process opens the table there; it is gone with it.
    ///   - seconds: how long to wait for whoever opens it.
    public init(host: String, port: UInt16, serves: Bool, seconds: Double) throws {
        var opened: ct_store?
        try TorchError.check(ct_store_open(host, port, serves, seconds, &opened))
        guard let opened else { throw TorchError.failed("no store was opened") }
        handle = opened
    }

    deinit { ct_store_release(handle) }

    /// Sets a key's text.
    public func set(_ key: String, _ text: String) throws { try TorchError.check(ct_store_set(handle, key, text)) }

    /// A key's text; nil where there is none yet.
    public func text(_ key: String) throws -> String? {
        var found: UnsafeMutablePointer<CChar>?
        try TorchError.check(ct_store_get(handle, key, &found))
        defer { free(found) }
        return found.map { String(cString: $0) }
    }

    /// Adds to a key's number, which begins at 0, and returns what it then is.
    @discardableResult
    public func add(_ key: String, _ amount: Int) throws -> Int {
        var value: Int64 = 0
        try TorchError.check(ct_store_add(handle, key, Int64(amount), &value))
        return Int(value)
    }
}
