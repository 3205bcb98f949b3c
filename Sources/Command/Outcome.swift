import ArgumentParser
import Foundation
import Imaging

/// The exit codes of both programs.
public enum Outcome {
    /// Wrong usage (sysexits EX_USAGE); ArgumentParser's own.
    public static let usage: Int32 = 64
    /// Bad input: a file or folder the user named (sysexits EX_DATAERR).
    public static let badInput: Int32 = 65
    /// A fault of ours (sysexits EX_SOFTWARE).
    public static let fault: Int32 = 70
    /// Interrupted by the user.
    public static let interrupted: Int32 = 130
}
