import Canvas
import Foundation
import Imaging
import Terminal

extension Viewer {
    /// Looks at another image; how it is looked at stays, as far as it fits.
    mutating func show(_ item: Item) {
        guard request?.item != item else { return }
        request = ImageRequest(item: item)
        problem = nil
    }
}

extension State {
    mutating func take(_ result: Result<Loaded, InputError>, of request: ImageRequest) {
        guard request == viewer.request else { return }
        switch result {
        case .success(let loaded):
            viewer.problem = nil
            let size = Viewer.Pixel(x: loaded.image.width, y: loaded.image.height)
            if viewer.size != size {
                if viewer.size != nil { viewer.zoom = .fit }
                viewer.cursor = viewer.cursor.map { _ in .init(x: size.x / 2, y: size.y / 2) }
                viewer.size = size
            }
            viewer.loaded = loaded
            viewer.loadedOf = request
        case .failure(let error):
            viewer.problem = error
            viewer.loaded = nil
            viewer.frame = nil
            requested.frame = nil
            say(error.description, .error)
        }
    }

    mutating func performInViewer(_ action: Action) -> [Effect] {
        switch action {
        case .back: return leaveViewer()
        case .close:
            if viewer.cursor != nil { viewer.cursor = nil } else { return leaveViewer() }
        case .nextPair, .pageDown: goTo(browser.images.selected + 1)
        case .previousPair, .pageUp: goTo(browser.images.selected - 1)
        case .first: goTo(0)
        case .last: goTo((browser.opened?.count ?? 1) - 1)
        case .up: move(0, -1)
        case .down: move(0, 1)
        case .left: move(-1, 0)
        case .right: move(1, 0)
        case .halfUp: move(0, -8)
        case .halfDown: move(0, 8)
        case .layer:
            let order: [Scene.Layer] = [.outline, .fill, .mask, .image]
            viewer.layer = order[((order.firstIndex(of: viewer.layer) ?? 0) + 1) % order.count]
            if viewer.loaded?.labels == nil, viewer.loaded != nil { say("this image has no mask") }
        case .sideBySide: viewer.isSideBySide.toggle()
        case .blink:
            viewer.isBlinking.toggle()
            viewer.isLit = true
            return viewer.isBlinking ? [.tick] : []
        case .cursor: toggleCursor()
        case .zoomIn: zoom(larger: true)
        case .zoomOut: zoom(larger: false)
        case .fit: viewer.zoom = .fit
        case .actualSize: viewer.zoom = .scale(1 / Double(symbols.across))
        case .windowAuto: viewer.windowing = .auto
        case .windowFull: viewer.windowing = .full
        case .blackDown: shiftWindow(low: -1, high: 0)
        case .blackUp: shiftWindow(low: 1, high: 0)
        case .whiteDown: shiftWindow(low: 0, high: -1)
        case .whiteUp: shiftWindow(low: 0, high: 1)
        case .colorMap:
            let maps = ColorMap.allCases
            viewer.map = maps[((maps.firstIndex(of: viewer.map) ?? 0) + 1) % maps.count]
            if let image = viewer.loaded?.image, image.channels == 3 || image.channels == 4 {
                say("this image has colours of its own; ) shows a channel alone")
            }
        case .panel: viewer.hasPanel.toggle()
        case .nextChannel: stepChannel(1)
        case .previousChannel: stepChannel(-1)
        case .nextSlice: stepSlice(1)
        case .previousSlice: stepSlice(-1)
        case .nextFrame: stepFrame(1)
        case .previousFrame: stepFrame(-1)
        case .mark: toggleMark()
        case .export: if viewer.loaded != nil { popup = exportPopup() }
        default: break
        }
        return []
    }

    private mutating func leaveViewer() -> [Effect] {
        if viewer.isAlone { return [.quit(signal: nil)] }
        screen = .browser
        moveImages(by: 0)
        return []
    }

    private mutating func goTo(_ row: Int) {
        guard let opened = browser.opened, !viewer.isAlone, opened.count > 0 else { return }
        let target = max(0, min(row, opened.count - 1))
        if target == browser.images.selected {
            return say(row <= 0 ? "this is the first image" : "this is the last image")
        }
        moveImages(by: target - browser.images.selected)
        if let item = browser.selectedItem { viewer.show(item) }
    }

    // MARK: - Where is looked

