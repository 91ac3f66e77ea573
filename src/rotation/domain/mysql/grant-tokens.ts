/** A word or number, a name in backticks, a text in quotes, or a sign. */
const TOKEN = /\s*([\w$.]*[\w$]|`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'|[(),.@*;%])/suy;

/** The parts of a statement of the server, as written; undefined where it holds anything else. */
export function grantTokens(line: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const text = line.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

/** Reads tokens one by one; what does not fit ends the reading with a GrantSyntaxError. */
export class TokenReader {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  take(): string {
    const token = this.peek();
    if (token === undefined) throw new GrantSyntaxError();
    this.#next += 1;
    return token;
  }

  /** Takes these words if they come next. */
  takeIf(...words: readonly string[]): boolean {
    const isNext = words.every((word, index) => this.#tokens[this.#next + index] === word);
    if (isNext) this.#next += words.length;
    return isNext;
  }

  expect(...words: readonly string[]): void {
    if (!this.takeIf(...words)) throw new GrantSyntaxError();
  }

  /** All up to one of these words, which stays. */
  takeUntil(...words: readonly string[]): readonly string[] {
    return this.takeWhile((token) => !words.includes(token));
  }

  takeWhile(isWanted: (token: string) => boolean): readonly string[] {
    const start = this.#next;
    while (!this.isAtEnd && isWanted(this.#tokens[this.#next] ?? '')) this.#next += 1;
    return this.#tokens.slice(start, this.#next);
  }
}

/** A statement that is not understood, and so must not be acted on. */
export class GrantSyntaxError extends Error {
  override readonly name = 'GrantSyntaxError';
  override readonly message = 'a grant is not understood';
}
