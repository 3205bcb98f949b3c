import Dispatch
import Synchronization

/// Applies `body` to every item on all processors and returns the results in the items' order.
///
/// `progress` is told how many are done, one call at a time. If any fail, the first error in the items' order is thrown,
/// so that the same input always gives the same message.
public func concurrentMap<Item: Sendable, Value: Sendable>(
    _ items: [Item], progress: (@Sendable (Int) -> Void)? = nil, _ body: @Sendable (Item) throws -> Value
) throws -> [Value] {
    let results = Mutex<(values: [Result<Value, any Error>?], done: Int)>(
        (Array(repeating: nil, count: items.count), 0))
    DispatchQueue.concurrentPerform(iterations: items.count) { index in
        let result = Result { try body(items[index]) }
        results.withLock { results in
            results.values[index] = result
            results.done += 1
            progress?(results.done)
        }
    }
    return try results.withLock { try $0.values.compactMap { try $0?.get() } }
}
