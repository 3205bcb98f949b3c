import Terminal

/// Everything a key can ask for.
public enum Action: Hashable, Sendable {
    case quit, back, help, palette, messages, themes, symbols, repaint, suspend
    case up, down, left, right, pageUp, pageDown, halfUp, halfDown, first, last
    case choose, close
    // Browser.
    case open, nextPane, previousPane, zoomPane, mark, clearMarks, nextMark, filter, sort, reverseSort, sheet
    case nextMatch, previousMatch, reload, send
    // Viewer.
    case nextPair, previousPair, layer, sideBySide, blink, cursor, zoomIn, zoomOut, fit, actualSize
    case windowAuto, windowFull, blackDown, blackUp, whiteDown, whiteUp, colorMap, panel
    case nextChannel, previousChannel, nextSlice, previousSlice, nextFrame, previousFrame
    case export
    // Curves.
    // Runs.
    case showRuns, newRun, runCurves, runPictures, pauseRun, resumeRun, stopRun, checkpointRun, restartRun, extendRun
    case renameRun, noteRun, archiveRun, showArchived, deleteRun, likeRun, confirm
    // The launch form.
    case takeDefault, queueRun, probe, startRun, saveProfile, loadProfile
    // Samples.
    case synthesize, startSynthesis, cancelSynthesis
    // Pictures.
    case nextPicture, previousPicture
    // Compare.
    case compare, comparePairs, compareGrids, compareDistributions, compareNearest, compareBlind, swapSets
    case nextPartner, previousPartner, ownPartner, difference, otherSide, takeBack, newTest, acceptedOnly
    // Curation.
    case curate, accept, reject, undecide, noStars, oneStar, twoStars, threeStars, fourStars, fiveStars
    case undo, redo, tag, noteSample, selectRange, selectShown, rejectSuspects
    // An experiment.
    case nextMeasure, previousMeasure, nextBudget
    case smoother, rougher, logarithmic, trim, axis, bestMarks, chooseRuns
}

/// Where keys are looked up.
enum Context: String, CaseIterable {
    case browser, viewer, curves, runs, launch, pictures, synthesis, curate, compare, experiment
    /// Something that is not done before a key says so.
    case question
    /// Menus, the palette and help, whose letters go to their field.
    case menu
}

extension KeyBindings where Action == Workbench.Action {
    /// The one table of keys: it drives dispatch, footer, help, palette and documentation.
    public static let workbench = KeyBindings(
        browser + viewer + runs + curves + launch + pictures + synthesis + curation + compare + experiment + movement
            + menus
            + everywhere)

    private static func keys(_ names: String) -> [Key] {
        names.split(separator: " ").compactMap { Key(named: String($0)) }
    }

    private static func command(
        _ action: Action, _ name: String, _ names: String, _ context: Context? = nil, _ help: String
    ) -> Command<Action> {
        Command(action, name, keys(names), in: context.map { [$0.rawValue] } ?? [], help)
    }

    // The first ones of a context are what a footer has room for.
    private static let browser: [Command<Action>] = [
        command(.open, "open", "enter", .browser, "View the selected image, or go to a data set's images"),
        command(.mark, "mark", "space", .browser, "Mark or unmark the selected image and go on"),
        command(.filter, "filter", "/", .browser, "Show only what has all typed words in its name or split"),
        command(.sort, "sort", "s", .browser, "Choose the column to sort by"),
        command(.sheet, "contact-sheet", "c", .browser, "Show the images as a contact sheet, or as a table"),
        command(
            .send, "send-to", "e", .browser, "List the marked images, or the selected one, or write them elsewhere"),
        command(.nextPane, "next-pane", "tab", .browser, "Go to the next pane"),
        command(.previousPane, "previous-pane", "shift-tab", .browser, "Go to the pane before"),
        command(.zoomPane, "zoom-pane", "z", .browser, "Give the pane the whole screen, or its part of it"),
        command(.reverseSort, "reverse-sort", "S", .browser, "Turn the order around"),
        command(.nextMark, "next-marked", "m", .browser, "Go to the next marked image"),
        command(.clearMarks, "clear-marks", "U", .browser, "Unmark all images"),
        command(.nextMatch, "next-match", "n", .browser, "Go to the next image whose name has the filter's words"),
        command(.previousMatch, "previous-match", "N", .browser, "Go to the one before"),
        command(.showRuns, "runs", "R", .browser, "Show the training runs"),
        command(.newRun, "train", "t", .browser, "Set up a training on the data set"),
        command(.compare, "compare", "v", .browser, "Hold the selected set, as the synthetic one, against a real one"),
        command(.synthesize, "synthesize", "y", .browser, "Set up samples with masks of the data set's cells"),
        command(.reload, "reload", "r", .browser, "Look at the folders anew"),
    ]

