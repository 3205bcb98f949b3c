import Foundation

extension String {
    /// The path from the root on, without "." and "..", as what is written down names files.
    package var absolutePath: String { URL(fileURLWithPath: self).standardizedFileURL.path }
}
