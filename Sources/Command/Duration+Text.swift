extension Duration {
    /// The duration as people say it, two units at most: "0.4 s", "12 s", "2 min 03 s", "1 h 05 min", "3 d 04 h".
    public var brief: String {
        let seconds = seconds
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        // 9.95 and more would print as 10.0.
        if seconds < 9.95 { return "\((seconds * 10).rounded() / 10) s" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(twoDigits(whole % 60)) s"
        case ..<86400: return "\(whole / 3600) h \(twoDigits(whole / 60 % 60)) min"
        default: return "\(whole / 86400) d \(twoDigits(whole / 3600 % 24)) h"
        }
    }

    private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