    private static let viewer: [Command<Action>] = [
        command(.nextPair, "next-image", "n pagedown", .viewer, "View the next image"),
        command(.previousPair, "previous-image", "p N pageup", .viewer, "View the image before"),
        command(.layer, "mask", "m", .viewer, "Show the mask as outlines, filled, alone, or not"),
        command(.sideBySide, "side-by-side", "s", .viewer, "Show image and mask beside each other"),
        command(.zoomIn, "zoom-in", "+ =", .viewer, "Show less, larger"),
        command(.zoomOut, "zoom-out", "-", .viewer, "Show more, smaller"),
        command(.fit, "fit", "f 0", .viewer, "Show all of the image"),
        command(.cursor, "cursor", "x", .viewer, "Let the arrows move a cursor that tells pixel and object, or pan"),
        command(.colorMap, "colours", "c", .viewer, "Next colours for grey values"),
        command(.windowAuto, "auto-window", "a", .viewer, "Show black and white what few pixels are beyond"),
        command(.windowFull, "full-window", "A", .viewer, "Show black and white the least and the greatest value"),
        command(.blackDown, "black-down", "[", .viewer, "Lower the value shown black"),
        command(.blackUp, "black-up", "]", .viewer, "Raise the value shown black"),
        command(.whiteDown, "white-down", "{", .viewer, "Lower the value shown white"),
        command(.whiteUp, "white-up", "}", .viewer, "Raise the value shown white"),
        command(.blink, "blink", "b", .viewer, "Show the mask every other half second"),
        command(.actualSize, "actual-size", "1", .viewer, "Show a pixel in each dot of a glyph"),
        command(.panel, "facts", "i z", .viewer, "Show or hide facts and histogram"),
        command(.nextSlice, "next-slice", ".", .viewer, "Show the slice above"),
        command(.previousSlice, "previous-slice", ",", .viewer, "Show the slice below"),
        command(.nextFrame, "next-frame", ">", .viewer, "Show the next time point"),
        command(.previousFrame, "previous-frame", "<", .viewer, "Show the time point before"),
        command(.nextChannel, "next-channel", ")", .viewer, "Show the next channel"),
        command(.previousChannel, "previous-channel", "(", .viewer, "Show the channel before, or all"),
        command(.mark, "mark-image", "space", .viewer, "Mark or unmark the image"),
        command(.export, "export", "e", .viewer, "Write the view as PNG or as text with colours"),
    ]

    private static let runs: [Command<Action>] = [
        command(.open, "curves", "enter", .runs, "Show the run's curves"),
        command(.runPictures, "pictures", "v", .runs, "Show the pictures that the run made while training"),
        command(.pauseRun, "pause", "p", .runs, "Pause the run after this step"),
        command(.resumeRun, "resume", "r", .runs, "Let the run go on, from its latest checkpoint if it has ended"),
        command(.stopRun, "stop", "s", .runs, "Stop the run with a checkpoint"),
        command(.newRun, "new-run", "t", .runs, "Set up a training"),
        command(.checkpointRun, "checkpoint", "w", .runs, "Write a checkpoint now"),
        command(.extendRun, "extend", "e", .runs, "Continue the run for longer than it was to last"),
        command(.restartRun, "restart", "b", .runs, "Begin a new run at a checkpoint of this one"),
        command(.likeRun, "run-like-this", "c", .runs, "Set up a training with the settings of this one"),
        command(.synthesize, "run-samples", "y", .runs, "Set up samples made by the run's generator"),
        command(.renameRun, "rename", "m", .runs, "Give the run another name"),
        command(.noteRun, "note", "n", .runs, "Note something of the run"),
        command(.archiveRun, "archive", "a", .runs, "Put the run away, or take it back"),
        command(.showArchived, "show-archived", "A", .runs, "List runs that were put away, too, or do not"),
        command(.deleteRun, "delete", "D", .runs, "Delete the run; asks first, for another key"),
        command(.nextPane, "other-pane", "tab shift-tab", .runs, "Go to the other pane"),
        command(.confirm, "yes", "y", .question, "Do what was asked"),
        command(.close, "no", "n esc q ctrl-c", .question, "Do not"),
    ]

