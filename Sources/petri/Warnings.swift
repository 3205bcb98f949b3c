import Imaging

/// Warnings as lines for people, no more than 20, what a terminal would obey made harmless.
func warningLines(_ warnings: [String]) -> [String] {
    let more = warnings.count > 20 ? ["... and \(warnings.count - 20) more"] : []
    return (warnings.prefix(20) + more).map { "warning: " + $0.printable }
}
