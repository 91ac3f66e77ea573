/** A word or number, a name in backticks, a text in quotes, or a sign. */
const TOKEN = /\s*([\w$.]*[\w$]|`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'|[(),.@*;%])/suy;

/** Returns the tokens of a server's statement, as written; undefined for any other content. */
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

/** Reader of tokens one by one; unexpected input ends the reading with a GrantSyntaxError. */
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

  /** Consumes these words if they come next. */
  takeIf(...words: readonly string[]): boolean {
    const isNext = words.every((word, index) => this.#tokens[this.#next + index] === word);
    if (isNext) this.#next += words.length;
    return isNext;
  }

  expect(...words: readonly string[]): void {
    if (!this.takeIf(...words)) throw new GrantSyntaxError();
  }

  /** Consumes all tokens up to one of these words, which stays. */
  takeUntil(...words: readonly string[]): readonly string[] {
    return this.takeWhile((token) => !words.includes(token));
  }

  takeWhile(isWanted: (token: string) => boolean): readonly string[] {
    const start = this.#next;
    while (!this.isAtEnd && isWanted(this.#tokens[this.#next] ?? '')) this.#next += 1;
    return this.#tokens.slice(start, this.#next);
  }
}

/** A statement cannot be parsed, and so must not be acted on. */
export class GrantSyntaxError extends Error {
  override readonly name = 'GrantSyntaxError';
  override readonly message = 'a grant is not understood';
}