    private static let launch: [Command<Action>] = [
        command(.open, "edit", "enter", .launch, "Type a value, or go to the next choice"),
        command(.startRun, "start", "s", .launch, "Start the training, in a session of its own"),
        command(.probe, "estimate", "p", .launch, "Train a few steps to tell memory and time"),
        command(.takeDefault, "default", "d backspace delete", .launch, "Take the line back to the preset's value"),
        command(.queueRun, "queue", "u", .launch, "Wait until the device has no other run, or start at once"),
        command(.saveProfile, "save-profile", "w", .launch, "Keep these settings under a name"),
        command(.loadProfile, "load-profile", "o", .launch, "Take settings that were kept"),
    ]

    private static let synthesis: [Command<Action>] = [
        command(.open, "edit-value", "enter", .synthesis, "Type a value, or go to the next choice"),
        command(.startSynthesis, "make", "s", .synthesis, "Make the samples, or go on with what was interrupted"),
        command(.cancelSynthesis, "cancel", "x", .synthesis, "Leave the making; what is there stays"),
        command(.curate, "look-through", "o", .synthesis, "Look through the samples that are there, and choose"),
        command(.takeDefault, "usual-value", "d backspace delete", .synthesis, "Take the line back to its default"),
    ]

    private static let pictures: [Command<Action>] = [
        command(.previousPicture, "earlier-picture", "p", .pictures, "Show the pictures made before these"),
        command(.nextPicture, "later-picture", "n", .pictures, "Show the pictures made after these"),
        command(.zoomPane, "one-crop", "z enter", .pictures, "Show one crop, larger, or all"),
        command(.runCurves, "its-curves", "c", .pictures, "Show the run's curves"),
    ]

    private static let compare: [Command<Action>] = [
        command(.nextPane, "next-view", "tab", .compare, "Go to the next view of the two sets"),
        command(.nextPair, "next-synthetic", "n pagedown", .compare, "Go to the next synthetic image, or a page on"),
        command(.previousPair, "previous-synthetic", "p N pageup", .compare, "Go to the one before, or a page back"),
        command(.layer, "compare-masks", "m", .compare, "Show the masks as outlines, filled, or not"),
        command(.blink, "blink-sets", "b", .compare, "Show real and synthetic in turn, every half second"),
        command(.difference, "difference", "d", .compare, "Show what differs, pixel by pixel"),
        command(.nextPartner, "next-real", "]", .compare, "Show the next real image beside the synthetic one"),
        command(.previousPartner, "previous-real", "[", .compare, "Show the real image before"),
        command(.ownPartner, "its-real", "r", .compare, "Show the real image that belongs to the synthetic one"),
        command(.open, "look", "enter", .compare, "Look at the image, or the quantity, by itself"),
        command(
            .otherSide, "other", "o", .compare, "Go to the other grid; order neighbours by pixels or by measures"),
        command(.sideBySide, "beside", "s", .compare, "Show real and synthetic beside each other"),
        command(.zoomIn, "both-larger", "+ =", .compare, "Show less of both, larger"),
        command(.zoomOut, "both-smaller", "-", .compare, "Show more of both, smaller"),
        command(.fit, "both-whole", "f 0", .compare, "Show all of both"),
        command(.colorMap, "both-colours", "c", .compare, "Next colours for grey values"),
        command(.zoomPane, "zoom-quantity", "z", .compare, "Show one quantity larger, with a table of all"),
        command(.takeBack, "take-back", "u", .compare, "Take the last answer of the blind test back"),
        command(.newTest, "new-test", "t", .compare, "Begin another blind test"),
        command(
            .swapSets, "swap-sets", "X", .compare, "Take the real set for the synthetic one, and the other way round"),
        command(.acceptedOnly, "accepted-only", "a", .compare, "Compare accepted samples only, or all of them"),
        command(.previousPane, "previous-view", "shift-tab", .compare, "Go to the view before"),
        command(.comparePairs, "pairs", "1", .compare, "View pairs, side by side"),
        command(.compareGrids, "grids", "2", .compare, "View both sets as grids"),
        command(.compareDistributions, "distributions", "3", .compare, "View how measures are distributed"),
        command(.compareNearest, "nearest", "4", .compare, "View the real images nearest to a synthetic one"),
        command(.compareBlind, "blind-test", "5", .compare, "Guess which image is real; left and right answer"),
    ]

