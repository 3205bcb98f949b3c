/// The assignment of rows to columns with the largest sum of weights, by the Hungarian method with potentials
/// (Kuhn 1955, Munkres 1957; rows added one at a time, O(rows^2 x columns)).
///
/// `weights` holds `rows * columns` values, row by row. Returns a column for every row, and nil where there are more
/// rows than columns and the row is left over.
func bestAssignment(weights: [Double], rows: Int, columns: Int) -> [Int?] {
    guard rows <= columns else {
        var transposed = [Double](repeating: 0, count: weights.count)
        for row in 0..<rows {
            for column in 0..<columns { transposed[column * rows + row] = weights[row * columns + column] }
        }
        var columnOfRow = [Int?](repeating: nil, count: rows)
        for (column, row) in bestAssignment(weights: transposed, rows: columns, columns: rows).enumerated() {
            if let row { columnOfRow[row] = column }
        }
        return columnOfRow
    }
    // Column 0 is a stand-in where each new row starts; rows and columns count from 1.
    var rowPotential = [Double](repeating: 0, count: rows + 1)
    var columnPotential = [Double](repeating: 0, count: columns + 1)
    var rowOfColumn = [Int](repeating: 0, count: columns + 1)
    for newRow in 1...max(rows, 1) where rows > 0 {
        // The shortest alternating path from the new row to a free column.
        var distance = [Double](repeating: .infinity, count: columns + 1)
        var previous = [Int](repeating: 0, count: columns + 1)
        var reached = [Bool](repeating: false, count: columns + 1)
        rowOfColumn[0] = newRow
        var column = 0
        repeat {
            reached[column] = true
            let row = rowOfColumn[column]
            var step = Double.infinity
            var nearest = 0
            for next in 1...columns where !reached[next] {
                let cost = -weights[(row - 1) * columns + next - 1] - rowPotential[row] - columnPotential[next]
                if cost < distance[next] {
                    distance[next] = cost
                    previous[next] = column
                }
                if distance[next] < step {
                    step = distance[next]
                    nearest = next
                }
            }
            for other in 0...columns {
                if reached[other] {
                    rowPotential[rowOfColumn[other]] += step
                    columnPotential[other] -= step
                } else {
                    distance[other] -= step
                }
            }
            column = nearest
        } while rowOfColumn[column] != 0
        while column != 0 {
            rowOfColumn[column] = rowOfColumn[previous[column]]
            column = previous[column]
        }
    }
    var columnOfRow = [Int?](repeating: nil, count: rows)
    for column in rowOfColumn.indices.dropFirst() where rowOfColumn[column] > 0 {
        columnOfRow[rowOfColumn[column] - 1] = column - 1
    }
    return columnOfRow
}
