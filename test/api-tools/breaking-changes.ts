/** A finding of `oasdiff breaking --format json`. */
export interface BreakingChange {
  readonly id: string;
  readonly operationId: string;
  readonly text: string;
}

const ROW = /^\| `(?<id>[^`]+)` \| (?<operations>`.+?`) \| (?<text>.+?) \| (?<reason>.+) \|$/gm;

/** Returns the rows of docs/api/breaking-changes.md; a row names one or several operations. */
export function listedChanges(page: string): readonly BreakingChange[] {
  return [...page.matchAll(ROW)].flatMap(
    ({ groups: { id = '', operations = '', text = '' } = {} }) =>
      [...operations.matchAll(/`([^`]+)`/g)].map(([, operationId = '']) => ({
        id,
        operationId,
        text,
      })),
  );
}

/** Returns the findings that no row of the page names. */
export function unlistedChanges(
  found: readonly BreakingChange[],
  listed: readonly BreakingChange[],
): readonly BreakingChange[] {
  return found.filter(
    ({ id, operationId, text }) =>
      !listed.some((row) => row.id === id && row.operationId === operationId && row.text === text),
  );
}
