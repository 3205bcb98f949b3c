/// What was built, and with which compiler.
public enum Version {
    /// Petri's own version.
    public static let petri = "0.1.0"

    /// The Swift compiler's, as far as the compiler tells.
    public static var swift: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
