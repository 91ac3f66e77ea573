import { Composer, Lexer, type LineCounter, Parser, type CST, type Document } from 'yaml';

import { tooLarge } from '../model/api-status.js';
import { bounds } from '../store/sandbox-bounds.js';
import { DocumentSyntaxError, nestingLevelsMax } from './json-syntax.js';

const reading = {
  schema: 'failsafe',
  version: '1.1',
  uniqueKeys: false,
  logLevel: 'error',
} as const;

/**
 * Returns the first document of a YAML text and ignores later ones. The package makes a node for
 * every scalar, so the number of tokens is limited. Throws ApiStatusError (413) for too many
 * tokens, and DocumentSyntaxError for text that nests too deep or is misplaced.
 */
export function composeFirst(text: string, lines: LineCounter): Document.Parsed | undefined {
  const composer = new Composer(reading);
  const composed: Document.Parsed[] = [];
  for (const part of parts(text, lines)) {
    if (part.type === 'error') throw misplaced(lines.linePos(part.offset).line);
    composed.push(...composer.next(part));
    if (part.type === 'document') break;
  }
  composed.push(...composer.end());
  return composed[0];
}

/** Returns the error for the first misplaced token; later errors are not reported. */
export function misplaced(line: number, what = 'could not find expected token'): Error {
  return new DocumentSyntaxError(`line ${line}: ${what}`);
}

/** Yields directives, documents and the tokens between them. */
function* parts(text: string, lines: LineCounter): Generator<CST.Token> {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const token of boundedTokens(text)) yield* parser.next(token);
  yield* parser.end();
}

function* boundedTokens(text: string): Generator<string> {
  let count = 0;
  let level = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (count > bounds.yamlTokensMax) throw tooManyTokens();
    if (token === '[' || token === '{') level += 1;
    if (token === ']' || token === '}') level -= 1;
    if (level > nestingLevelsMax) {
      throw new DocumentSyntaxError(`exceeded max depth of ${nestingLevelsMax}`);
    }
    yield token;
  }
}

function tooManyTokens(): Error {
  const limit = `limit of YAML is ${bounds.yamlTokensMax} tokens, JSON may be longer`;
  return tooLarge(`Request entity too large: ${limit}`);
}