    private static let curation: [Command<Action>] = [
        command(.accept, "accept", "a", .curate, "Accept the sample and go on, or the selected ones after asking"),
        command(.reject, "reject", "x", .curate, "Reject the sample and go on, or the selected ones after asking"),
        command(.undo, "undo", "u", .curate, "Take back what was done last, also before Petri was started"),
        command(.open, "one-or-grid", "enter", .curate, "Show one sample, larger, or all"),
        command(
            .filter, "filter-samples", "/", .curate, "Show samples by words, tag:, decision:, is:suspect, alignment<0.5"
        ),
        command(.mark, "select", "space", .curate, "Select the sample or not, and go on; ends a range"),
        command(.selectRange, "range", "v", .curate, "Begin a range of samples to select, or end it"),
        command(.tag, "tag", "t", .curate, "Tag the sample or the selected ones; -word takes a tag off"),
        command(.noteSample, "note-sample", "e", .curate, "Note something of the sample or the selected ones"),
        command(.sort, "sort-samples", "s", .curate, "Choose the score, or what else, to sort by"),
        command(.layer, "masks", "m", .curate, "Show the masks or not; of one sample, as outlines, filled or alone"),
        command(.send, "write-accepted", "w", .curate, "Write the accepted samples as a data set, in a layout"),
        command(.compare, "hold-against-real", "d", .curate, "Hold the set against real images"),
        command(.redo, "redo", "ctrl-r", .curate, "Do again what was undone"),
        command(.undecide, "undecide", "r", .curate, "Reset the sample, or the selected ones, to undecided"),
        command(.rejectSuspects, "reject-suspects", "X", .curate, "Reject, after asking, what scores speak against"),
        command(.selectShown, "select-shown", "V", .curate, "Select all samples shown, or none of them"),
        command(.clearMarks, "select-none", "U", .curate, "Select nothing"),
        command(.oneStar, "1-star", "1", .curate, "Give 1 star"),
        command(.twoStars, "2-stars", "2", .curate, "Give 2 stars"),
        command(.threeStars, "3-stars", "3", .curate, "Give 3 stars"),
        command(.fourStars, "4-stars", "4", .curate, "Give 4 stars"),
        command(.fiveStars, "5-stars", "5", .curate, "Give 5 stars"),
        command(.noStars, "no-stars", "0", .curate, "Take the stars off"),
        command(.reverseSort, "turn-order", "S", .curate, "Turn the order around"),
        command(.nextMatch, "next-sample", "n", .curate, "Go to the next sample shown"),
        command(.previousMatch, "previous-sample", "N p", .curate, "Go to the sample before"),
        command(.panel, "scores", "i z", .curate, "Show or hide scores and provenance"),
        command(.nextPane, "scores-pane", "tab shift-tab", .curate, "Go to the facts, or back to the samples"),
        command(.sideBySide, "image-and-mask", "b", .curate, "Show one sample's image and mask beside each other"),
        command(.zoomIn, "look-closer", "+ =", .curate, "Show less of one sample, larger; arrows pan"),
        command(.zoomOut, "look-wider", "-", .curate, "Show more of one sample, smaller"),
        command(.fit, "whole-sample", "f", .curate, "Show all of one sample"),
        command(.colorMap, "sample-colours", "c", .curate, "Next colours for grey values of one sample"),
    ]

    private static let experiment: [Command<Action>] = [
        command(.open, "cell-curves", "enter", .experiment, "Show the curves of the training under the cursor"),
        command(.nextPane, "next-data-set", "tab", .experiment, "Show the next data set"),
        command(.nextMeasure, "next-measure", "m", .experiment, "Show the next measure"),
        command(.nextBudget, "budget", "b", .experiment, "Show trainings of equal steps, or of equal time"),
        command(.zoomPane, "curves-alone", "z", .experiment, "Give the curves the whole screen, or their part of it"),
        command(.runPictures, "cell-pictures", "v", .experiment, "Show the pictures of the training under the cursor"),
        command(.previousPane, "previous-data-set", "shift-tab", .experiment, "Show the data set before"),
        command(.previousMeasure, "previous-measure", "M", .experiment, "Show the measure before"),
    ]

