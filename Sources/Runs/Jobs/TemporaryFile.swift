import Foundation
import Imaging

/// A file without a name, which goes when it is closed.
package final class TemporaryFile {
    private let file: UnsafeMutablePointer<FILE>
    package var number: Int32 { fileno(file) }

    package init() throws {
        guard let file = tmpfile() else { throw InputError("a temporary file", "cannot be made: \(systemError())") }
        self.file = file
    }

    deinit { fclose(file) }

    /// Its first megabyte.
    package func data() -> Data {
        rewind(file)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Data(bytes.prefix(count))
    }
}
