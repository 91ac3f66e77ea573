export type TokenKind =
  | 'identifier'
  | 'in'
  | 'notin'
  | '!'
  | '='
  | '=='
  | '!='
  | 'gt'
  | 'lt'
  | '('
  | ')'
  | ','
  | 'end'
  | 'error';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const symbols: Readonly<Record<string, TokenKind>> = {
  '(': '(',
  ')': ')',
  ',': ',',
  '!': '!',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};
const PART = /[ \t\r\n]*(?:(==|!=|[()!,=<>])|([^()!,=<> \t\r\n]+))/y;

/** Returns the tokens of a label selector, followed by `end`. */
export function tokensOf(selector: string): readonly Token[] {
  const tokens: Token[] = [];
  PART.lastIndex = 0;
  for (let part = PART.exec(selector); part; part = PART.exec(selector)) {
    const [, symbol, word] = part;
    if (symbol !== undefined) tokens.push({ kind: symbols[symbol] ?? 'error', text: symbol });
    else if (word === 'in' || word === 'notin') tokens.push({ kind: word, text: word });
    else tokens.push({ kind: 'identifier', text: word ?? '' });
  }
  return [...tokens, { kind: 'end', text: '' }];
}
