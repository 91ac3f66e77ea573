/** Line of two texts: in both, only in the first, or only in the second. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Pairs of lines that are compared; longer texts have one hunk of all lines between equal ends. */
const PAIRS_MAX = 4_000_000;
const CONTEXT_LINES = 3;

/** Returns the lines of two texts in the order of a diff. */
export function diffLines(from: readonly string[], to: readonly string[]): readonly DiffLine[] {
  const start = equalLines(from, to);
  const [fromRest, toRest] = [from.slice(start), to.slice(start)];
  const end = equalLines(fromRest.toReversed(), toRest.toReversed());
  const [removed, added] = [
    fromRest.slice(0, fromRest.length - end),
    toRest.slice(0, toRest.length - end),
  ];
  return [
    ...marked(' ', from.slice(0, start)),
    ...middleLines(removed, added),
    ...marked(' ', fromRest.slice(fromRest.length - end)),
  ];
}

function equalLines(one: readonly string[], other: readonly string[]): number {
  const different = one.findIndex((line, index) => line !== other[index]);
  return different === -1 ? one.length : different;
}

function marked(mark: DiffLine['mark'], lines: readonly string[]): readonly DiffLine[] {
  return lines.map((text) => ({ mark, text }));
}

/** Compares by the longest common subsequence. */
function middleLines(from: readonly string[], to: readonly string[]): readonly DiffLine[] {
  if (from.length * to.length > PAIRS_MAX) return [...marked('-', from), ...marked('+', to)];
  const width = to.length + 1;
  const common = new Uint32Array((from.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        from[row] === to[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  return linesBy(at, from, to);
}

/** Walks through a table of lengths of common subsequences. */
function linesBy(
  at: (row: number, column: number) => number,
  from: readonly string[],
  to: readonly string[],
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < from.length && column < to.length) {
    if (from[row] === to[column]) {
      lines.push(...marked(' ', from.slice(row, row + 1)));
      [row, column] = [row + 1, column + 1];
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push(...marked('-', from.slice(row, row + 1)));
      row += 1;
    } else {
      lines.push(...marked('+', to.slice(column, column + 1)));
      column += 1;
    }
  }
  return [...lines, ...marked('-', from.slice(row)), ...marked('+', to.slice(column))];
}

/** Returns the changed lines with their surroundings; undefined stands for lines left out. */
export function hunksOf(lines: readonly DiffLine[]): readonly (DiffLine | undefined)[] {
  const isNear = lines.map((_line, index) => {
    return lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some(({ mark }) => mark !== ' ');
  });
  return lines.flatMap((line, index) => {
    if (isNear[index] === true) return [line];
    return isNear[index - 1] === false ? [] : [undefined];
  });
}