    private static let curves: [Command<Action>] = [
        command(.zoomPane, "zoom-curve", "z enter", .curves, "Give the curve the whole screen, or its part of it"),
        command(.zoomIn, "closer", "+ =", .curves, "Show fewer steps, up to the end or about the crosshair"),
        command(.zoomOut, "farther", "-", .curves, "Show more steps"),
        command(.fit, "all-steps", "f 0", .curves, "Show all steps"),
        command(.cursor, "crosshair", "x", .curves, "Let left and right move a crosshair that tells values, or pan"),
        command(.smoother, "smoother", "s", .curves, "Smooth curves more, the raw ones faint behind"),
        command(.rougher, "rougher", "S", .curves, "Smooth curves less"),
        command(.logarithmic, "log-axis", "y", .curves, "Draw values by their logarithms, or as they are"),
        command(.chooseRuns, "overlay-runs", "r", .curves, "Draw other runs over this one"),
        command(.axis, "x-axis", "t", .curves, "Count steps, epochs or time along the x axis"),
        command(.nextPane, "next-curve", "tab", .curves, "Go to the next curve"),
        command(.previousPane, "previous-curve", "shift-tab", .curves, "Go to the curve before"),
        command(.trim, "trim", "o", .curves, "Let outliers leave the pane, or make room for them"),
        command(.bestMarks, "best-marks", "b", .curves, "Mark the best value so far, or do not"),
        command(.runPictures, "its-pictures", "v", .curves, "Show the pictures that the run made while training"),
        command(.export, "export-curves", "e", .curves, "Write values as CSV or panes as PNG"),
    ]

    private static let movement: [Command<Action>] = [
        command(.up, "up", "k up", nil, "Go up, or pan"),
        command(.down, "down", "j down", nil, "Go down, or pan"),
        command(.left, "left", "h left", nil, "Go left, or pan"),
        command(.right, "right", "l right", nil, "Go right, or pan"),
        command(.pageUp, "page-up", "pageup ctrl-b", nil, "Go up a page"),
        command(.pageDown, "page-down", "pagedown ctrl-f", nil, "Go down a page"),
        command(.halfUp, "half-page-up", "ctrl-u", nil, "Go up half a page"),
        command(.halfDown, "half-page-down", "ctrl-d", nil, "Go down half a page"),
        command(.first, "first", "g home", nil, "Go to the first"),
        command(.last, "last", "G end", nil, "Go to the last"),
    ]

    private static let menus: [Command<Action>] = [
        command(.choose, "choose", "enter", .menu, "Do what is selected"),
        command(.close, "close", "esc ctrl-c", .menu, "Leave without doing anything"),
        command(.up, "menu-up", "up ctrl-p", .menu, "Go up in a menu"),
        command(.down, "menu-down", "down ctrl-n tab", .menu, "Go down in a menu"),
    ]

    private static let everywhere: [Command<Action>] = [
        command(.palette, "commands", ":", nil, "Find a command by parts of its name and do it"),
        command(.help, "help", "? f1", nil, "Show all keys"),
        command(.back, "back", "q", nil, "Go back; from the browser, leave Petri"),
        command(.close, "escape", "esc", nil, "Take back the filter, or go back"),
        command(.messages, "messages", "!", nil, "Show what was said"),
        command(.curate, "curate", "C", nil, "Accept and reject the samples of a set"),
        command(.themes, "theme", "f2", nil, "Choose a theme, seen at once and kept"),
        command(.symbols, "glyphs", "f3", nil, "Draw images with the next kind of glyphs"),
        command(.repaint, "repaint", "ctrl-l", nil, "Draw the screen anew"),
        command(.suspend, "suspend", "ctrl-z", nil, "Stop Petri; `fg` brings it back"),
        command(.quit, "quit", "ctrl-q ctrl-c", nil, "Leave Petri"),
    ]
}