    /// Moves the cursor by cells, or pans by a tenth of what is seen.
    private mutating func move(_ dx: Int, _ dy: Int) {
        guard let loaded = viewer.loaded, let viewport else { return }
        let (width, height) = (loaded.image.width, loaded.image.height)
        if let cursor = viewer.cursor {
            let pixels = max(1, 1 / viewport.scale)
            let moved = Viewer.Pixel(
                x: max(0, min(cursor.x + Int((Double(dx) * pixels).rounded()), width - 1)),
                y: max(0, min(cursor.y + Int((Double(dy) * max(1, 2 * pixels)).rounded()), height - 1)))
            viewer.cursor = moved
            // The view follows the cursor over its rim.
            let region = viewport.region
            if !(region.x..<region.x + region.width).contains(moved.x)
                || !(region.y..<region.y + region.height).contains(moved.y)
            {
                pan(Double(moved.x - cursor.x) * 4, Double(moved.y - cursor.y) * 4)
            }
        } else {
            pan(Double(dx * viewport.region.width) / 10, Double(dy * viewport.region.height) / 10)
        }
    }

    /// Moves the middle by pixels, as far as there are pixels to be seen.
    mutating func pan(_ dx: Double, _ dy: Double) {
        guard let loaded = viewer.loaded, let viewport else { return }
        func moved(_ start: Int, _ seen: Int, _ size: Int, _ by: Double) -> Double {
            let middle = Double(start) + Double(seen / 2) + (by.magnitude < 1 && by != 0 ? (by < 0 ? -1 : 1) : by)
            return min(max(middle, Double(seen / 2)), Double(size - seen + seen / 2)) / Double(size)
        }
        let region = viewport.region
        viewer.center = (
            moved(region.x, region.width, loaded.image.width, dx),
            moved(region.y, region.height, loaded.image.height, dy)
        )
    }

    /// Zooms about the cursor, or the middle.
    mutating func zoom(larger: Bool) {
        guard let loaded = viewer.loaded, let viewport else { return }
        let next = viewport.scale(towards: larger)
        if let cursor = viewer.cursor {
            viewer.center = (
                (Double(cursor.x) + 0.5) / Double(loaded.image.width),
                (Double(cursor.y) + 0.5) / Double(loaded.image.height)
            )
        }
        let fit = Viewport(
            width: loaded.image.width, height: loaded.image.height, zoom: .fit, center: viewer.center,
            columns: viewerLayout.panels[0].columns, rows: viewerLayout.panels[0].rows
        ).scale
        // Smaller than all of it is no use.
        viewer.zoom = !larger && next <= fit ? .fit : .scale(next)
    }

    private mutating func toggleCursor() {
        guard viewer.cursor == nil, let viewport else {
            viewer.cursor = nil
            return
        }
        let region = viewport.region
        viewer.cursor = .init(x: region.x + region.width / 2, y: region.y + region.height / 2)
    }

    private mutating func shiftWindow(low: Float, high: Float) {
        guard let loaded = viewer.loaded else { return }
        let step = max((loaded.full.upperBound - loaded.full.lowerBound) / 50, .leastNormalMagnitude)
        let window = viewer.window
        let least = min(window.lowerBound + low * step, window.upperBound - step / 10)
        viewer.windowing = .range(least...max(window.upperBound + high * step, least + step / 10))
    }

    // MARK: - Stacks

    private mutating func stepChannel(_ step: Int) {
        guard let facts = viewer.loaded?.facts, let request = viewer.request else { return }
        let count = facts.stack.channels * facts.channels
        guard count > 1 else { return say("this file has one channel") }
        // Behind the last come all of them again, where a pixel has several.
        let next = (request.plane.channel ?? (facts.channels > 1 ? 0 : 1)) + step
        let least = facts.channels > 1 ? 0 : 1
        let channel = next > count ? least : next < least ? count : next
        viewer.request?.plane.channel = channel == 0 ? nil : channel
    }

    private mutating func stepSlice(_ step: Int) {
        guard let stack = viewer.loaded?.facts.stack, let request = viewer.request else { return }
        guard stack.slices > 1 else { return say("this file has one slice") }
        let next = (request.plane.slice ?? (stack.slices + 1) / 2) + step
        viewer.request?.plane.slice = max(1, min(next, stack.slices))
    }

    private mutating func stepFrame(_ step: Int) {
        guard let stack = viewer.loaded?.facts.stack, let request = viewer.request else { return }
        guard stack.frames > 1 else { return say("this file has one time point") }
        viewer.request?.plane.frame = max(1, min((request.plane.frame ?? 1) + step, stack.frames))
    }

    func export(_ format: ExportFormat) -> [Effect] {
        guard let request = wantedFrame, let loaded = viewer.loaded, viewer.loadedOf == request.image else { return [] }
        return [.export(request, loaded, format)]
    }

    /// The picture that the viewer should show now.
    var wantedFrame: FrameRequest? {
        guard screen == .viewer || screen == .curate && curate.isSingle, let request = viewer.request, let viewport,
            !isTooSmall
        else { return nil }
        return FrameRequest(
            image: request, region: viewport.region, window: viewer.window, map: viewer.map, layers: viewer.layers,
            columns: viewport.columns, rows: viewport.rows, symbols: symbols, colors: colors)
    }
}
