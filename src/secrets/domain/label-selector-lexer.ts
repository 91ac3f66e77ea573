/** The longer symbols first: `==` is not twice `=`. */
const symbols = ['==', '!=', '=', '!', '>', '<', '(', ')', ','] as const;

export type SymbolToken = (typeof symbols)[number];
export type Token =
  | { readonly kind: SymbolToken | 'end' }
  | { readonly kind: 'word'; readonly text: string };

/**
 * Returns the tokens of a label selector, ended by `end`. Like `Lexer` in apimachinery
 * `labels/selector.go`, but for NUL: there it ends the selector, here it is part of a word, which
 * is refused.
 */
export function lexLabelSelector(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const symbol = symbols.find((candidate) => text.startsWith(candidate, position));
    if (symbol !== undefined) {
      tokens.push({ kind: symbol });
      position += symbol.length;
      continue;
    }
    const end = wordEnd(text, position);
    if (end > position) tokens.push({ kind: 'word', text: text.slice(position, end) });
    // White space only separates.
    position = Math.max(end, position + 1);
  }
  tokens.push({ kind: 'end' });
  return tokens;
}

function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && !/[=!(),>< \t\r\n]/.test(text.charAt(end))) end += 1;
  return end;
}
