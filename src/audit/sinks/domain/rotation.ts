/** File to be renamed; without `to` it is deleted. */
export interface Move {
  readonly from: string;
  readonly to?: string;
}

/** Returns renames of a full file and older ones, in order: `path.1` is the newest of `keep`. */
export function rotationMoves(path: string, keep: number): readonly Move[] {
  if (keep === 0) return [{ from: path }];
  const moves: Move[] = [{ from: `${path}.${keep}` }];
  for (let age = keep - 1; age > 0; age -= 1) {
    moves.push({ from: `${path}.${age}`, to: `${path}.${age + 1}` });
  }
  return [...moves, { from: path, to: `${path}.1` }];
}

/** Reports whether the added bytes begin a new file: an empty file accepts a line of any size. */
export function isFull(sizeBytes: number, addedBytes: number, maxBytes: number): boolean {
  return sizeBytes > 0 && sizeBytes + addedBytes > maxBytes;
}
