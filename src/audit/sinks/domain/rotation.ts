/** A file that is to have another name; without `to` it goes. */
export interface Move {
  readonly from: string;
  readonly to?: string;
}

/** What a full file and its elders become, in this order: `path.1` is the youngest of `keep`. */
export function rotationMoves(path: string, keep: number): readonly Move[] {
  if (keep === 0) return [{ from: path }];
  const moves: Move[] = [{ from: `${path}.${keep}` }];
  for (let age = keep - 1; age > 0; age -= 1) {
    moves.push({ from: `${path}.${age}`, to: `${path}.${age + 1}` });
  }
  return [...moves, { from: path, to: `${path}.1` }];
}

/** Whether what is to be written begins a new file: one is never empty, whatever its line. */
export function isFull(sizeBytes: number, addedBytes: number, maxBytes: number): boolean {
  return sizeBytes > 0 && sizeBytes + addedBytes > maxBytes;
}
