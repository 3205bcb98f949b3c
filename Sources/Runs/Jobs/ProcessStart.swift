import Foundation

/// Starting a program. Foundation's Process hangs in places and knows no sessions.
public struct ProcessStart: Sendable {
    /// What the program reads and writes; nil: what this program does.
    public var input: Int32?
    public var output: Int32?
    public var errors: Int32?
    /// Whether it gets a session of its own: what the terminal's end or Ctrl-C does to this program is then nothing to it,
    /// and no descriptor of this program but the three above stays open in it.
    public var isDetached = false
    /// Variables beside those of this program.
    public var environment: [String: String] = [:]

    public init() {}

    /// Why a program could not be started, in the system's words.
    public struct Failure: Error, CustomStringConvertible {
        let code: Int32

        public init(code: Int32) { self.code = code }

        public var description: String { String(cString: strerror(code)) }
    }

    /// Starts the program, with no signal blocked or ignored, whatever the calling thread does.
    /// - Returns: its number; the caller waits for its end.
    public func callAsFunction(_ program: String, _ arguments: [String]) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (given, place) in [(input, STDIN_FILENO), (output, STDOUT_FILENO), (errors, STDERR_FILENO)] {
            if let given, given != place { posix_spawn_file_actions_adddup2(&actions, given, place) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var flags = POSIX_SPAWN_SETSIGMASK
        if isDetached {
            _ = Self.addCloseFrom?(&actions, STDERR_FILENO + 1)
            // A mounted disk that this program was started on must not be kept from being unmounted.
            _ = Self.addFolder?(&actions, "/")
            var all = sigset_t()
            sigfillset(&all)
            posix_spawnattr_setsigdefault(&attributes, &all)
            flags |= POSIX_SPAWN_SETSIGDEF | Self.setSession
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var variables: [UnsafeMutablePointer<CChar>?] = all.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, program, &actions, &attributes, &words, &variables)
        if failure != 0 { throw Failure(code: failure) }
        return pid
    }

    // What the C library has, but its headers hide from Swift.

    /// POSIX_SPAWN_SETSID.
    private static let setSession: Int32 = 0x80

    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    private static let addCloseFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast($0, to: (@convention(c) (Actions, CInt) -> CInt).self)
    }
    private static let addFolder = dlsym(nil, "posix_spawn_file_actions_addchdir_np").map {
        unsafeBitCast($0, to: (@convention(c) (Actions, UnsafePointer<CChar>) -> CInt).self)
    }
}
