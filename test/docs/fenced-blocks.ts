/** A fenced `sh` block of a page, and the output that the page shows for it. */
export interface CommandBlock {
  /** Line of the page on which it starts, counted from 1. */
  readonly line: number;
  readonly commands: string;
  readonly shown: { readonly language: 'json' | 'text'; readonly text: string } | undefined;
}

/** A file that the reader of a page creates: its fence names it after the language. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

interface Fence {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
}

/** The commands of a page, in order. A `json` or `text` fence right below one is its output. */
export function commandBlocks(page: string): readonly CommandBlock[] {
  const lines = page.split('\n');
  const fences = fencesOf(lines);
  return fences.flatMap((fence, index) => {
    if (fence.language !== 'sh') return [];
    const next = fences[index + 1];
    const between =
      next &&
      lines
        .slice(fence.endLine, next.line - 1)
        .join('')
        .trim();
    const follows = next !== undefined && between === '' && isOutput(next.language);
    const shown = follows
      ? { language: next.language as 'json' | 'text', text: next.text }
      : undefined;
    return [{ line: fence.line, commands: fence.text, shown }];
  });
}

/** Returns the files of a page. */
export function pageFiles(page: string): readonly PageFile[] {
  return fencesOf(page.split('\n')).flatMap(({ language, text }) => {
    const [, name] = language.split(' ');
    return name === undefined ? [] : [{ name, text: `${text}\n` }];
  });
}

function isOutput(language: string): boolean {
  return language === 'json' || language === 'text';
}

function fencesOf(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { language: string; line: number } | undefined;
  lines.forEach((text, index) => {
    if (!text.startsWith('```')) return;
    if (open === undefined) {
      open = { language: text.slice(3).trim(), line: index + 1 };
      return;
    }
    const body = lines.slice(open.line, index).join('\n');
    fences.push({ ...open, text: body, endLine: index + 1 });
    open = undefined;
  });
  if (open !== undefined) throw new Error(`the fence of line ${open.line} is not closed`);
  return fences;
}
