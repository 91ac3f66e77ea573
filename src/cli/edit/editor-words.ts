import { UsageError } from '../command.js';

const DEFAULT_EDITOR = 'vi';
/** Names of Vim and Neovim, such as `vim.basic` of Debian. */
const PROGRAMS_WITH_MEMORY = /(^|\/)[ngmr]?vim(\.\w+)?$/;
/** Vim stores copied text in the home folder, and undo files where its settings say. */
const WITHOUT_MEMORY = ['-n', '-i', 'NONE', '-c', 'set noundofile nobackup'];

/**
 * Returns the program and the arguments of the user's editor: `$VISUAL`, `$EDITOR`, or vi. No shell
 * reads them. `fileOf` returns the file of a program. Throws UsageError for quotes without an end.
 */
export function editorWords(
  env: Readonly<Record<string, string | undefined>>,
  fileOf: (program: string) => string,
): readonly string[] {
  const variable = ['VISUAL', 'EDITOR'].find((name) => (env[name] ?? '').trim() !== '');
  const text = variable === undefined ? DEFAULT_EDITOR : (env[variable] ?? '');
  const [program, ...args] = wordsOf(text, variable ?? '');
  if (program === undefined) throw new UsageError(`$${variable} names no program`);
  const hasMemory = PROGRAMS_WITH_MEMORY.test(fileOf(program));
  return [program, ...(hasMemory ? WITHOUT_MEMORY : []), ...args];
}

const PIECE = /\s+|'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]|[^\s'"\\]+|[^]/y;

/** Splits a text as a shell does, without expansions. POSIX, section 2.2. */
function wordsOf(text: string, variable: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece] of text.matchAll(new RegExp(PIECE, 'gy'))) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + unquoted(piece, variable);
    }
  }
  return word === undefined ? words : [...words, word];
}

function unquoted(piece: string, variable: string): string {
  if (piece.length === 1 && /['"\\]/.test(piece)) {
    throw new UsageError(`$${variable} has a quote or a backslash without its end`);
  }
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"')) return piece.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1');
  return piece.startsWith('\\') ? piece.slice(1) : piece;
}
