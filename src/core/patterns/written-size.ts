/** Group of a pattern that is not closed yet, or the whole pattern. */
interface Group {
  size: number;
  /** Size of the last atom, which a repetition repeats. */
  last: number;
  /** Instructions of the group itself: a capturing group notes its start and its end. */
  readonly own: number;
}

/** Parts of the syntax of RE2. A class begins with its `]` if it contains one unescaped. */
const TOKEN = new RegExp(
  [
    String.raw`(?<quoted>\\Q.*?(?:\\E|$))`,
    String.raw`(?<class>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])`,
    String.raw`(?<escape>\\[pPx]\{[^}]*\}|\\.)`,
    String.raw`(?<flags>\(\?[a-zA-Z-]+\))`,
    String.raw`(?<apart>\(\?[a-zA-Z-]*:)`,
    String.raw`(?<open>\((?:\?P?<\w+>)?)`,
    String.raw`(?<close>\))`,
    String.raw`\{(?<least>\d+)(?<upTo>,(?<most>\d*))?\}`,
    '(?<other>.)',
  ].join('|'),
  'gsu',
);

/**
 * Returns about how many instructions a pattern has if its repetitions are written out, without
 * compiling it: compiling takes time and memory for each of them. The size of a pattern of RE2 is
 * at most a few instructions larger.
 */
export function writtenSize(pattern: string): number {
  const groups: Group[] = [{ size: 0, last: 0, own: 0 }];
  for (const { groups: token = {}, 0: text } of pattern.matchAll(TOKEN)) {
    if (token['apart'] !== undefined) groups.push({ size: 0, last: 0, own: 0 });
    else if (token['open'] !== undefined) groups.push({ size: 0, last: 0, own: 2 });
    else if (token['close'] !== undefined) close(groups);
    else if (token['least'] !== undefined) repeat(groups.at(-1), token);
    else if (token['flags'] === undefined) {
      const isQuoted = token['quoted'] !== undefined;
      add(groups.at(-1), isQuoted ? text.length : 1, isRepeating(text));
    }
  }
  while (groups.length > 1) close(groups);
  return groups[0]?.size ?? 0;
}

function isRepeating(text: string): boolean {
  return text === '*' || text === '+' || text === '?';
}

function add(group: Group | undefined, size: number, isRepetition: boolean): void {
  if (group === undefined) return;
  group.size += size;
  group.last = isRepetition ? group.last + size : size;
}

function close(groups: Group[]): void {
  if (groups.length === 1) return;
  const closed = groups.pop();
  if (closed !== undefined) add(groups.at(-1), closed.size + closed.own, false);
}

/** Repeats the last atom; each optional repetition has an instruction of its own. */
function repeat(group: Group | undefined, token: Readonly<Record<string, string>>): void {
  if (group === undefined) return;
  const { least = '', upTo, most = '' } = token;
  const count = Math.max(1, Number(least), Number(most));
  const optional = upTo === undefined ? 0 : Math.max(1, count - Number(least));
  const repeated = group.last * count + optional;
  group.size += repeated - group.last;
  group.last = repeated;
}
